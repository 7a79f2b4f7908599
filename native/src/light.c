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

#include "blur.h"
#include "highlight.h"

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

/* One row of the maps: means over blocks, each with the tone mapping of its centre. */
static void reduce_row(void *context, int32_t item, int32_t thread) {
    (void)thread;
    const job *work = context;
    const baryta_light *light = work->light;
    const int32_t block = light->blocks.block;
    const int64_t base = (int64_t)item * light->blocks.columns;
    const int32_t last = baryta_min((item + 1) * block, light->height);
    for (int32_t column = 0; column < light->blocks.columns; column++) {
        const int32_t end = baryta_min((column + 1) * block, light->width);
        const float factor =
            baryta_tone_factor(work->tone, column * block + block / 2, item * block + block / 2);
        float bloom[3] = {0.0f, 0.0f, 0.0f};
        float glow = 0.0f;
        float luminance = 0.0f;
        for (int32_t y = item * block; y < last; y++) {
            const float *row = baryta_row(work->linear, y);
            for (int32_t x = column * block; x < end; x++) {
                const float *pixel = row + 3 * (int64_t)x;
                const float rgb[3] = {factor * pixel[0], factor * pixel[1], factor * pixel[2]};
                const baryta_highlight at = baryta_highlight_of(rgb);
                for (int c = 0; c < 3; c++) {
                    bloom[c] += at.share * at.rgb[c];
                }
                glow += at.glow;
                luminance += at.luminance;
            }
        }
        const float scale = 1.0f / (float)((last - item * block) * (end - column * block));
        const int64_t i = base + column;
        if (light->bloom != NULL) {
            const int64_t plane = (int64_t)light->blocks.columns * light->blocks.rows;
            for (int c = 0; c < 3; c++) {
                light->bloom[c * plane + i] = bloom[c] * scale;
            }
        }
        if (light->glow != NULL) {
            light->glow[i] = glow * scale;
        }
        if (light->slope != NULL) {
            const float stops = baryta_stops(luminance * scale);
            light->slope[i] = stops;
            light->offset[i] = stops * stops;
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
