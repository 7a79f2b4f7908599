/* A decoder of the lossless JPEG that the core writes, from the standard and from nothing of ours.
 */
#ifndef BARYTA_TESTS_JPEG_DECODER_H
#define BARYTA_TESTS_JPEG_DECODER_H

#include "check.h"

#include <stdint.h>

typedef struct reader {
    const uint8_t *next;
    const uint8_t *end;
    uint32_t bits;
    int count;
} reader;

static inline int take_bit(reader *in) {
    if (in->count == 0) {
        if (in->next >= in->end) {
            return -1;
        }
        in->bits = *in->next++;
        if (in->bits == 0xFF && (in->next >= in->end || *in->next++ != 0)) {
            return -1; /* a marker where bits were due */
        }
        in->count = 8;
    }
    in->count--;
    return (int)(in->bits >> in->count) & 1;
}

/* T.81 F.2.2.3, by counting codes of each length. */
static inline int take_category(reader *in, const uint8_t *lengths, const uint8_t *order) {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
        const int bit = take_bit(in);
        if (bit < 0) {
            return -1;
        }
        code |= bit;
        const int count = lengths[length - 1];
        if (code - first < count) {
            return order[index + code - first];
        }
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    return -1;
}

static inline int decode(const uint8_t *coded, int64_t size, int width, int height, uint16_t *out) {
    CHECK(size > 50 && coded[0] == 0xFF && coded[1] == 0xD8 && coded[3] == 0xC3);
    CHECK(coded[6] == 16 && coded[7] * 256 + coded[8] == height);
    CHECK(coded[9] * 256 + coded[10] == width / 2 && coded[11] == 2);
    const uint8_t *table = coded + 18;
    CHECK(table[0] == 0xFF && table[1] == 0xC4);
    const int symbols = table[2] * 256 + table[3] - 19;
    const uint8_t *lengths = table + 5;
    const uint8_t *order = lengths + 16;
    const uint8_t *scan = order + symbols;
    CHECK(scan[0] == 0xFF && scan[1] == 0xDA && scan[9] == 1);
    CHECK(coded[size - 2] == 0xFF && coded[size - 1] == 0xD9);
    reader in = {scan + 12, coded + size - 2, 0, 0};
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int prediction = 32768;
            if (x >= 2) {
                prediction = out[y * width + x - 2];
            } else if (y > 0) {
                prediction = out[(y - 1) * width + x];
            }
            const int category = take_category(&in, lengths, order);
            CHECK(category >= 0 && category <= 16);
            int difference = category == 16 ? 32768 : 0;
            if (category > 0 && category < 16) {
                for (int i = 0; i < category; i++) {
                    const int bit = take_bit(&in);
                    CHECK(bit >= 0);
                    difference = difference * 2 + bit;
                }
                if (difference < 1 << (category - 1)) {
                    difference -= (1 << category) - 1;
                }
            }
            out[y * width + x] = (uint16_t)(prediction + difference);
        }
    }
    return 0;
}

#endif
