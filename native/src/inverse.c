/* From the domain of domain.h back to light, where noise has been averaged out.
 *
 * The domain is curved: the mean of noisy values lies below the value of the mean light, by half
 * the curvature times the variance of the noise, most in the colours that white balance amplifies
 * most. Averaging has taken a part of that variance out of the picture; for the part that is
 * gone the way back through the curve is corrected to second order (the delta method; the aim is
 * that of M. Makitalo, A. Foi, "Optimal inversion of the Anscombe transformation in low-count
 * Poisson image denoising", IEEE TIP 20(1), 2011, for another curve). */
#include <math.h>
#include <stddef.h>

#include "denoise_noise.h"
#include "develop.h"
#include "domain.h"

enum { CHUNK = 128 };

/* Of the variance that luminance has from white noise, by how much of its finest difference
 * stays: the part of the coarser sizes and, times the square of that, the finest one's. Measured on
 * a flat grey. */
static const float coarse = 0.35f;
static const float fine = 1.68f;
/* Of colour noise, what demosaicing alone takes; where it is all that was taken. */
static const float demosaiced = 0.65f;
/* The curvature jumps at black. Read noise blurs the jump to x (x + h) / (x^2 + 0.85 x h + h^2) of
 * its height, h this many standard deviations: within 0.02 of the mean of |x| x over noise. */
static const float jump = 0.625f;

typedef struct samples {
    float root[CHUNK]; /* of domain.h */
    float light[CHUNK];
    float variance[CHUNK]; /* of noise, in the domain */
} samples;

static void look_up(const baryta_development *work, int colour, const float *restrict gain,
                    const float *restrict plane, int32_t count, samples *out) {
    const float balance = work->options->white_balance[colour];
    const float shot = work->shot[colour];
    const float read = work->read[colour];
    const float knee = work->knee;
    for (int32_t k = 0; k < count; k++) {
        const float y = plane[k];
        const float root = baryta_domain_root(y, knee);
        const float light = 0.5f * y * (fabsf(y) + root);
        const float bright = light > 0.0f ? light : 0.0f;
        const float scale = balance * gain[k];
        const float slope = baryta_domain_slope(y, root, knee);
        out->root[k] = root;
        out->light[k] = light;
        out->variance[k] = slope * slope * scale * (shot * bright + read * scale);
    }
}

/* removed: variance that is gone, in the domain; plane: y, then light. */
static void correct(const samples *at, float knee, float blur, const float *restrict gain,
                    const float *restrict removed, int32_t count, float *restrict plane) {
    for (int32_t k = 0; k < count; k++) {
        const float light = at->light[k];
        const float x = fabsf(light);
        const float root = at->root[k];
        const float r = 0.5f * (fabsf(plane[k]) + root);
        const float h = blur * gain[k];
        /* Half the second derivative of the way back, and its sign. */
        const float above = 2.0f * r * (0.5f * r * root + knee) * light * (x + h);
        const float below = root * root * root * (x * x + 0.85f * x * h + h * h + 1e-12f);
        plane[k] = light + removed[k] * above / below;
    }
}

static void inverse(const baryta_development *work, const float *restrict gain,
                    const float *restrict keep_chroma, const float *restrict keep_luma,
                    int32_t count, float *const rgb[3]) {
    samples at[3];
    for (int c = 0; c < 3; c++) {
        look_up(work, c, gain, rgb[c], count, &at[c]);
    }
    float left[CHUNK];
    float taken[CHUNK];
    for (int32_t k = 0; k < count; k++) {
        left[k] = (coarse + fine * keep_luma[k] * keep_luma[k]) *
                  (0.0625f * (at[0].variance[k] + at[2].variance[k]) + 0.25f * at[1].variance[k]);
        taken[k] = 1.0f - (1.0f - demosaiced) * keep_chroma[k] * keep_chroma[k];
    }
    for (int c = 0; c < 3; c++) {
        float removed[CHUNK];
        for (int32_t k = 0; k < count; k++) {
            removed[k] = taken[k] * (at[c].variance[k] - left[k]);
        }
        const float blur = jump * sqrtf(work->read[c]) * work->options->white_balance[c];
        correct(&at[c], work->knee, blur, gain, removed, count, rgb[c]);
    }
}

void baryta_inverse_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                        const float *keep_chroma, const float *keep_luma, float *const rgb[3]) {
    float all[CHUNK];
    float gain[CHUNK];
    for (int32_t k = 0; k < CHUNK; k++) {
        all[k] = gain[k] = 1.0f;
    }
    for (int32_t i = 0; i < count; i += CHUNK) {
        const int32_t n = baryta_min(CHUNK, count - i);
        float *const part[3] = {rgb[0] + i, rgb[1] + i, rgb[2] + i};
        if (work->options->shading.gain != NULL) {
            baryta_noise_gain_row(work, y, x0 + i, n, 1, gain);
        }
        inverse(work, gain, keep_chroma == NULL ? all : keep_chroma + i,
                keep_luma == NULL ? all : keep_luma + i, n, part);
    }
}
