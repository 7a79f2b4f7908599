/* A tile of mosaic as lossless JPEG: ITU-T T.81, process 14 (SOF3), Huffman coding.
 *
 * Neighbours of one row alternate between two colours, so each row is coded as two interleaved
 * components of half width: predictor 1 (the sample to the left, annex H) then compares like
 * with like. One Huffman table, fitted to the tile, serves both components.
 */
#include "core.h"
#include "huffman.h"

#include <string.h>

enum { CATEGORIES = 17, PRECISION = 16 };

typedef struct writer {
    uint8_t *next;
    uint8_t *end;
    uint64_t bits; /* the low `count` bits are still to be written */
    int count;
} writer;

/* Size category of a difference (T.81 table H.2): the bits that its magnitude needs. */
static inline int category_of(int32_t difference) {
    const uint32_t magnitude = (uint32_t)(difference < 0 ? -difference : difference);
    return magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
}

/* Differences are taken modulo 2^16 (T.81 H.1.2.1), here in -32768..32767; -32768 stands for
 * its equal 32768, category 16. */
static inline int32_t difference_of(uint32_t sample, uint32_t prediction) {
    return (int16_t)(uint16_t)(sample - prediction);
}

/* Prediction at the start of row y: half of full scale, then the sample above. */
static inline uint32_t first_prediction(const baryta_plane *samples, int32_t y, int32_t component) {
    return y == 0 ? 1u << (PRECISION - 1)
                  : ((const uint16_t *)baryta_row(samples, y - 1))[component];
}

static void count_categories(const baryta_plane *samples, int64_t counts[CATEGORIES]) {
    int64_t even[CATEGORIES] = {0}; /* two histograms, so that runs do not wait for one counter */
    int64_t odd[CATEGORIES] = {0};
    for (int32_t y = 0; y < samples->height; y++) {
        const uint16_t *row = baryta_row(samples, y);
        uint32_t left0 = first_prediction(samples, y, 0);
        uint32_t left1 = first_prediction(samples, y, 1);
        for (int32_t x = 0; x < samples->width; x += 2) {
            even[category_of(difference_of(row[x], left0))]++;
            odd[category_of(difference_of(row[x + 1], left1))]++;
            left0 = row[x];
            left1 = row[x + 1];
        }
    }
    for (int i = 0; i < CATEGORIES; i++) {
        counts[i] = even[i] + odd[i];
    }
}

static int put_bytes(writer *out, const uint8_t *bytes, int64_t count) {
    if (out->end - out->next < count) {
        return 0;
    }
    memcpy(out->next, bytes, (size_t)count);
    out->next += count;
    return 1;
}

static int put_header(writer *out, const baryta_plane *samples, const baryta_huffman *table) {
    const uint8_t height[2] = {(uint8_t)(samples->height >> 8), (uint8_t)samples->height};
    const int32_t half = samples->width / 2;
    const uint8_t frame[] = {
        0xFF,
        0xD8, /* SOI */
        0xFF,
        0xC3,
        0,
        14, /* SOF3 and its length */
        PRECISION,
        height[0],
        height[1],
        (uint8_t)(half >> 8),
        (uint8_t)half,
        2,
        0,
        0x11,
        0,
        1,
        0x11,
        0, /* components 0 and 1, not subsampled */
    };
    const uint8_t huffman[] = {0xFF, 0xC4, 0, (uint8_t)(3 + 16 + table->symbols), 0};
    const uint8_t scan[] = {
        0xFF, 0xDA, 0, 10, 2, 0, 0, 1, 0, /* SOS: both components, table 0 */
        1,    0,    0, /* predictor 1, no point transform */
    };
    return put_bytes(out, frame, sizeof frame) && put_bytes(out, huffman, sizeof huffman) &&
           put_bytes(out, table->lengths + 1, 16) && put_bytes(out, table->order, table->symbols) &&
           put_bytes(out, scan, sizeof scan);
}

/* Writes the 32 highest waiting bits; a zero follows each 0xFF (T.81 B.1.1.5). */
static inline int put_word(writer *out) {
    const uint32_t word = (uint32_t)(out->bits >> (out->count - 32));
    out->count -= 32;
    if (out->end - out->next < 8) {
        return 0;
    }
    const uint32_t inverted = ~word; /* a byte 0xFF has become a zero byte */
    if (((inverted - 0x01010101u) & word & 0x80808080u) == 0) {
        const uint32_t big_endian = __builtin_bswap32(word);
        memcpy(out->next, &big_endian, 4);
        out->next += 4;
        return 1;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        const uint8_t byte = (uint8_t)(word >> shift);
        *out->next++ = byte;
        if (byte == 0xFF) {
            *out->next++ = 0;
        }
    }
    return 1;
}

static inline int put_difference(writer *out, const baryta_huffman *table, int32_t difference) {
    const int category = category_of(difference);
    const int extra = category & 15; /* category 16 has no further bits */
    const uint32_t low = (uint32_t)(difference - (difference < 0)) & ((1u << extra) - 1u);
    out->bits = (out->bits << (table->size[category] + extra)) |
                ((uint64_t)table->code[category] << extra) | low;
    out->count += table->size[category] + extra;
    return out->count < 32 || put_word(out);
}

static int put_rows(writer *out, const baryta_plane *samples, const baryta_huffman *table) {
    for (int32_t y = 0; y < samples->height; y++) {
        const uint16_t *row = baryta_row(samples, y);
        uint32_t left0 = first_prediction(samples, y, 0);
        uint32_t left1 = first_prediction(samples, y, 1);
        for (int32_t x = 0; x < samples->width; x += 2) {
            if (!put_difference(out, table, difference_of(row[x], left0)) ||
                !put_difference(out, table, difference_of(row[x + 1], left1))) {
                return 0;
            }
            left0 = row[x];
            left1 = row[x + 1];
        }
    }
    return 1;
}

/* The last bits, filled up with ones, and the end marker. */
static int put_end(writer *out) {
    while (out->count > 0) {
        const int take = out->count < 8 ? out->count : 8;
        const uint32_t bits = (uint32_t)(out->bits >> (out->count - take)) & ((1u << take) - 1u);
        const uint8_t byte = (uint8_t)((bits << (8 - take)) | (0xFFu >> take));
        const uint8_t stuffed[2] = {byte, 0};
        out->count -= take;
        if (!put_bytes(out, stuffed, byte == 0xFF ? 2 : 1)) {
            return 0;
        }
    }
    const uint8_t eoi[2] = {0xFF, 0xD9};
    return put_bytes(out, eoi, 2);
}

baryta_status baryta_lossless_jpeg_encode(const baryta_plane *samples, uint8_t *coded,
                                          int64_t capacity, int64_t *size) {
    if (!baryta_plane_valid(samples, 2, 2) || samples->width % 2 != 0 || coded == NULL ||
        capacity < 0 || size == NULL) {
        return BARYTA_BAD_ARGUMENT;
    }
    int64_t counts[CATEGORIES];
    count_categories(samples, counts);
    baryta_huffman table;
    baryta_huffman_fit(counts, CATEGORIES, &table);
    writer out = {.next = coded, .end = coded + capacity, .bits = 0, .count = 0};
    if (!put_header(&out, samples, &table) || !put_rows(&out, samples, &table) || !put_end(&out)) {
        return BARYTA_TOO_SMALL;
    }
    *size = out.next - coded;
    return BARYTA_OK;
}
