/* Length-limited Huffman codes, as JPEG wants them. */
#ifndef BARYTA_HUFFMAN_H
#define BARYTA_HUFFMAN_H

#include <stdint.h>

enum { BARYTA_HUFFMAN_MAX = 32 }; /* symbols a table can hold */

typedef struct baryta_huffman {
    uint8_t lengths[17]; /* [n]: how many codes have n bits, n in 1..16 */
    uint8_t order[BARYTA_HUFFMAN_MAX]; /* symbols by code, the shortest first */
    uint8_t symbols; /* entries of order */
    uint8_t size[BARYTA_HUFFMAN_MAX]; /* by symbol: bits of its code, 0 if it never occurs */
    uint16_t code[BARYTA_HUFFMAN_MAX]; /* by symbol */
} baryta_huffman;

/* The best code of at most 16 bits for counts of symbols 0..count-1 (count below
 * BARYTA_HUFFMAN_MAX), without the code of all ones, which ITU-T T.81 reserves. */
void baryta_huffman_fit(const int64_t *counts, int count, baryta_huffman *table);

#endif
