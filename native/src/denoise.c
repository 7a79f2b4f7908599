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

/* Means of 2x2 pixels of the image: chroma, luma and the variance that their levels imply. */
static void measure_row(void *context, int32_t item, int32_t thread) {
    const pass *at = context;
    const baryta_denoiser *denoiser = at->denoiser;
    const baryta_plane *image = denoiser->work->linear;
    const baryta_level *level = &denoiser->level[0];
    float *gain = denoiser->scratch + (size_t)thread * denoiser->part;
    const float *row0 = baryta_row(image, 2 * item);
    const float *row1 = baryta_row(image, baryta_min(2 * item + 1, image->height - 1));
    const int64_t base = (int64_t)item * level->width;
    baryta_noise_gain_row(denoiser->work, 2 * item, level->width, gain);
    for (int32_t x = 0; x < level->width; x++) {
        const int64_t left = 6 * (int64_t)x;
        const int64_t right = 3 * (int64_t)baryta_min(2 * x + 1, image->width - 1);
        float mean[3];
        for (int c = 0; c < 3; c++) {
            mean[c] = 0.25f * (row0[left + c] + row0[right + c] + row1[left + c] + row1[right + c]);
        }
        level->u[base + x] = mean[0] - mean[1];
        level->v[base + x] = mean[2] - mean[1];
        denoiser->luma[base + x] = 0.25f * (mean[0] + mean[2]) + 0.5f * mean[1];
        level->variance[base + x] = baryta_noise_variance(denoiser->work, mean, gain[x]);
    }
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
        float *restrict out = to[i] + (int64_t)y * small->width;
        const float *a = from[i] + top;
        const float *b = from[i] + bottom;
        for (int32_t x = 0; x < small->width; x++) {
            const int32_t right = baryta_min(2 * x + 1, large->width - 1);
            out[x] = 0.25f * (a[2 * x] + a[right] + b[2 * x] + b[right]);
        }
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
    for (int32_t x = 0; x < w; x++) {
        const float du = level->u[base + x] - u[x];
        const float dv = level->v[base + x] - v[x];
        at->denoiser->energy_chroma[base + x] = 0.5f * (du * du + dv * dv);
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
    for (int32_t x = 0; x < w; x++) {
        const float energy = baryta_around(at->denoiser->energy_chroma, w, level->height, x, y);
        const float keep = baryta_wiener(energy, strength * level->variance[base + x]);
        level->clean_u[base + x] = row[2][x] + keep * (level->u[base + x] - row[0][x]);
        level->clean_v[base + x] = row[3][x] + keep * (level->v[base + x] - row[1][x]);
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
    (void)thread;
    const pass *at = context;
    baryta_denoise_keep_row(at->denoiser, item);
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
            denoiser->memory = malloc(total * sizeof(float));
            if (denoiser->memory == NULL) {
                return BARYTA_NO_MEMORY;
            }
        }
    }
    const size_t row = (size_t)denoiser->work->linear->width + 8;
    denoiser->scratch = baryta_scratch(denoiser->work->options->threads, 8 * row, &denoiser->part);
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
