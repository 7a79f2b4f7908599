/* Samples that stand out of their like neighbours: what burst_outliers.c, burst_defects.c and
 * burst_calm.c share. */
#ifndef BARYTA_BURST_OUTLIERS_H
#define BARYTA_BURST_OUTLIERS_H

#include "burst.h"

#include <math.h>

typedef struct view {
    const uint16_t *samples;
    ptrdiff_t stride; /* samples */
} view;

static inline uint16_t at(const view *v, int32_t x, int32_t y) {
    return v->samples[y * v->stride + x];
}

static inline int burst_site(int32_t x, int32_t y) {
    return 2 * (y & 1) + (x & 1);
}

/* The deviation of the reference's noise by a model, sample units, where a site shows so much. */
static inline float burst_sigma_by(const baryta_merge *merge, const baryta_noise *noise, int site,
                                   float value) {
    const float gain = merge->scale.gain[site];
    const float light = fmaxf((value - merge->scale.black[site]) * gain, 0.0f);
    return sqrtf(noise->shot[site] * light + noise->read[site]) / gain;
}

/* As told, but for what the reference shows less: see burst_quieter.c. */
static inline float burst_sigma(const baryta_merge *merge, int site, float value) {
    return merge->quieter * burst_sigma_by(merge, &merge->told, site, value);
}

/* How far the sample stands out of all its like neighbours, sample units; 0: not clearly. */
float burst_excess(const baryta_merge *merge, const view *v, int32_t x, int32_t y);
/* The eight like neighbours, ascending, and what is in their middle. */
void burst_like_neighbours(const view *v, int32_t x, int32_t y, uint16_t like[8]);
uint16_t burst_median_of_neighbours(const view *v, int32_t x, int32_t y);

#endif
