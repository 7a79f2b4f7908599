/* Sensor samples to normalised, shaded, white-balanced light, row by row. */
#ifndef BARYTA_CALIBRATE_H
#define BARYTA_CALIBRATE_H

#include "core.h"

int baryta_develop_options_valid(const baryta_develop_options *options);

/* Samples x0 .. x0 + count - 1 of row y; gain: the shading gains there, or NULL. */
void baryta_calibrate_row(const baryta_plane *mosaic, const baryta_develop_options *options,
                          int32_t y, int32_t x0, int32_t count, float *restrict out);

/* whiten.c: raises calibrated samples of cells that clip in all colours to the level of the channel
 * that clips last. mosaic: 2x2 or more, Bayer. */
void baryta_whiten_row(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t y,
                       int32_t x0, int32_t count, float *restrict out);

/* Shading gains of a site along part of a row; width and height are the mosaic's. */
void baryta_shading_row(const baryta_shading *shading, int site, int32_t width, int32_t height,
                        int32_t y, int32_t x0, int32_t count, int32_t step, float *restrict out);

#endif
