/* The merged mosaic, and less of the noise that merging left.
 *
 * Every tile's spectrum is turned into four decorrelated channels: the sites' phases are aligned to
 * one point, then a luminance, the two chrominances and the difference of the greens are formed.
 * Each coefficient is shrunk against the variance that the merge tracked for it. */
#include "burst_routines.h"
#include "fft8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct shrink_plan {
    v4 cosine[FFT8_BINS], sine[FFT8_BINS]; /* phase of each site relative to the cell's first */
    float share[FFT8_BINS]; /* of a tile's 64 coefficients */
    float left[FFT8_BINS]; /* of a frame's noise variance after demosaicing and resampling */
    float strength;
    uint8_t near[FFT8_BINS][8]; /* the adjacent frequencies */
} shrink_plan;

/* The bin that holds frequency (u, v) or its mirror image. */
static int bin_of(int u, int v) {
    u &= 7;
    v &= 7;
    if (u > 4) {
        u = 8 - u;
        v = (8 - v) & 7;
    }
    if (u == 0 || u == 4) {
        return (u == 0 ? 0 : 5) + (v > 4 ? 8 - v : v);
    }
    return 10 + 8 * (u - 1) + v;
}

static void make_plan(const baryta_merge *merge, shrink_plan *plan) {
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        const int u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
        int v = bin < 10 ? bin % 5 : (bin - 10) % 8;
        const int own = (u == 0 || u == 4) && (v == 0 || v == 4);
        v = v > 4 ? v - 8 : v;
        for (int site = 0; site < 4; site++) {
            /* At the Nyquist frequency a half shift is ambiguous: left alone. */
            const int across = u == 4 ? 0 : u * (site % 2), down = v == 4 ? 0 : v * (site / 2);
            const float angle = 3.14159265f * (float)(across + down) / 8.0f;
            plan->cosine[bin][site] = cosf(angle);
            plan->sine[bin][site] = sinf(angle);
        }
        for (int i = 0, k = 0; i < 9; i++) {
            if (i != 4) {
                plan->near[bin][k++] = (uint8_t)bin_of(u + i % 3 - 1, v + i / 3 - 1);
            }
        }
        /* Interpolation smooths: measured on flat grey, 0.8 on the mean of the frequencies. */
        plan->left[bin] = 1.0f - 0.58f * (float)(u * u + v * v) / 32.0f;
        plan->share[bin] = (own ? 1.0f : 2.0f) / 64.0f;
    }
    plan->strength = merge->options.shrink;
}

/* One row of merged cells, edges mirrored: 4 cells before and 4 after the blocks' own. */
static void merged_row(const baryta_merge *merge, int32_t y, v4 *out) {
    const burst_grid *grid = &merge->grid;
    y = y < 0 ? -1 - y : y;
    y = y >= grid->cells_h ? 2 * grid->cells_h - 1 - y : y;
    /* A cell that the frame's odd edge cuts borrows the like sites of the cell before. */
    const int32_t top = 2 * y, bottom = 2 * y + 1 < grid->height ? 2 * y + 1 : 2 * y - 1;
    const uint16_t *restrict upper = merge->reference + (size_t)top * (size_t)grid->width;
    const uint16_t *restrict lower = merge->reference + (size_t)bottom * (size_t)grid->width;
    const v4 *restrict sum = merge->sum + (size_t)y * (size_t)grid->cells_w;
    const float share = 1.0f / merge->total;
    const v4 gain = v4_load(merge->scale.gain), black = v4_load(merge->scale.black);
    out += 4;
    for (int32_t x = 0; x < grid->cells_w; x++) {
        const int32_t left = 2 * x, right = 2 * x + 1 < grid->width ? 2 * x + 1 : 2 * x - 1;
        const v4 raw = {(float)upper[left], (float)upper[right], (float)lower[left],
                        (float)lower[right]};
        out[x] = (raw - black) * gain + sum[x] * share;
    }
    for (int32_t i = 0; i < 4; i++) {
        out[-1 - i] = out[i];
    }
    for (int32_t x = grid->cells_w; x < grid->blocks_w * 4 + 4; x++) {
        const int32_t mirror = 2 * grid->cells_w - 1 - x;
        out[x] = out[mirror > 0 ? mirror : 0];
    }
}

