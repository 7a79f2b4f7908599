/* Maps of scattered light and of the local base luminance, at reduced size.
 *
 * Scattered light: what is bright enough, weighted smoothly by its luminance, blurred. Local
 * contrast: a guided filter of the log luminance by itself (K. He, J. Sun, X. Tang, "Guided image
 * filtering", ECCV 2010; at reduced size: K. He, J. Sun, "Fast guided filter", arXiv:1505.00996),
 * whose coefficients are smooth while the base they give keeps the picture's edges.
 */
#include "light.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blur.h"
#include "highlight.h"
#include "planes.h"

static const float edge_variance = 0.25f; /* stops^2: half a stop is texture, two are an edge */
static const int32_t largest_block = 16;

int baryta_light_wanted(const baryta_look *look) {
    return look->vignette < 0.0f || look->halation > 0.0f || look->bloom > 0.0f ||
           (look->local_contrast > 0.0f || look->local_contrast < 0.0f);
}

typedef struct job {
    const baryta_light *light;
    const baryta_plane *linear;
    const baryta_tone *tone;
} job;

enum { CHUNK = 512, SUMS = 5 }; /* red, green and blue that bloom, glow, luminance */

/* Adds a row's pixels to their columns' sums. factor: of tone mapping, by pixel. */
static void add_row(const baryta_light *light, const float *row, const float *factor, int32_t count,
                    float sums[SUMS][CHUNK]) {
    float rgb[3][CHUNK];
    float luminance[CHUNK];
    float share[CHUNK];
    float glow[CHUNK];
    const float *const colours[3] = {rgb[0], rgb[1], rgb[2]};
    baryta_unzip(row, count, rgb[0], rgb[1], rgb[2]);
    for (int c = 0; c < 3; c++) {
        for (int32_t x = 0; x < count; x++) {
            rgb[c][x] = factor[x] * rgb[c][x];
        }
    }
    baryta_highlight_row(colours, count, luminance, share, glow);
    for (int c = 0; c < 3 && light->bloom != NULL; c++) {
        for (int32_t x = 0; x < count; x++) {
            sums[c][x] += share[x] * baryta_light_of(rgb[c][x]);
        }
    }
    for (int32_t x = 0; x < count; x++) {
        sums[3][x] += glow[x];
        sums[4][x] += luminance[x];
    }
}

static float sum_of(const float *sums, int32_t count) {
    float sum = 0.0f;
    for (int32_t x = 0; x < count; x++) {
        sum += sums[x];
    }
    return sum;
}

/* One row of the maps: means over blocks, each with the tone mapping of its centre. */
static void reduce_row(void *context, int32_t item, int32_t thread) {
    (void)thread;
    const job *work = context;
    const baryta_light *light = work->light;
    const int32_t block = light->blocks.block;
    const int64_t plane = (int64_t)light->blocks.columns * light->blocks.rows;
    const int32_t last = baryta_min((item + 1) * block, light->height);
    float sums[SUMS][CHUNK];
    float factor[CHUNK];
    for (int32_t x0 = 0; x0 < light->width; x0 += CHUNK) { /* of whole blocks */
        const int32_t count = baryta_min(CHUNK, light->width - x0);
        for (int32_t x = 0; x < count; x++) {
            factor[x] = x % block == 0 ? baryta_tone_factor(work->tone, x0 + x + block / 2,
                                                            item * block + block / 2)
                                       : factor[x - 1];
        }
        memset(sums, 0, sizeof sums);
        for (int32_t y = item * block; y < last; y++) {
            const float *row = (const float *)baryta_row(work->linear, y) + 3 * (int64_t)x0;
            add_row(light, row, factor, count, sums);
        }
        for (int32_t x = 0; x < count; x += block) {
            const int32_t n = baryta_min(block, count - x);
            const float scale = 1.0f / (float)((last - item * block) * n);
            const int64_t i = (int64_t)item * light->blocks.columns + (x0 + x) / block;
            for (int c = 0; c < 3 && light->bloom != NULL; c++) {
                light->bloom[c * plane + i] = sum_of(sums[c] + x, n) * scale;
            }
            if (light->glow != NULL) {
                light->glow[i] = sum_of(sums[3] + x, n) * scale;
            }
            if (light->slope != NULL) {
                const float stops = baryta_stops(sum_of(sums[4] + x, n) * scale);
                light->slope[i] = stops;
                light->offset[i] = stops * stops;
            }
        }
    }
}

