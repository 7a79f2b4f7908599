/* A merge with a frame of the scene under way, for tests of its kernels. */
#ifndef BARYTA_TESTS_BURST_CASE_H
#define BARYTA_TESTS_BURST_CASE_H

#include "kernels.h"
#include "plain.h"
#include "scene.h"

typedef struct burst_case {
    baryta_merge *merge;
    baryta_plane reference, frame;
    plain_plane planes[3]; /* of the frame, demosaiced by the twin; mono: the first */
} burst_case;

/* The frame shows the scene shifted by (dx, dy); blocks have no displacement yet. */
static inline burst_case burst_case_begin(const kernels *k, const baryta_merge_options *options,
                                          int32_t width, int32_t height, float exposure, double dx,
                                          double dy) {
    burst_case c = {NULL, scene_plane(width, height), scene_plane(width, height), {{NULL, 0, 0}}};
    scene_frame(&c.reference, &options->format, &options->noise, 1.0, 0.0, 0.0, 0.0, 1);
    scene_frame(&c.frame, &options->format, &options->noise, (double)exposure, dx, dy, 6.0, 2);
    CHECK(burst_begin(options, &c.reference, k->routines, &c.merge, NULL, NULL) == BARYTA_OK);
    c.merge->exposure = exposure;
    c.merge->share = fminf(fmaxf(exposure, 1.0f / 16.0f), BURST_MOST_SHARE);
    return c;
}

static inline void burst_case_end(burst_case *c) {
    for (int i = 0; i < 3; i++) {
        plain_plane_free(&c->planes[i]);
    }
    baryta_merge_free(c->merge);
    free(c->reference.data);
    free(c->frame.data);
}

/* What the square root is taken of is raised by so much. */
static inline double burst_case_offset(const burst_case *c) {
    double read = 0.0;
    for (int site = 0; site < 4; site++) {
        const double own = (double)c->merge->options.noise.read[site];
        read = own > read ? own : read; /* with fmax GCC 12 fails for aarch64 */
    }
    return (0.01 + 5.0 * sqrt(read)) / (double)c->merge->exposure;
}

static inline void burst_case_demosaic(burst_case *c) {
    const baryta_mosaic_format *format = &c->merge->options.format;
    const int32_t width = c->frame.width, height = c->frame.height;
    double gain[3];
    for (int i = 0; i < 3; i++) {
        gain[i] = (double)c->merge->colour_gain[i] / (double)c->merge->tint[i];
    }
    plain_plane mosaic = plain_plane_make(width, height);
    plain_normalise(&c->frame, format, (double)c->merge->exposure, gain, &mosaic);
    if (c->merge->mono) {
        c->planes[0] = mosaic;
        return;
    }
    for (int i = 0; i < 3; i++) {
        c->planes[i] = plain_plane_make(width, height);
    }
    plain_demosaic(&mosaic, format->colour, burst_case_offset(c), c->planes);
    plain_plane_free(&mosaic);
}

/* All rows of the frame and those that the resampling reaches beyond it, in the strip's band. */
static inline const burst_band *burst_case_band(const kernels *k, const burst_case *c) {
    const int32_t beyond = 16;
    CHECK(burst_strips_grow(c->merge, c->frame.height + 4 * beyond));
    burst_band *band = &c->merge->strip[0].band;
    k->band_begin(c->merge, band, -beyond);
    k->band_reach(c->merge, &c->frame, band, c->frame.height + beyond);
    return band;
}

static inline plain_view burst_case_view(const burst_case *c, int32_t reach) {
    const float *gain = c->merge->colour_gain, *tint = c->merge->tint;
    const plain_view view = {.reference = &c->reference,
                             .frame = &c->frame,
                             .format = &c->merge->options.format,
                             .planes = c->planes,
                             .colour_gain = {(double)gain[0], (double)gain[1], (double)gain[2]},
                             .exposure = (double)c->merge->exposure,
                             .tint = {(double)tint[0], (double)tint[1], (double)tint[2]},
                             .reach = reach};
    return view;
}

/* Every block displaced by (dx, dy) and up to `spread` either way, by runs of a few the same. */
static inline void burst_case_flow(const burst_case *c, double dx, double dy, double spread) {
    const burst_grid *grid = &c->merge->grid;
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            const int32_t run = bx / (1 + by % 5);
            const int32_t at = by * grid->blocks_w + bx;
            const double x = scene_random(run, by, 5), y = scene_random(run, by, 6);
            const double part = 0.4 * scene_random(bx, by, 7);
            c->merge->flow.x[at] = (float)(dx + part + spread * (2.0 * x - 1.0));
            c->merge->flow.y[at] = (float)(dy - part + spread * (2.0 * y - 1.0));
        }
    }
}

/* Of the alignment, which has a trust each. */
static inline int32_t case_tiles(const baryta_merge *merge) {
    return (merge->grey.width[0] + BURST_TILE - 1) / BURST_TILE *
           ((merge->grey.height[0] + BURST_TILE - 1) / BURST_TILE);
}

/* A half-precision float (IEEE 754 binary16) of a sum of differences. */
static inline double case_sum(uint16_t half) {
    const int exponent = half >> 10 & 31, significand = half & 1023;
    const double size =
        exponent > 0 ? ldexp(1024 + significand, exponent - 25) : ldexp(significand, -24);
    return ((half & 0x8000) != 0 ? -size : size) / (double)BURST_SUM_UNIT;
}

/* What a twin is told of the grey levels. */
static inline plain_levels case_levels(const baryta_merge *merge) {
    const burst_stabiliser *s = &merge->stabiliser;
    return (plain_levels){(double)s->sigma, (double)s->factor, (double)s->offset, (double)s->floor,
                          (double)s->slope};
}

#endif