/* What a tile counts in the mean of what noise is left: one that is clipped throughout has no noise
 * to tell of, and has a say only where there is nothing else. */
static double tile_say(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const burst_grid *grid = &merge->grid;
    for (int32_t j = ty > 0 ? ty - 1 : 0; j <= ty && j < grid->blocks_h; j++) {
        for (int32_t i = tx > 0 ? tx - 1 : 0; i <= tx && i < grid->blocks_w; i++) {
            const v4 mean = merge->mean[(size_t)j * (size_t)grid->blocks_w + (size_t)i];
            if (fminf(fminf(mean[0], mean[1]), fminf(mean[2], mean[3])) < 0.9999f) {
                return 1.0;
            }
        }
    }
    return 1e-6;
}

static v4 tile_noise(const baryta_merge *merge, int32_t tx, int32_t ty) {
    return burst_tile_variance(merge, tx, ty) *
           4.0f; /* mean of four blocks times the windows' energy of 16 */
}

/* Sites to channels or back: an orthonormal, symmetric mixture. */
static inline v4 mix(v4 s) {
    const v4 a = V4_SHUFFLE(s, s, 3, 2, 1, 0); /* b g2 g1 r */
    const v4 plus = s + a, minus = s - a; /* r+b g+g g+g b+r; r-b g1-g2 .. .. */
    const float half = 0.5f, root = 0.70710678f;
    return (v4){half * (plus[0] + plus[1]), root * minus[1], root * minus[0],
                half * (plus[0] - plus[1])};
}

static inline v4 unmix(v4 c) {
    const float half = 0.5f, root = 0.70710678f;
    const float chroma = half * (c[0] + c[3]), green = half * (c[0] - c[3]);
    return (v4){chroma + root * c[2], green + root * c[1], green - root * c[1],
                chroma - root * c[2]};
}

/* A coefficient of relative power p (its own and its neighbours', 1 is noise) keeps
 * p^2 / (p^2 + k): k is small where the channel holds detail, large where it looks like noise. */
static const float detail_k = 5.0f, flat_k = 60.0f, detail_energy = 3.0f;

/* Returns the share of a single frame's noise variance that is left. */
static double shrink_tile(const shrink_plan *plan, fft8_spectrum *s, v4 noise,
                          const uint16_t *agreed, float frames) {
    const float outer = 0.5f * (noise[0] + noise[3]), inner = 0.5f * (noise[1] + noise[2]);
    const v4 mixed = {0.5f * (outer + inner), inner, outer, 0.5f * (outer + inner)};
    const v4 zero = v4_all(0.0f), one = v4_all(1.0f);
    const float share = 1.0f / frames;
    v4 energy = zero, left = zero, relative[FFT8_BINS];
    float factor[FFT8_BINS];
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        /* Variance of reference (1 - sum / N) + the others' shares of 1 / N each. */
        const float sum = (float)agreed[bin] * (1.0f / 256.0f);
        const float own = 1.0f - sum * share;
        factor[bin] = own * own + plan->left[bin] * sum * share * share;
        const v4 c = plan->cosine[bin], d = plan->sine[bin];
        const v4 re = mix(s->re[bin] * c + s->im[bin] * d);
        const v4 im = mix(s->im[bin] * c - s->re[bin] * d);
        s->re[bin] = re;
        s->im[bin] = im;
        relative[bin] = (re * re + im * im) / (mixed * factor[bin]);
        energy += plan->share[bin] * relative[bin];
    }
    energy -= plan->share[0] * relative[0];
    relative[0] = one; /* the mean says nothing about detail */
    const v4 flatness = v4_min(v4_max(detail_energy - energy, zero), one);
    const v4 k = detail_k + flat_k * flatness * flatness;
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        v4 around = zero;
        for (int i = 0; i < 8; i++) {
            around += relative[plan->near[bin][i]];
        }
        const v4 p = 0.5f * relative[bin] + 0.0625f * around;
        const v4 gain = bin == 0 ? one : one - plan->strength * (k / (p * p + k));
        left += plan->share[bin] * factor[bin] * gain * gain;
        const v4 c = plan->cosine[bin], d = plan->sine[bin];
        const v4 re = unmix(s->re[bin] * gain), im = unmix(s->im[bin] * gain);
        s->re[bin] = re * c - im * d;
        s->im[bin] = im * c + re * d;
    }
    return 0.25 * (double)(left[0] + left[1] + left[2] + left[3]);
}

