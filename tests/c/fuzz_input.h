/* What fuzz targets make of bytes: numbers, floats and views whose memory ends where they do, so
 * that the sanitizer hears of any sample too far. */
#ifndef BARYTA_TESTS_FUZZ_INPUT_H
#define BARYTA_TESTS_FUZZ_INPUT_H

#include "baryta.h"
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FUZZ_LARGEST = 1 << 18 }; /* bytes of a view */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* wild: whether anything may be out of range; else all is plausible, so that stages do their work.
 */
typedef struct fuzz_input {
    const uint8_t *next;
    size_t left;
    uint32_t past; /* bytes taken past the end */
    int wild;
} fuzz_input;

static inline uint32_t fuzz_byte(fuzz_input *in) {
    if (in->left == 0) {
        return in->past++ * 37 & 255;
    }
    in->left--;
    return *in->next++;
}

static inline fuzz_input fuzz_begin(const uint8_t *data, size_t size) {
    fuzz_input in = {data, size, 0, 0};
    in.wild = fuzz_byte(&in) % 4 == 3;
    return in;
}

/* Whether to try something odd now. */
static inline int fuzz_odd(fuzz_input *in) {
    return in->wild && fuzz_byte(in) >= 240;
}

static inline uint32_t fuzz_word(fuzz_input *in) {
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        word = word << 8 | fuzz_byte(in);
    }
    return word;
}

/* A side: least to 123, or one that must be refused. */
static inline int32_t fuzz_side(fuzz_input *in, int32_t least) {
    static const int32_t odd[] = {0, -1, 32767, 32768, 32769, INT32_MAX, INT32_MIN, 1};
    if (fuzz_odd(in)) {
        return odd[fuzz_byte(in) % 8];
    }
    return least + (int32_t)fuzz_byte(in) % (124 - least);
}

/* A number from least to most, or any float. */
static inline float fuzz_float(fuzz_input *in, float least, float most) {
    static const float odd[] = {0.0f, -0.0f, 1.0f, -1.0f, 1e-38f, 1e30f, INFINITY, NAN};
    if (fuzz_odd(in)) {
        const uint32_t which = fuzz_byte(in) % 16;
        const uint32_t bits = which < 8 ? 0 : fuzz_word(in);
        float value = odd[which % 8];
        if (which >= 8) {
            memcpy(&value, &bits, sizeof value);
        }
        return value;
    }
    return least + (most - least) * (float)fuzz_byte(in) / 255.0f;
}

/* Repeats what is left of the input, each round a little different. */
static inline void fuzz_fill(fuzz_input *in, uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const size_t value = in->left == 0 ? i * 37 : in->next[i % in->left] + i / in->left;
        bytes[i] = (uint8_t)(value & 255);
    }
}

/* A view whose rows hold so many bytes; they may be padded by units, or too short. What comes back
 * is to be freed; NULL if it would be too large to try. */
static inline uint8_t *fuzz_rows(fuzz_input *in, int64_t row, int64_t unit, int32_t width,
                                 int32_t height, baryta_plane *plane) {
    const int64_t stride =
        row + (fuzz_odd(in) ? (int64_t)fuzz_byte(in) % 24 - 12 : fuzz_byte(in) % 8 * unit);
    const int refused =
        width <= 0 || height <= 0 || width > 32768 || height > 32768 || stride < row;
    const int64_t bytes = refused ? 1 : (height - 1) * stride + row;
    if (bytes > FUZZ_LARGEST) {
        return NULL;
    }
    uint8_t *memory = malloc((size_t)bytes);
    CHECK(memory != NULL);
    fuzz_fill(in, memory, (size_t)bytes);
    *plane = (baryta_plane){memory, width, height, stride};
    return memory;
}

/* The same by bytes a pixel and a sample. */
static inline uint8_t *fuzz_plane(fuzz_input *in, int64_t pixel, int64_t sample, int32_t width,
                                  int32_t height, baryta_plane *plane) {
    return fuzz_rows(in, width > 0 ? width * pixel : 0, sample, width, height, plane);
}

static inline void fuzz_known(baryta_status status) {
    CHECK(status == BARYTA_OK || status == BARYTA_BAD_ARGUMENT || status == BARYTA_TOO_SMALL ||
          status == BARYTA_CANCELLED);
}

#endif
