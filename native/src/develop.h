/* What the stages of baryta_develop share. */
#ifndef BARYTA_DEVELOP_H
#define BARYTA_DEVELOP_H

#include "calibrate.h"
#include "demosaic.h"
#include "tiles.h"

typedef struct baryta_development {
    const baryta_plane *mosaic;
    const baryta_plane *linear;
    const baryta_develop_options *options;
    float matrix[9]; /* exposure included */
    float shot[3]; /* noise model by colour */
    float read[3];
    float knee; /* of domain.h */
    int mono;
} baryta_development;

/* The noise model by colour and the domain's knee, from the options. */
void baryta_develop_noise(baryta_development *work);

/* From the domain to light, by colour, for part of a row. keep_chroma, keep_luma: what denoising
 * has left of the finest differences there; NULL where nothing was denoised. */
void baryta_inverse_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                        const float *keep_chroma, const float *keep_luma, float *const rgb[3]);

/* From white-balanced camera light, by colour, to the result, 3 floats a pixel, for part of a row.
 * What is in rgb is lost. */
void baryta_finish_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                       float *const rgb[3], float *restrict out);

#endif