/* From log luminance and its square to the guided filter's slope and offset. */
static void guide(const baryta_light *light, float radius, float *between, int32_t threads) {
    const int32_t w = light->blocks.columns;
    const int32_t h = light->blocks.rows;
    const int32_t reach = baryta_max(1, (int32_t)(radius + 0.5f));
    baryta_box(light->slope, w, h, reach, between, threads);
    baryta_box(light->offset, w, h, reach, between, threads);
    const int64_t count = (int64_t)w * h;
    for (int64_t i = 0; i < count; i++) {
        const float mean = light->slope[i];
        const float spread = light->offset[i] - mean * mean;
        const float variance = spread > 0.0f ? spread : 0.0f;
        const float slope = variance / (variance + edge_variance);
        light->slope[i] = slope;
        light->offset[i] = (1.0f - slope) * mean;
    }
    baryta_box(light->slope, w, h, reach, between, threads);
    baryta_box(light->offset, w, h, reach, between, threads);
}

/* The largest power of two that leaves every radius at least two map pixels. */
static int32_t block_size(const baryta_look *look, float diagonal) {
    float least = 1.0f;
    if (look->halation > 0.0f) {
        least = fminf(least, look->halation_radius);
    }
    if (look->bloom > 0.0f) {
        least = fminf(least, look->bloom_radius);
    }
    if (fabsf(look->local_contrast) > 0.0f) {
        least = fminf(least, look->local_contrast_radius);
    }
    int32_t block = 1;
    while (block < largest_block && (float)(4 * block) <= least * diagonal) {
        block *= 2;
    }
    return block;
}

static void filter_maps(const baryta_light *light, float diagonal, float *between,
                        int32_t threads) {
    const baryta_look *look = light->look;
    const float scale = diagonal / (float)light->blocks.block;
    const int64_t plane = (int64_t)light->blocks.columns * light->blocks.rows;
    if (light->bloom != NULL) {
        for (int c = 0; c < 3; c++) {
            baryta_blur(light->bloom + c * plane, light->blocks.columns, light->blocks.rows,
                        look->bloom_radius * scale, between, threads);
        }
    }
    if (light->glow != NULL) {
        baryta_blur(light->glow, light->blocks.columns, light->blocks.rows,
                    look->halation_radius * scale, between, threads);
    }
    if (light->slope != NULL) {
        guide(light, look->local_contrast_radius * scale, between, threads);
    }
}

baryta_status baryta_light_open(baryta_light *light, const baryta_plane *linear,
                                const baryta_tone *tone, const baryta_look *look, int32_t threads,
                                const baryta_span *span) {
    const float w = (float)linear->width;
    const float h = (float)linear->height;
    const float diagonal = sqrtf(w * w + h * h);
    *light = (baryta_light){.look = look, .width = linear->width, .height = linear->height};
    light->vignette = exp2f(-0.5f * look->vignette) - 1.0f;
    const int scatter = look->bloom > 0.0f || look->halation > 0.0f;
    if (!scatter && !(fabsf(look->local_contrast) > 0.0f)) {
        light->blocks.block = 1;
        return BARYTA_OK;
    }
    light->blocks.block = block_size(look, diagonal);
    light->blocks.columns = baryta_pieces(linear->width, light->blocks.block);
    light->blocks.rows = baryta_pieces(linear->height, light->blocks.block);
    const size_t plane = (size_t)light->blocks.columns * (size_t)light->blocks.rows;
    light->maps = malloc((BARYTA_LIGHT_PLANES + 1) * plane * sizeof(float));
    if (light->maps == NULL) {
        return BARYTA_NO_MEMORY;
    }
    light->bloom = look->bloom > 0.0f ? light->maps : NULL;
    light->glow = look->halation > 0.0f ? light->maps + 3 * plane : NULL;
    if (fabsf(look->local_contrast) > 0.0f) {
        light->slope = light->maps + 4 * plane;
        light->offset = light->maps + 5 * plane;
    }
    job work = {light, linear, tone};
    const baryta_status status =
        baryta_for_each(light->blocks.rows, baryta_max(1, 256 / light->blocks.block), threads,
                        reduce_row, &work, span);
    if (status != BARYTA_OK) {
        baryta_light_close(light);
        return status;
    }
    filter_maps(light, diagonal, light->maps + BARYTA_LIGHT_PLANES * plane, threads);
    return BARYTA_OK;
}

void baryta_light_close(baryta_light *light) {
    free(light->maps);
    light->maps = NULL;
}
