/* Chroma is taken apart into a pyramid of differences between one size and the next smaller one
 * (P. Burt, E. Adelson, "The Laplacian pyramid as a compact image code", IEEE Trans. Comm. 31(4),
 * 1983). Each difference is shrunk by Wiener's rule from its local energy and the noise that the
 * sensor's model predicts there: what noise alone explains goes, a colour edge has far more energy
 * and stays. Of luminance only the finest difference is touched, and at most half of it taken, so
 * that texture keeps a natural grain.
 */
#include "denoise.h"

#include <stdlib.h>

#include "denoise_fine.h"
#include "denoise_noise.h"

typedef struct pass {
    baryta_denoiser *denoiser;
    int32_t level;
} pass;

static baryta_level *level_of(const pass *at, int32_t *y, int32_t item) {
    *y = item;
    return &at->denoiser->level[at->level];
}

/* Means of 2x2 of two rows, the last column repeated where the width is odd. */
static void halve(const float *restrict a, const float *restrict b, int32_t width,
                  float *restrict out) {
    for (int32_t x = 0; x < width / 2; x++) {
        out[x] = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
    }
    if (width % 2 != 0) {
        const int32_t last = width - 1;
        out[width / 2] = 0.25f * (a[last] + a[last] + b[last] + b[last]);
    }
}

/* Means of 2x2 pixels of the image: chroma, luma and the variance that their levels imply. */
static void measure_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    const baryta_denoiser *denoiser = at->denoiser;
    const baryta_plane *image = denoiser->work->linear;
    const baryta_level *level = &denoiser->level[0];
    const int32_t below = baryta_min(2 * item + 1, image->height - 1);
    const int32_t w = level->width;
    const int64_t base = (int64_t)item * w;
    float *gain = denoiser->scratch + (size_t)thread * denoiser->part;
    float *const mean[3] = {gain + w, gain + 2 * w, gain + 3 * w};
    for (int c = 0; c < 3; c++) {
        halve(baryta_denoise_plane(image, 2 * item, c), baryta_denoise_plane(image, below, c),
              image->width, mean[c]);
    }
    const float *restrict red = mean[0];
    const float *restrict green = mean[1];
    const float *restrict blue = mean[2];
    float *restrict u = level->u + base;
    float *restrict v = level->v + base;
    float *restrict luma = denoiser->luma + base;
    for (int32_t x = 0; x < w; x++) {
        u[x] = red[x] - green[x];
        v[x] = blue[x] - green[x];
        luma[x] = 0.25f * (red[x] + blue[x]) + 0.5f * green[x];
    }
    baryta_noise_gain_row(denoiser->work, 2 * item, 0, w, 2, gain);
    const float *const light[3] = {mean[0], mean[1], mean[2]};
    baryta_noise_variance_row(denoiser->work, light, gain, w, level->variance + base);
}

/* The next smaller level. */
static void halve_row(void *context, int32_t item, int32_t thread) {
    (void)thread;
    int32_t y;
    const baryta_level *small = level_of(context, &y, item);
    const baryta_level *large = small - 1;
    const float *from[3] = {large->u, large->v, large->variance};
    float *to[3] = {small->u, small->v, small->variance};
    const int64_t top = 2 * (int64_t)y * large->width;
    const int64_t bottom = baryta_min(2 * y + 1, large->height - 1) * (int64_t)large->width;
    for (int i = 0; i < 3; i++) {
        halve(from[i] + top, from[i] + bottom, large->width, to[i] + (int64_t)y * small->width);
    }
}

/* Energy of a level's difference from the next smaller one. */
static void energy_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    int32_t y;
    const baryta_level *level = level_of(at, &y, item);
    const baryta_level *small = level + 1;
    const int32_t w = level->width;
    float *between = at->denoiser->scratch + (size_t)thread * at->denoiser->part;
    float *u = between + w;
    float *v = u + w;
    baryta_enlarge_row(small->u, small->width, small->height, y, w, between, u);
    baryta_enlarge_row(small->v, small->width, small->height, y, w, between, v);
    const int64_t base = (int64_t)y * w;
    const float *restrict own_u = level->u + base;
    const float *restrict own_v = level->v + base;
    float *restrict energy = at->denoiser->energy_chroma + base;
    for (int32_t x = 0; x < w; x++) {
        const float du = own_u[x] - u[x];
        const float dv = own_v[x] - v[x];
        energy[x] = 0.5f * (du * du + dv * dv);
    }
}

