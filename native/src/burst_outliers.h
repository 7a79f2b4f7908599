/* Samples that stand out of their like neighbours: what burst_outliers.c and burst_calm.c share. */
#ifndef BARYTA_BURST_OUTLIERS_H
#define BARYTA_BURST_OUTLIERS_H

#include "burst.h"

typedef struct view {
    const uint16_t *samples;
    ptrdiff_t stride; /* samples */
} view;

static inline uint16_t at(const view *v, int32_t x, int32_t y) {
    return v->samples[y * v->stride + x];
}

/* How far the sample stands out of its like neighbours, sample units; 0: not clearly. */
float burst_excess(const baryta_merge *merge, const view *v, int32_t x, int32_t y);
uint16_t burst_median_of_neighbours(const view *v, int32_t x, int32_t y);

#endif
