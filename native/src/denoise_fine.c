/* The finest differences: the image against its half-sized version. */
#include "denoise_fine.h"

#include "denoise_noise.h"

void baryta_enlarge_row(const float *plane, int32_t width, int32_t height, int32_t y, int32_t count,
                        float *restrict between, float *restrict out) {
    const int32_t near = baryta_min(y / 2, height - 1);
    const int32_t far = baryta_max(0, baryta_min((y & 1) ? near + 1 : near - 1, height - 1));
    const float *a = plane + (int64_t)near * width;
    const float *b = plane + (int64_t)far * width;
    for (int32_t x = 0; x < width; x++) {
        between[x] = 0.75f * a[x] + 0.25f * b[x];
    }
    out[0] = between[0];
    const int32_t inner = baryta_min(width - 1, (count - 1) / 2);
    for (int32_t i = 0; i < inner; i++) {
        out[2 * i + 1] = 0.75f * between[i] + 0.25f * between[i + 1];
        out[2 * i + 2] = 0.25f * between[i] + 0.75f * between[i + 1];
    }
    for (int32_t x = 2 * inner + 1; x < count; x++) {
        out[x] = between[width - 1];
    }
}

/* u, v and luma of a row of the image, and the same of its half-sized version enlarged. */
typedef struct rows {
    float *between;
    float *u;
    float *v;
    float *luma;
} rows;

static rows rows_of(const baryta_denoiser *denoiser, int32_t y, int32_t thread) {
    const int32_t count = denoiser->work->linear->width;
    const int64_t step = count + 8;
    const baryta_level *half = &denoiser->level[0];
    rows at;
    at.between = denoiser->scratch + (size_t)thread * denoiser->part;
    at.u = at.between + step;
    at.v = at.u + step;
    at.luma = at.v + step;
    baryta_enlarge_row(half->u, half->width, half->height, y, count, at.between, at.u);
    baryta_enlarge_row(half->v, half->width, half->height, y, count, at.between, at.v);
    baryta_enlarge_row(denoiser->luma, half->width, half->height, y, count, at.between, at.luma);
    return at;
}

void baryta_denoise_finest_row(const baryta_denoiser *denoiser, int32_t item, int32_t thread) {
    const baryta_plane *image = denoiser->work->linear;
    const baryta_level *half = &denoiser->level[0];
    const int64_t base = (int64_t)item * half->width;
    for (int32_t i = 0; i < 2; i++) {
        const int32_t y = baryta_min(2 * item + i, image->height - 1);
        const rows at = rows_of(denoiser, y, thread);
        const float *row = baryta_row(image, y);
        for (int32_t x = 0; x < half->width; x++) {
            float chroma = 0.0f;
            float luma = 0.0f;
            for (int32_t k = 0; k < 2; k++) {
                const int32_t column = baryta_min(2 * x + k, image->width - 1);
                const float *pixel = row + 3 * (int64_t)column;
                const float du = pixel[0] - pixel[1] - at.u[column];
                const float dv = pixel[2] - pixel[1] - at.v[column];
                const float light =
                    0.25f * (pixel[0] + pixel[2]) + 0.5f * pixel[1] - at.luma[column];
                chroma += 0.125f * (du * du + dv * dv);
                luma += 0.25f * light * light;
            }
            float *sum_chroma = &denoiser->energy_chroma[base + x];
            float *sum_luma = &denoiser->energy_luma[base + x];
            *sum_chroma = i == 0 ? chroma : *sum_chroma + chroma;
            *sum_luma = i == 0 ? luma : *sum_luma + luma;
        }
    }
}

void baryta_denoise_keep_row(const baryta_denoiser *denoiser, int32_t item) {
    const baryta_level *half = &denoiser->level[0];
    const int32_t w = half->width;
    const float denoise = denoiser->work->options->denoise;
    const float chroma = denoise * baryta_noise_scale(-1);
    const float luma = denoise * baryta_noise_luma_scale();
    const float most = 0.5f * (denoise < 1.0f ? denoise : 1.0f);
    const int64_t base = (int64_t)item * w;
    for (int32_t x = 0; x < w; x++) {
        const float variance = half->variance[base + x];
        const float c = baryta_around(denoiser->energy_chroma, w, half->height, x, item);
        const float l = baryta_around(denoiser->energy_luma, w, half->height, x, item);
        denoiser->keep_luma[base + x] = 1.0f - most * (1.0f - baryta_wiener(l, luma * variance));
        denoiser->keep_chroma[base + x] = baryta_wiener(c, chroma * variance);
    }
}

void baryta_denoise_row(const baryta_denoiser *denoiser, int32_t y, int32_t thread) {
    const baryta_plane *image = denoiser->work->linear;
    const baryta_level *half = &denoiser->level[0];
    const int32_t count = image->width;
    const rows at = rows_of(denoiser, y, thread);
    const int64_t step = count + 8;
    const float *from[4] = {half->clean_u, half->clean_v, denoiser->keep_chroma,
                            denoiser->keep_luma};
    float *more[4];
    for (int i = 0; i < 4; i++) {
        more[i] = at.luma + (i + 1) * step;
        baryta_enlarge_row(from[i], half->width, half->height, y, count, at.between, more[i]);
    }
    float *restrict row = baryta_row(image, y);
    for (int32_t x = 0; x < count; x++) {
        const float red = row[3 * x];
        const float green = row[3 * x + 1];
        const float blue = row[3 * x + 2];
        const float u = more[0][x] + more[2][x] * (red - green - at.u[x]);
        const float v = more[1][x] + more[2][x] * (blue - green - at.v[x]);
        const float light = 0.25f * (red + blue) + 0.5f * green;
        const float luma = at.luma[x] + more[3][x] * (light - at.luma[x]);
        const float clean = luma - 0.25f * (u + v);
        row[3 * x] = clean + u;
        row[3 * x + 1] = clean;
        row[3 * x + 2] = clean + v;
    }
}
