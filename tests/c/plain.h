/* Plain twins of the merge's kernels: written from native/README.md and the papers it names, one
 * sample, tile or block at a time, without lanes, rings or strips, in double unless whole numbers
 * do. They say what a kernel has to give; the kernels are compared with them.
 *
 * Memory that cannot be had ends the program. */
#ifndef BARYTA_TESTS_PLAIN_H
#define BARYTA_TESTS_PLAIN_H

#include "baryta.h"

#include <stdint.h>

/* Grey levels of 8 bit, rows without a gap. */
typedef struct plain_image {
    const uint8_t *data;
    int32_t width, height;
} plain_image;

/* Numbers by row and column. */
typedef struct plain_plane {
    double *data;
    int32_t width, height;
} plain_plane;

plain_plane plain_plane_make(int32_t width, int32_t height);
void plain_plane_free(plain_plane *plane);
/* Mirrored about the first and the last sample beyond the edges. */
double plain_at(const plain_plane *plane, int32_t x, int32_t y);

/* plain_grey.c: a pixel of the half-size grey, not rounded; of a level half as large; smoothed. */
double plain_grey(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double exposure, int32_t x, int32_t y);
int plain_halved(const plain_image *image, int32_t x, int32_t y);
int plain_softened(const plain_image *image, int32_t x, int32_t y);

#endif
