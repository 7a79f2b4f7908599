/* A small map of a picture, one value a block, brought to the picture's size row by row. */
#ifndef BARYTA_ENLARGE_H
#define BARYTA_ENLARGE_H

#include "pixels_set.h"
#include <stdint.h>

typedef struct baryta_blocks {
    int32_t block; /* picture pixels a side in one map pixel */
    int32_t columns; /* of the map */
    int32_t rows;
} baryta_blocks;

/* count values from pixel x0 of the picture's row y on, bilinear between the blocks' centres. out
 * has room for BARYTA_ENLARGE_MORE values beyond them. */
enum { BARYTA_ENLARGE_MORE = 16 };
void baryta_enlarge(const baryta_blocks *blocks, const float *map, int32_t y, int32_t x0,
                    int32_t count, float *restrict out);

/* The value at one pixel. */
float baryta_enlarged(const baryta_blocks *blocks, const float *map, int32_t x, int32_t y);

#endif
