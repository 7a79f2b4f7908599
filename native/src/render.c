/* A linear image in a look, tile by tile: tone mapping, light, table, sharpening, grain, 8 bits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blur.h"
#include "grain.h"
#include "light.h"
#include "look.h"
#include "pixels_routines.h"
#include "planes.h"
#include "sharpen.h"

enum { TILE_WIDTH = 256, TILE_HEIGHT = 64 };

typedef struct job {
    const baryta_plane *linear;
    const baryta_plane *picture;
    baryta_table table;
    baryta_tone tone;
    baryta_light light;
    int light_wanted;
    baryta_sharpening sharpening;
    baryta_grain grain;
    float sharpen_kernel[BARYTA_KERNEL_REACH + 1];
    float grain_kernel[BARYTA_KERNEL_REACH + 1];
    int32_t across;
    float *scratch;
    size_t part;
    size_t tile_floats; /* of a colour: a thread's part begins with three, then comes scratch */
} job;

/* Dither, within half a step: interleaved gradient noise (J. Jimenez, "Next generation
 * post-processing in Call of Duty: Advanced Warfare", SIGGRAPH 2014). The same for the three
 * channels, so that neutrals stay neutral; slightly less than half a step, so that exact levels
 * stay exact. */
static inline float dither(int32_t x, int32_t y) {
    const float a = 0.06711056f * (float)x + 0.00583715f * (float)y;
    const float b = 52.9829189f * (a - (float)(int32_t)a);
    return 0.96f * (b - (float)(int32_t)b - 0.5f);
}

/* Grain on part of a row. */
static void add_grain(float amount, const float *restrict noise, int32_t count,
                      float *const rgb[3]) {
    for (int c = 0; c < 3; c++) {
        float *restrict plane = rgb[c];
        for (int32_t x = 0; x < count; x++) {
            const float u = plane[x];
            const float law = u * (1.0f - u);
            plane[x] = u + 2.0f * amount * noise[x] * sqrtf(law > 0.0f ? law : 0.0f);
        }
    }
}

static void quantise(const float *const rgb[3], int32_t x0, int32_t y, int32_t count,
                     uint8_t *restrict out) {
    uint8_t level[3][TILE_WIDTH];
    float offset[TILE_WIDTH];
    for (int32_t x = 0; x < count; x++) {
        offset[x] = dither(x0 + x, y) + 0.5f;
    }
    for (int c = 0; c < 3; c++) {
        const float *restrict plane = rgb[c];
        for (int32_t x = 0; x < count; x++) {
            float value = plane[x] * 255.0f + offset[x];
            value = value > 0.0f ? value : 0.0f;
            value = value < 255.0f ? value : 255.0f;
            level[c][x] = (uint8_t)(int32_t)value;
        }
    }
    for (int32_t x = 0; x < count; x++) {
        out[3 * x] = level[0][x];
        out[3 * x + 1] = level[1][x];
        out[3 * x + 2] = level[2][x];
    }
}

/* Encodes the tile with its margin, the picture's border pixels repeated beyond it. */
static void encode(const job *all, int32_t x0, int32_t y0, int32_t columns, int32_t rows,
                   int32_t margin, float *const tile[3]) {
    const baryta_plane *linear = all->linear;
    const int32_t wide = columns + 2 * margin;
    const int32_t left = baryta_max(x0 - margin, 0);
    const int32_t right = baryta_min(x0 + columns + margin, linear->width);
    const int32_t before = left - x0 + margin;
    const int32_t count = right - left;
    for (int32_t i = 0; i < rows + 2 * margin; i++) {
        const int32_t y = baryta_max(0, baryta_min(y0 - margin + i, linear->height - 1));
        const int64_t first = (int64_t)i * wide + before;
        float *const inside[3] = {tile[0] + first, tile[1] + first, tile[2] + first};
        const float *in = (const float *)baryta_row(linear, y) + 3 * (int64_t)left;
        baryta_unzip(in, count, inside[0], inside[1], inside[2]);
        if (all->tone.maps != NULL) {
            baryta_tone_row(&all->tone, y, left, count, inside);
        }
        if (all->light_wanted) {
            baryta_light_row(&all->light, y, left, count, inside);
        }
        baryta_table_row(&all->table, count, inside);
        for (int c = 0; c < 3; c++) {
            for (int32_t x = 1; x <= before; x++) {
                inside[c][-x] = inside[c][0];
            }
            for (int32_t x = count; x < wide - before; x++) {
                inside[c][x] = inside[c][count - 1];
            }
        }
    }
}