static void write_row(const baryta_merge *merge, const baryta_plane *merged, int32_t y,
                      const v4 *cells) {
    const burst_grid *grid = &merge->grid;
    const float scale = (float)merge->options.output_scale;
    for (int32_t r = 0; r < 2 && 2 * y + r < grid->height; r++) {
        uint16_t *restrict out = baryta_row(merged, 2 * y + r);
        for (int parity = 0; parity < 2; parity++) {
            const int site = 2 * r + parity;
            const float gain = scale / merge->scale.gain[site];
            const float offset = merge->scale.black[site] * scale + 0.5f;
            for (int32_t x = parity; x < grid->width; x += 2) {
                const float value = cells[x / 2][site] * gain + offset;
                const float low = value > 0.0f ? value : 0.0f;
                out[x] = (uint16_t)(int32_t)(low < 65535.0f ? low : 65535.0f);
            }
        }
    }
}

static void shrink_tile_row(const baryta_merge *merge, const shrink_plan *plan, burst_strip *strip,
                            double left[2]) {
    const burst_grid *grid = &merge->grid;
    const int32_t ty = strip->next;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        v4 tile[64];
        v4 mean = v4_all(0.0f);
        for (int y = 0; y < 8; y++) {
            const v4 *in = strip->difference[y / 4] + (size_t)(y % 4) * row + (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                tile[8 * y + x] = in[x];
                mean += in[x];
            }
        }
        mean *= 1.0f / 64.0f;
        for (int i = 0; i < 64; i++) {
            tile[i] = (tile[i] - mean) * merge->window[i];
        }
        fft8_spectrum spectrum;
        fft8_forward(tile, &spectrum);
        const double say = tile_say(merge, tx, ty);
        left[0] += say * shrink_tile(plan, &spectrum, tile_noise(merge, tx, ty),
                                     burst_agreed(merge, tx, ty), merge->total);
        left[1] += say;
        fft8_inverse(&spectrum, tile);
        for (int y = 0; y < 8; y++) {
            v4 *out = strip->sum[y / 4] + (size_t)(y % 4) * row + (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                const v4 window = merge->window[8 * y + x];
                out[x] += (tile[8 * y + x] * (1.0f / 64.0f) + mean * window) * window;
            }
        }
    }
}

void burst_shrink_begin(const baryta_merge *merge, burst_strip *strip) {
    const size_t row = (size_t)(merge->grid.blocks_w + 2) * 4;
    strip->next = strip->first;
    memset(strip->sum[0], 0, sizeof(v4) * 4 * row);
    memset(strip->sum[1], 0, sizeof(v4) * 4 * row);
    for (int32_t j = 0; j < 4; j++) {
        merged_row(merge, (strip->first - 1) * 4 + j, strip->difference[0] + (size_t)j * row);
    }
}

void burst_shrink_advance(baryta_merge *merge, const baryta_plane *merged, burst_strip *strip,
                          int32_t rows) {
    const burst_grid *grid = &merge->grid;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    shrink_plan plan;
    make_plan(merge, &plan);
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int32_t ty = strip->next;
        for (int32_t j = 0; j < 4; j++) {
            merged_row(merge, ty * 4 + j, strip->difference[1] + (size_t)j * row);
        }
        double left[2] = {0.0, 0.0};
        shrink_tile_row(merge, &plan, strip, left);
        if (ty < strip->last) {
            merge->row_sums[2 * ty] = left[0];
            merge->row_sums[2 * ty + 1] = left[1];
        }
        if (ty > strip->first) { /* the block row above is complete */
            v4 *const done = merge->options.shrink > 0.0f ? strip->sum[0] : strip->difference[0];
            for (int32_t j = 0; j < 4 && (ty - 1) * 4 + j < grid->cells_h; j++) {
                write_row(merge, merged, (ty - 1) * 4 + j, done + (size_t)j * row + 4);
            }
        }
        burst_swap_halves(grid, strip);
    }
}
