/* A finished picture as luma and chroma (ITU-T T.871), for a JPEG's whole levels.
 *
 * A reader decodes chroma to whole levels, and of an even surface a coder keeps one level for a
 * whole block: up to half a level off, everywhere alike. An ordered dither (Bayer 1973) that is the
 * same all over a block goes through the coder as it is, and the blocks are right in the mean. */
#include "core.h"

enum { SIDE = 4, BLOCK = 8, PERIOD = SIDE * BLOCK, SHIFT = 16, HALF = 1 << (SHIFT - 1) };
static const int8_t dither[SIDE][SIDE] = {
    {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};

/* What is added to chroma before it is cut off, over the columns of four blocks. */
typedef struct offsets {
    int32_t blue[PERIOD], red[PERIOD];
} offsets;

/* 128, and half a level give or take less than that, so that what is neutral stays so. */
static int32_t offset_of(int32_t column, int32_t row) {
    return (128 << SHIFT) + HALF + (2 * dither[row % SIDE][column % SIDE] - 15) * (HALF / 16);
}

/* Of a row of blocks. Red's dither lies elsewhere than blue's: their steps do not add up. */
static offsets offsets_of(int32_t row) {
    offsets made;
    for (int32_t x = 0; x < PERIOD; x++) {
        made.blue[x] = offset_of(x / BLOCK, row);
        made.red[x] = offset_of(x / BLOCK + 2, row + 1);
    }
    return made;
}

static inline uint8_t level(int32_t sum) {
    const int32_t cut = sum >> SHIFT;
    return (uint8_t)(cut < 255 ? cut : 255);
}

static void code(const uint8_t *restrict in, const offsets *add, int32_t count,
                 uint8_t *restrict out) {
    for (int32_t x = 0; x < count; x++) {
        const int32_t r = in[3 * x], g = in[3 * x + 1], b = in[3 * x + 2];
        out[3 * x] = level(19595 * r + 38470 * g + 7471 * b + HALF);
        out[3 * x + 1] = level(-11059 * r - 21709 * g + 32768 * b + add->blue[x]);
        out[3 * x + 2] = level(32768 * r - 27439 * g - 5329 * b + add->red[x]);
    }
}

baryta_status baryta_ycc(const baryta_plane *picture, const baryta_plane *coded) {
    if (!baryta_plane_valid(picture, 3, 1) || !baryta_plane_valid(coded, 3, 1) ||
        !baryta_same_size(picture, coded)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t width = picture->width;
    for (int32_t y = 0; y < picture->height; y++) {
        const offsets add = offsets_of(y / BLOCK);
        const uint8_t *in = baryta_row(picture, y);
        uint8_t *out = baryta_row(coded, y);
        for (int32_t x = 0; x < width; x += PERIOD) {
            const int32_t left = width - x;
            code(in + 3 * (size_t)x, &add, left < PERIOD ? left : PERIOD, out + 3 * (size_t)x);
        }
    }
    return BARYTA_OK;
}
