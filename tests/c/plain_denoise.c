/* Noise taken from a developed image: chroma in a Laplacian pyramid (Burt and Adelson, 1983), each
 * difference shrunk by Wiener's rule; of luminance the finest difference, by half at most. */
#include "plain.h"

#include <math.h>

enum { LEVELS = 5, U = 0, V = 1, LUMA = 2, VARIANCE = 3, KINDS = 4 };

/* Share of white noise's variance that is left in 3x3 means of a difference's energy, the image's
 * first, and of luminance's; what noise exceeds rarely. */
static const double share[LEVELS] = {0.0284, 0.0559, 0.0490, 0.0274, 0.0100};
static const double luma_share = 0.387, margin = 1.9;

/* Edges repeat. */
static double repeated(const plain_plane *plane, int32_t x, int32_t y) {
    const int32_t u = x < 0 ? 0 : x >= plane->width ? plane->width - 1 : x;
    const int32_t v = y < 0 ? 0 : y >= plane->height ? plane->height - 1 : y;
    return plane->data[(ptrdiff_t)v * plane->width + u];
}

static plain_plane halved(const plain_plane *plane) {
    plain_plane out = plain_plane_make((plane->width + 1) / 2, (plane->height + 1) / 2);
    for (int32_t i = 0; i < out.width * out.height; i++) {
        for (int n = 0; n < 4; n++) {
            const int32_t x = 2 * (i % out.width) + n % 2, y = 2 * (i / out.width) + n / 2;
            out.data[i] += 0.25 * repeated(plane, x, y);
        }
    }
    return out;
}

/* Twice as large, linear between the pixels' centres. */
static double enlarged(const plain_plane *plane, int32_t x, int32_t y) {
    const int32_t u = x % 2 ? x / 2 + 1 : x / 2 - 1, v = y % 2 ? y / 2 + 1 : y / 2 - 1;
    return 0.75 * (0.75 * repeated(plane, x / 2, y / 2) + 0.25 * repeated(plane, u, y / 2)) +
           0.25 * (0.75 * repeated(plane, x / 2, v) + 0.25 * repeated(plane, u, v));
}

static double difference(const plain_plane *large, const plain_plane *small, int32_t x, int32_t y) {
    return repeated(large, x, y) - enlarged(small, x, y);
}

static double energy_of_chroma(const plain_plane large[KINDS], const plain_plane small[KINDS],
                               int32_t x, int32_t y) {
    const double u = difference(&large[U], &small[U], x, y);
    const double v = difference(&large[V], &small[V], x, y);
    return 0.5 * (u * u + v * v);
}

static double energy_of_luma(const plain_plane large[KINDS], const plain_plane small[KINDS],
                             int32_t x, int32_t y) {
    const double difference_there = difference(&large[LUMA], &small[LUMA], x, y);
    return difference_there * difference_there;
}

/* What stays of a difference, from the mean of its energy over 3x3. */
static double kept(const plain_plane *energy, int32_t x, int32_t y, double noise) {
    double mean = 0.0;
    for (int n = 0; n < 9; n++) {
        mean += repeated(energy, x + n % 3 - 1, y + n / 3 - 1) / 9.0;
    }
    return mean > noise ? 1.0 - noise / mean : 0.0;
}

void plain_noise_of(const baryta_develop_options *options, int colour, double *shot, double *read) {
    double sites = 0.0;
    *shot = *read = 0.0;
    for (int site = 0; site < 4; site++) {
        if (options->format.colour[site] == colour) {
            *shot += (double)options->noise.shot[site];
            *read += (double)options->noise.read[site];
            sites += 1.0;
        }
    }
    *shot /= sites;
    *read /= sites;
}

double plain_knee(const baryta_develop_options *options) {
    double knee = 0.01;
    for (int c = 0; c < 3; c++) {
        double shot, read;
        plain_noise_of(options, c, &shot, &read);
        knee = fmax(knee, 4.0 * sqrt(read) * (double)options->white_balance[c]);
    }
    return knee;
}

double plain_noise_at(const baryta_develop_options *options, int colour, double y) {
    double shot, read;
    plain_noise_of(options, colour, &shot, &read);
    const double knee = plain_knee(options), step = 1e-6;
    const double light = plain_from_domain(y, knee), bright = fmax(light, 0.0);
    const double gain = (double)options->white_balance[colour];
    const double slope =
        (plain_to_domain(fabs(light) + step, knee) - plain_to_domain(fabs(light), knee)) /
        step; /* d y / d light */
    return slope * slope * gain * gain * (shot * bright / gain + read);
}

/* Of red and blue minus green, averaged, where the colour is rgb, all in the domain. */
static double noise_at(const baryta_develop_options *options, const double rgb[3]) {
    double sum = 0.0;
    for (int c = 0; c < 3; c++) {
        sum += 0.5 * plain_noise_at(options, c, fmax(rgb[c], 0.0));
    }
    return sum;
}

static void clean_level(plain_plane level[][KINDS], plain_plane clean[][2], int k, double denoise) {
    const plain_plane *large = level[k], *small = level[k + 1];
    const int32_t width = large[U].width, height = large[U].height;
    plain_plane energy = plain_plane_make(width, height);
    for (int32_t i = 0; i < width * height; i++) {
        energy.data[i] = energy_of_chroma(large, small, i % width, i / width);
    }
    for (int kind = U; kind <= V; kind++) {
        clean[k][kind] = plain_plane_make(width, height);
        for (int32_t i = 0; i < width * height; i++) {
            const int32_t x = i % width, y = i / width;
            const double noise = denoise * margin * share[k + 1] * large[VARIANCE].data[i];
            clean[k][kind].data[i] =
                enlarged(&clean[k + 1][kind], x, y) +
                kept(&energy, x, y, noise) * difference(&large[kind], &small[kind], x, y);
        }
    }
    plain_plane_free(&energy);
}

