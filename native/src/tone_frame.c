/* Local tone mapping and contrast of a preview frame, for a shader that only multiplies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels_routines.h"
#include "tiles.h"

/* An ordered dither (Bayer 1973), 16ths: the gain of an even field is right in the mean. */
enum { DITHER = 4 };
static const uint8_t dither[DITHER][DITHER] = {
    {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};

/* A row of the map's lines, as wide as the frame. */
typedef struct tone_line_row {
    float *slope, *offset;
} tone_line_row;

/* Where sample i of count lies among those of a map, bilinear: its share of the next one. */
static int32_t place(int32_t i, int32_t count, int32_t mapped, float *share) {
    const float at = ((float)i + 0.5f) * (float)mapped / (float)count - 0.5f;
    const float within = fminf(fmaxf(at, 0.0f), (float)(mapped - 1));
    const int32_t before = baryta_min((int32_t)within, baryta_max(mapped - 2, 0));
    *share = within - (float)before;
    return before;
}

/* columns: of each of the frame's, the one of the map before it; shares: of the next one. */
static void widen(const baryta_plane *lines, int32_t y, const int32_t *restrict columns,
                  const float *restrict shares, int32_t width, tone_line_row row) {
    const float *restrict in = baryta_row(lines, baryta_min(y, lines->height - 1));
    float *restrict slope = row.slope, *restrict offset = row.offset;
    const int32_t next = lines->width > 1 ? 2 : 0;
    for (int32_t x = 0; x < width; x++) {
        const float *one = in + 2 * columns[x], *two = one + next;
        slope[x] = one[0] + shares[x] * (two[0] - one[0]);
        offset[x] = one[1] + shares[x] * (two[1] - one[1]);
    }
}

/* The gain's root at each pixel's luma, within limits, into its fourth byte. */
static void tone_row(uint8_t *restrict pixels, tone_line_row upper, tone_line_row lower,
                     float share, const baryta_root_gain *range, const float *restrict rounding,
                     int32_t width) {
    const float *restrict slope = upper.slope, *restrict slope_below = lower.slope;
    const float *restrict offset = upper.offset, *restrict offset_below = lower.offset;
    const float least = range->least, most = range->most;
    const float scale = 255.0f / (1.0f / least - 1.0f / most);
    const float start = -scale / most;
    for (int32_t x = 0; x < width; x++) {
        uint32_t pixel;
        memcpy(&pixel, pixels + 4 * (size_t)x, sizeof pixel);
        const float red = (float)(int32_t)(pixel & 255), green = (float)(int32_t)(pixel >> 8 & 255),
                    blue = (float)(int32_t)(pixel >> 16 & 255);
        const float luma = (0.2126f * red + 0.7152f * green + 0.0722f * blue) / 255.0f;
        const float steep = slope[x] + share * (slope_below[x] - slope[x]);
        const float from = offset[x] + share * (offset_below[x] - offset[x]);
        float root = steep * luma + from;
        root = root > least ? root : least;
        root = root < most ? root : most;
        const float step = scale / root + (start + rounding[x]);
        const uint32_t coded = (uint32_t)(int32_t)(step < 255.0f ? step : 255.0f);
        pixel = (pixel & 0xffffff) | coded << 24;
        memcpy(pixels + 4 * (size_t)x, &pixel, sizeof pixel);
    }
}

baryta_status baryta_tone_frame_here(const baryta_plane *pixels, const baryta_plane *lines,
                                     const baryta_root_gain *range) {
    if (!baryta_plane_valid(pixels, 4, 1) || !baryta_plane_valid(lines, 8, 4) || range == NULL ||
        !(range->least > 0.0f) || !(range->most > range->least) || !isfinite(range->most)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t width = pixels->width;
    float *memory = malloc((5 + DITHER) * (size_t)width * sizeof *memory);
    int32_t *columns = malloc((size_t)width * sizeof *columns);
    if (memory == NULL || columns == NULL) {
        free(memory);
        free(columns);
        return BARYTA_NO_MEMORY;
    }
    float *shares = memory + 4 * width, *rounding = shares + width;
    for (int32_t x = 0; x < width; x++) {
        for (int32_t y = 0; y < DITHER; y++) {
            rounding[y * width + x] = ((float)dither[y][x % DITHER] + 0.5f) / 16.0f;
        }
        columns[x] = place(x, width, lines->width, shares + x);
    }
    tone_line_row upper = {memory, memory + width};
    tone_line_row lower = {memory + 2 * width, memory + 3 * width};
    int32_t reached = -2; /* row of the map that upper is */
    for (int32_t y = 0; y < pixels->height; y++) {
        float share;
        const int32_t row = place(y, pixels->height, lines->height, &share);
        if (row == reached + 1) {
            const tone_line_row free_row = upper;
            upper = lower, lower = free_row;
        } else if (row != reached) {
            widen(lines, row, columns, shares, width, upper);
        }
        if (row != reached) {
            widen(lines, row + 1, columns, shares, width, lower);
            reached = row;
        }
        tone_row(baryta_row(pixels, y), upper, lower, share, range, rounding + y % DITHER * width,
                 width);
    }
    free(memory);
    free(columns);
    return BARYTA_OK;
}
