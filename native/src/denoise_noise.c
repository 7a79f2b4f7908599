#include "denoise_noise.h"

#include <math.h>

#include "domain.h"

/* Knees in standard deviations of read noise: what noise makes negative stays where the domain is
 * all but linear. */
static const float knee_in_sigma = 4.0f;

void baryta_develop_noise(baryta_development *work) {
    const baryta_develop_options *options = work->options;
    float *shot = work->shot;
    float *read = work->read;
    work->knee = baryta_domain_knee;
    for (int c = 0; c < 3; c++) {
        float count = 0.0f;
        shot[c] = read[c] = 0.0f;
        for (int site = 0; site < 4; site++) {
            if (options->format.colour[site] == c) {
                shot[c] += options->noise.shot[site];
                read[c] += options->noise.read[site];
                count += 1.0f;
            }
        }
        if (count > 0.0f) {
            shot[c] /= count;
            read[c] /= count;
        }
        const float knee = knee_in_sigma * options->white_balance[c] * sqrtf(read[c]);
        work->knee = work->knee > knee ? work->knee : knee;
    }
}

void baryta_noise_gain_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                           int32_t step, float *restrict gain) {
    const baryta_shading *shading = &work->options->shading;
    for (int32_t x = 0; x < count; x++) {
        gain[x] = 1.0f;
    }
    if (shading->gain != NULL) {
        /* One site stands for all: noise need not be known to a few percent. */
        baryta_shading_row(shading, 0, work->mosaic->width, work->mosaic->height, y, x0, count,
                           step, gain);
    }
}

void baryta_noise_variance_row(const baryta_development *work, const float *const rgb[3],
                               const float *restrict gain, int32_t count,
                               float *restrict variance) {
    for (int c = 0; c < 3; c++) {
        const float *restrict level = rgb[c];
        const float balance = work->options->white_balance[c];
        const float shot = work->shot[c];
        const float read = work->read[c];
        const float knee = work->knee;
        const float weight = 0.5f; /* green has half the variance, but counts twice */
        for (int32_t x = 0; x < count; x++) {
            const float y = level[x] > 0.0f ? level[x] : 0.0f;
            const float root = baryta_domain_root(y, knee);
            const float slope = baryta_domain_slope(y, root, knee);
            const float light = 0.5f * y * (y + root);
            const float scale = balance * gain[x];
            const float part = weight * slope * slope * scale * (shot * light + read * scale);
            variance[x] = c == 0 ? part : variance[x] + part;
        }
    }
}

/* Measured on a flat grey with white noise, developed without denoising (test_denoise.py repeats
 * it); the margin is the 95th percentile of 3x3 means against their expectation. */
static const float share[BARYTA_NOISE_LEVELS] = {0.0284f, 0.0559f, 0.0490f, 0.0274f, 0.0100f};
static const float luma_share = 0.387f;
static const float margin = 1.9f;

float baryta_noise_scale(int32_t level) {
    return margin * share[level + 1];
}

float baryta_noise_luma_scale(void) {
    return margin * luma_share;
}