/* How much of the finest differences stays, by 2x2 pixels: of chroma and of luminance. */
static void keep_finest(const plain_plane full[KINDS], const plain_plane half[KINDS],
                        double denoise, plain_plane keep[2]) {
    const int32_t width = half->width, height = half->height;
    plain_plane energy[2];
    for (int of = 0; of < 2; of++) {
        energy[of] = plain_plane_make(width, height);
        keep[of] = plain_plane_make(width, height);
        for (int32_t i = 0; i < width * height; i++) {
            for (int n = 0; n < 4; n++) {
                int32_t x = 2 * (i % width) + n % 2, y = 2 * (i / width) + n / 2;
                x = x < full->width ? x : full->width - 1;
                y = y < full->height ? y : full->height - 1;
                energy[of].data[i] +=
                    0.25 * (of ? energy_of_luma : energy_of_chroma)(full, half, x, y);
            }
        }
    }
    for (int32_t i = 0; i < width * height; i++) {
        const double noise = denoise * margin * half[VARIANCE].data[i];
        const int32_t x = i % width, y = i / width;
        keep[0].data[i] = kept(&energy[0], x, y, share[0] * noise);
        const double gone = 1.0 - kept(&energy[1], x, y, luma_share * noise);
        keep[1].data[i] = 1.0 - 0.5 * fmin(denoise, 1.0) * gone * gone;
    }
    plain_plane_free(&energy[0]);
    plain_plane_free(&energy[1]);
}

static void take_apart(const plain_plane rgb[3], const baryta_develop_options *options,
                       plain_plane full[KINDS], plain_plane level[LEVELS][KINDS]) {
    const int32_t width = rgb->width, height = rgb->height;
    plain_plane mean[3];
    for (int kind = 0; kind < 3; kind++) {
        full[kind] = plain_plane_make(width, height);
        mean[kind] = halved(&rgb[kind]);
    }
    for (int32_t i = 0; i < width * height; i++) {
        const double r = rgb[0].data[i], g = rgb[1].data[i], b = rgb[2].data[i];
        full[U].data[i] = r - g;
        full[V].data[i] = b - g;
        full[LUMA].data[i] = 0.25 * r + 0.5 * g + 0.25 * b;
    }
    for (int kind = 0; kind < 3; kind++) {
        level[0][kind] = halved(&full[kind]);
    }
    level[0][VARIANCE] = plain_plane_make(mean->width, mean->height);
    for (int32_t i = 0; i < mean->width * mean->height; i++) {
        const double colour[3] = {mean[0].data[i], mean[1].data[i], mean[2].data[i]};
        level[0][VARIANCE].data[i] = noise_at(options, colour);
    }
    for (int k = 1; k < LEVELS; k++) {
        for (int kind = 0; kind < KINDS; kind++) {
            level[k][kind] = halved(&level[k - 1][kind]);
        }
    }
    for (int c = 0; c < 3; c++) {
        plain_plane_free(&mean[c]);
    }
}

void plain_denoise(const plain_plane rgb[3], const baryta_develop_options *options,
                   plain_plane out[3], plain_plane kept_there[2]) {
    const double denoise = (double)options->denoise;
    plain_plane full[KINDS] = {{0}}, level[LEVELS][KINDS], clean[LEVELS][2], keep[2];
    take_apart(rgb, options, full, level);
    clean[LEVELS - 1][U] = level[LEVELS - 1][U]; /* the smallest is as clean as it gets */
    clean[LEVELS - 1][V] = level[LEVELS - 1][V];
    for (int k = LEVELS - 2; k >= 0; k--) {
        clean_level(level, clean, k, denoise);
    }
    keep_finest(full, level[0], denoise, keep);
    for (int32_t i = 0; i < rgb->width * rgb->height; i++) {
        const int32_t x = i % rgb->width, y = i / rgb->width;
        const double chroma = enlarged(&keep[0], x, y), light = enlarged(&keep[1], x, y);
        kept_there[0].data[i] = chroma;
        kept_there[1].data[i] = light;
        const double u =
            enlarged(&clean[0][U], x, y) + chroma * difference(&full[U], &level[0][U], x, y);
        const double v =
            enlarged(&clean[0][V], x, y) + chroma * difference(&full[V], &level[0][V], x, y);
        const double luma = enlarged(&level[0][LUMA], x, y) +
                            light * difference(&full[LUMA], &level[0][LUMA], x, y);
        out[1].data[i] = luma - 0.25 * (u + v);
        out[0].data[i] = out[1].data[i] + u;
        out[2].data[i] = out[1].data[i] + v;
    }
    for (int k = 0; k < LEVELS; k++) {
        for (int kind = 0; kind < KINDS; kind++) {
            plain_plane_free(&level[k][kind]);
        }
        if (k < LEVELS - 1) {
            plain_plane_free(&clean[k][U]);
            plain_plane_free(&clean[k][V]);
        }
    }
    for (int kind = 0; kind < 3; kind++) {
        plain_plane_free(&full[kind]);
    }
    plain_plane_free(&keep[0]);
    plain_plane_free(&keep[1]);
}
