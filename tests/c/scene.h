/* Frames of a drifting scene to try the merge's kernels on: texture, edges, lamps that clip, deep
 * shadow, noise. */
#ifndef BARYTA_TESTS_SCENE_H
#define BARYTA_TESTS_SCENE_H

#include "baryta.h"
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const baryta_mosaic_format scene_bayer = {
    {2, 1, 1, 0}, {250.0f, 254.0f, 256.0f, 260.0f}, 4095.0f};
static const baryta_mosaic_format scene_mono = {
    {1, 1, 1, 1}, {250.0f, 254.0f, 256.0f, 260.0f}, 4095.0f};
static const baryta_noise scene_noise = {{1.0e-3f, 0.8e-3f, 0.9e-3f, 1.1e-3f},
                                         {2e-5f, 3e-5f, 2.5e-5f, 2e-5f}};

static inline uint32_t scene_hash(uint32_t x, uint32_t y, uint32_t seed) {
    uint32_t h = x * 0x8da6b343u ^ y * 0xd8163841u ^ seed * 0xcb1ab31fu;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

/* Uniform in 0..1. */
static inline double scene_random(int32_t x, int32_t y, uint32_t seed) {
    return (scene_hash((uint32_t)x, (uint32_t)y, seed) >> 8) / 16777216.0;
}

/* Normalised light of a colour at (u, v); inner: by how much further a square in it has moved. */
static inline double scene_light(double u, double v, int colour, double inner) {
    if (fabs(u - 90.0) < 28.0 && fabs(v - 70.0) < 28.0) {
        u -= inner;
    }
    double light = 0.22 + 0.12 * sin(0.11 * u + 0.05 * v + colour) +
                   0.06 * sin(0.9 * u - 0.7 * v) * sin(0.05 * v) +
                   0.03 * sin(2.1 * u + 0.3 * v + 2 * colour);
    const double stripes = fmod(fabs(u + 0.4 * v), 37.0);
    light *= stripes < 11.0 ? 0.3 + 0.2 * colour : 1.0;
    const double lamp_u = fmod(fabs(u), 83.0) - 40.0, lamp_v = fmod(fabs(v), 61.0) - 30.0;
    light += lamp_u * lamp_u + lamp_v * lamp_v < 20.0 ? 0.9 : 0.0;
    return fmax(light - (v < 24.0 ? 0.2 : 0.0), 0.0);
}

/* A frame that shows the scene shifted by (dx, dy), exposed so many times as long. */
static inline void scene_frame(const baryta_plane *frame, const baryta_mosaic_format *format,
                               const baryta_noise *noise, double exposure, double dx, double dy,
                               double inner, uint32_t seed) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light =
                exposure * scene_light(x - dx, y - dy, format->colour[site], inner);
            double chance = -2.0;
            for (uint32_t k = 0; k < 4; k++) {
                chance += scene_random(x, y, 4 * seed + k);
            }
            const double sigma =
                sqrt((double)noise->shot[site] * light + (double)noise->read[site]);
            const double range = (double)format->white - (double)format->black[site];
            const double value =
                (double)format->black[site] + (light + 1.73 * sigma * chance) * range;
            row[x] = (uint16_t)fmin(fmax(value + 0.5, 0.0), (double)format->white);
        }
    }
}

static inline baryta_plane scene_plane(int32_t width, int32_t height) {
    const int64_t stride = 2 * (int64_t)width + 6;
    const baryta_plane plane = {malloc((size_t)stride * (size_t)height), width, height, stride};
    CHECK(plane.data != NULL);
    return plane;
}

static inline baryta_merge_options scene_options(const baryta_mosaic_format *format,
                                                 const baryta_noise *noise) {
    const baryta_merge_options options = {.format = *format,
                                          .noise = *noise,
                                          .robustness = 1.0f,
                                          .shrink = 1.0f,
                                          .frame_noise = 1.0f,
                                          .output_scale = 16,
                                          .threads = 1};
    return options;
}

#endif