static void render_tile(void *context, int32_t item, int32_t thread) {
    const job *all = context;
    const int32_t x0 = item % all->across * TILE_WIDTH;
    const int32_t y0 = item / all->across * TILE_HEIGHT;
    const int32_t columns = baryta_min(TILE_WIDTH, all->linear->width - x0);
    const int32_t rows = baryta_min(TILE_HEIGHT, all->linear->height - y0);
    const int32_t margin = all->sharpening.reach;
    float *scratch = all->scratch + (size_t)thread * all->part;
    float *const tile[3] = {scratch, scratch + all->tile_floats, scratch + 2 * all->tile_floats};
    scratch += 3 * all->tile_floats;
    encode(all, x0, y0, columns, rows, margin, tile);
    if (all->sharpening.amount > 0.0f) {
        baryta_sharpen(&all->sharpening, tile, columns, rows, scratch);
    }
    const float *noise = NULL;
    if (all->grain.amount > 0.0f) {
        noise = baryta_grain_tile(&all->grain, x0, y0, columns, rows, scratch);
    }
    for (int32_t y = 0; y < rows; y++) {
        const int64_t first = (int64_t)(y + margin) * (columns + 2 * margin) + margin;
        float *const row[3] = {tile[0] + first, tile[1] + first, tile[2] + first};
        if (noise != NULL) {
            add_grain(all->grain.amount, noise + (int64_t)y * columns, columns, row);
        }
        const float *const encoded[3] = {row[0], row[1], row[2]};
        uint8_t *out = (uint8_t *)baryta_row(all->picture, y0 + y) + 3 * (int64_t)x0;
        quantise(encoded, x0, y0 + y, columns, out);
    }
}

static baryta_status prepare(job *all, const baryta_look *look, int32_t threads) {
    const float w = (float)all->linear->width;
    const float h = (float)all->linear->height;
    if (look->sharpening > 0.0f && look->sharpening_radius > 0.0f) {
        const int32_t reach = baryta_kernel(look->sharpening_radius, 1, all->sharpen_kernel);
        if (reach > 0) {
            all->sharpening = (baryta_sharpening){look->sharpening, all->sharpen_kernel, reach};
        }
    }
    if (look->grain > 0.0f) {
        /* A grain's diameter is the full width at half maximum of its Gaussian. */
        const float deviation = look->grain_size * sqrtf(w * w + h * h) / 2.3548f;
        const int32_t reach = baryta_kernel(deviation, 2, all->grain_kernel);
        all->grain = (baryta_grain){look->grain, all->grain_kernel, reach, look->grain_seed};
    }
    const size_t margin = 2 * (size_t)all->sharpening.reach;
    all->tile_floats = (TILE_WIDTH + margin) * (TILE_HEIGHT + margin);
    const size_t sharpen = baryta_sharpen_scratch(TILE_WIDTH, TILE_HEIGHT, all->sharpening.reach);
    const size_t grain = baryta_grain_scratch(TILE_WIDTH, TILE_HEIGHT, all->grain.reach);
    all->scratch = baryta_scratch(
        threads, 3 * all->tile_floats + (sharpen > grain ? sharpen : grain), &all->part);
    if (all->scratch == NULL) {
        return BARYTA_NO_MEMORY;
    }
    return baryta_table_open(&all->table, look);
}

baryta_status baryta_render_here(const baryta_plane *linear, const baryta_look *look,
                                 const baryta_plane *picture, int32_t threads,
                                 baryta_progress progress, void *user) {
    if (!baryta_table_valid(look) || !baryta_spatial_valid(look) ||
        !baryta_plane_valid(linear, 12, 4) || !baryta_plane_valid(picture, 3, 1) ||
        !baryta_same_size(linear, picture) || !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    job all = {.linear = linear, .picture = picture};
    all.across = baryta_pieces(linear->width, TILE_WIDTH);
    const int32_t tiles = all.across * baryta_pieces(linear->height, TILE_HEIGHT);
    baryta_status status = prepare(&all, look, threads);
    all.light_wanted = baryta_light_wanted(look);
    float done = 0.0f;
    if (status == BARYTA_OK && baryta_tone_wanted(look)) {
        const baryta_span first = {progress, user, done, 0.1f};
        status = baryta_tone_open(&all.tone, linear, look, threads, &first);
        done = first.to;
    }
    if (status == BARYTA_OK && all.light_wanted) {
        const baryta_span second = {progress, user, done, done + 0.2f};
        status = baryta_light_open(&all.light, linear, &all.tone, look, threads, &second);
        done = second.to;
    }
    if (status == BARYTA_OK) {
        const baryta_span rest = {progress, user, done, 1.0f};
        status = baryta_for_each(tiles, 2 * all.across, threads, render_tile, &all, &rest);
    }
    baryta_tone_close(&all.tone);
    baryta_light_close(&all.light);
    baryta_table_close(&all.table);
    free(all.scratch);
    return status;
}