/* The cleaned level: the smaller one, enlarged, plus what stays of the difference. */
static void clean_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    int32_t y;
    const baryta_level *level = level_of(at, &y, item);
    const baryta_level *small = level + 1;
    const int32_t w = level->width;
    float *between = at->denoiser->scratch + (size_t)thread * at->denoiser->part;
    float *row[4] = {between + w, between + 2 * w, between + 3 * w, between + 4 * w};
    const float *from[4] = {small->u, small->v, small->clean_u, small->clean_v};
    for (int i = 0; i < 4; i++) {
        baryta_enlarge_row(from[i], small->width, small->height, y, w, between, row[i]);
    }
    const float strength = at->denoiser->work->options->denoise * baryta_noise_scale(at->level);
    const int64_t base = (int64_t)y * w;
    float *restrict keep = between;
    baryta_around_row(at->denoiser->energy_chroma, w, level->height, y, keep);
    for (int32_t x = 0; x < w; x++) {
        keep[x] = baryta_wiener(keep[x], strength * level->variance[base + x]);
    }
    for (int i = 0; i < 2; i++) {
        const float *restrict own = (i == 0 ? level->u : level->v) + base;
        const float *restrict smooth = row[i];
        const float *restrict clean = row[2 + i];
        float *restrict out = (i == 0 ? level->clean_u : level->clean_v) + base;
        for (int32_t x = 0; x < w; x++) {
            out[x] = clean[x] + keep[x] * (own[x] - smooth[x]);
        }
    }
}

static baryta_status each(baryta_denoiser *denoiser, int32_t level, baryta_work work,
                          const baryta_span *span) {
    pass at = {denoiser, level};
    return baryta_for_each(denoiser->level[level].height, 512, denoiser->work->options->threads,
                           work, &at, span);
}

static void finest_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    baryta_denoise_finest_row(at->denoiser, item, thread);
}

static void keep_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    baryta_denoise_keep_row(at->denoiser, item, thread);
}

static baryta_status reserve(baryta_denoiser *denoiser) {
    size_t total = 0;
    for (int pass_no = 0; pass_no < 2; pass_no++) {
        float *next = denoiser->memory;
        int32_t w = denoiser->work->linear->width;
        int32_t h = denoiser->work->linear->height;
        for (int i = 0; i < BARYTA_DENOISE_LEVELS; i++) {
            baryta_level *level = &denoiser->level[i];
            w = baryta_pieces(w, 2);
            h = baryta_pieces(h, 2);
            const size_t count = (size_t)w * (size_t)h;
            const int planes = i == 0 ? 9 : i + 1 == BARYTA_DENOISE_LEVELS ? 3 : 5;
            if (pass_no == 0) {
                total += (size_t)planes * count;
                continue;
            }
            *level = (baryta_level){w, h, next, next + count, next + 2 * count, NULL, NULL};
            /* The smallest level is as clean as it gets. */
            const int last = planes == 3;
            level->clean_u = last ? level->u : next + 3 * count;
            level->clean_v = last ? level->v : next + 4 * count;
            if (i == 0) {
                denoiser->luma = next + 5 * count;
                denoiser->energy_chroma = next + 6 * count;
                denoiser->energy_luma = next + 7 * count;
                denoiser->keep_luma = next + 8 * count;
                denoiser->keep_chroma = level->variance; /* takes its place */
            }
            next += (size_t)planes * count;
        }
        if (pass_no == 0) {
            denoiser->memory = baryta_large(total * sizeof(float));
            if (denoiser->memory == NULL) {
                return BARYTA_NO_MEMORY;
            }
        }
    }
    const size_t row = (size_t)denoiser->work->linear->width + 8;
    denoiser->scratch = baryta_scratch(denoiser->work->options->threads, 11 * row, &denoiser->part);
    return denoiser->scratch == NULL ? BARYTA_NO_MEMORY : BARYTA_OK;
}

baryta_status baryta_denoise_open(baryta_denoiser *denoiser, const baryta_development *work,
                                  const baryta_span *span) {
    *denoiser = (baryta_denoiser){.work = work};
    baryta_status status = reserve(denoiser);
    if (status == BARYTA_OK) {
        status = each(denoiser, 0, measure_row, span);
    }
    for (int32_t i = 1; i < BARYTA_DENOISE_LEVELS && status == BARYTA_OK; i++) {
        status = each(denoiser, i, halve_row, NULL);
    }
    for (int32_t i = BARYTA_DENOISE_LEVELS - 2; i >= 0 && status == BARYTA_OK; i--) {
        status = each(denoiser, i, energy_row, NULL);
        if (status == BARYTA_OK) {
            status = each(denoiser, i, clean_row, NULL);
        }
    }
    if (status == BARYTA_OK) {
        status = each(denoiser, 0, finest_row, NULL);
    }
    if (status == BARYTA_OK) {
        status = each(denoiser, 0, keep_row, NULL);
    }
    if (status != BARYTA_OK) {
        baryta_denoise_close(denoiser);
    }
    return status;
}

void baryta_denoise_close(baryta_denoiser *denoiser) {
    free(denoiser->memory);
    free(denoiser->scratch);
    denoiser->memory = NULL;
    denoiser->scratch = NULL;
}
