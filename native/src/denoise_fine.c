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
    const int32_t width = image->width;
    float *restrict sum_chroma = denoiser->energy_chroma + (int64_t)item * half->width;
    float *restrict sum_luma = denoiser->energy_luma + (int64_t)item * half->width;
    for (int32_t i = 0; i < 2; i++) {
        const int32_t y = baryta_min(2 * item + i, image->height - 1);
        const rows at = rows_of(denoiser, y, thread);
        const float *restrict red = baryta_denoise_plane(image, y, 0);
        const float *restrict green = baryta_denoise_plane(image, y, 1);
        const float *restrict blue = baryta_denoise_plane(image, y, 2);
        /* Energies take the place of what they are made of. */
        float *restrict chroma = at.u;
        float *restrict luma = at.luma;
        for (int32_t x = 0; x < width; x++) {
            const float du = red[x] - green[x] - chroma[x];
            const float dv = blue[x] - green[x] - at.v[x];
            const float light = 0.25f * (red[x] + blue[x]) + 0.5f * green[x] - luma[x];
            chroma[x] = 0.125f * (du * du + dv * dv);
            luma[x] = 0.25f * light * light;
        }
        chroma[width] = chroma[width - 1];
        luma[width] = luma[width - 1];
        for (int32_t x = 0; x < half->width; x++) {
            const float of_chroma = chroma[2 * x] + chroma[2 * x + 1];
            const float of_luma = luma[2 * x] + luma[2 * x + 1];
            sum_chroma[x] = i == 0 ? of_chroma : sum_chroma[x] + of_chroma;
            sum_luma[x] = i == 0 ? of_luma : sum_luma[x] + of_luma;
        }
    }
}

void baryta_denoise_keep_row(const baryta_denoiser *denoiser, int32_t item, int32_t thread) {
    const baryta_level *half = &denoiser->level[0];
    const int32_t w = half->width;
    const float denoise = denoiser->work->options->denoise;
    const float chroma = denoise * baryta_noise_scale(-1);
    const float luma = denoise * baryta_noise_luma_scale();
    const float most = 0.5f * (denoise < 1.0f ? denoise : 1.0f);
    const int64_t base = (int64_t)item * w;
    float *restrict keep_luma = denoiser->keep_luma + base;
    float *restrict keep = denoiser->keep_chroma + base; /* where the variance is */
    baryta_around_row(denoiser->energy_luma, w, half->height, item, keep_luma);
    for (int32_t x = 0; x < w; x++) {
        /* Squared: what stands clear of noise is texture, and stays as it is. */
        const float noise = 1.0f - baryta_wiener(keep_luma[x], luma * keep[x]);
        keep_luma[x] = 1.0f - most * noise * noise;
    }
    float *restrict energy = denoiser->scratch + (size_t)thread * denoiser->part;
    baryta_around_row(denoiser->energy_chroma, w, half->height, item, energy);
    for (int32_t x = 0; x < w; x++) {
        keep[x] = baryta_wiener(energy[x], chroma * keep[x]);
    }
}

void baryta_denoise_row(const baryta_denoiser *denoiser, int32_t y, int32_t thread, float *rgb[3],
                        const float *kept[2]) {
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
    for (int c = 0; c < 3; c++) {
        rgb[c] = at.luma + (5 + c) * step;
    }
    const float *restrict red = baryta_denoise_plane(image, y, 0);
    const float *restrict green = baryta_denoise_plane(image, y, 1);
    const float *restrict blue = baryta_denoise_plane(image, y, 2);
    const float *restrict clean_u = more[0];
    const float *restrict clean_v = more[1];
    const float *restrict keep = more[2];
    const float *restrict keep_luma = more[3];
    kept[0] = keep;
    kept[1] = keep_luma;
    float *restrict out_red = rgb[0];
    float *restrict out_green = rgb[1];
    float *restrict out_blue = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float u = clean_u[x] + keep[x] * (red[x] - green[x] - at.u[x]);
        const float v = clean_v[x] + keep[x] * (blue[x] - green[x] - at.v[x]);
        const float light = 0.25f * (red[x] + blue[x]) + 0.5f * green[x];
        const float luma = at.luma[x] + keep_luma[x] * (light - at.luma[x]);
        const float clean = luma - 0.25f * (u + v);
        out_red[x] = clean + u;
        out_green[x] = clean;
        out_blue[x] = clean + v;
    }
}
