/* The shrinkage of a tile's spectra against its plain twin: coefficients within 1e-6 of the tile's
 * mean, what is left of the noise within 1e-5. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

enum { BINS = KERNELS_BINS, TILES = 40 };

static int index_of(int bin) {
    const int u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
    const int v = bin < 10 ? bin % 5 : (bin - 10) % 8;
    return 8 * v + u;
}

/* A windowed tile of some contrast and noise, and what is known of it. */
typedef struct tile {
    double complex spectrum[4][64];
    double variance[4], agreed[64], frames;
} tile;

static void make_tile(int number, tile *t) {
    const double contrast = number % 3 == 0 ? 0.0 : 0.002 * number,
                 sigma = number == 7 ? 0.0 : 0.02;
    t->frames = 1.0 + number % 9;
    for (int s = 0; s < 4; s++) {
        double cell[64];
        for (int i = 0; i < 64; i++) {
            const int x = 2 * (i % 8) + s % 2, y = 2 * (i / 8) + s / 2;
            const double noise = scene_random(x, y, (uint32_t)number) - 0.5;
            cell[i] = (0.3 + contrast * sin(0.7 * x + 0.2 * number * y) + sigma * noise) *
                      plain_window(i % 8) * plain_window(i / 8);
        }
        plain_dft(cell, t->spectrum[s]);
        t->variance[s] = 16.0 * 4e-4 / 12.0 * (1.0 + 0.3 * s);
    }
    for (int bin = 0; bin < BINS; bin++) { /* in whole 1/128, alike where a real tile's are */
        const int i = index_of(bin), mirror = 8 * ((8 - i / 8) & 7) + ((8 - i % 8) & 7);
        const double part = number % 5 == 0 ? 1.0 : scene_random(bin, number, 9);
        t->agreed[i] = t->agreed[mirror] =
            floor((t->frames - 1.0) * part * BURST_UNIT) / BURST_UNIT;
    }
}

static void compare(const kernels *k, const baryta_merge *merge, int first) {
    static tile tiles[KERNELS_LANES];
    _Alignas(64) static float spectra[4 * 2 * BINS * KERNELS_LANES];
    static float noise[4 * KERNELS_LANES], frames[KERNELS_LANES], left[3 * KERNELS_LANES];
    _Alignas(64) static uint16_t agreed[BINS * BURST_CHUNK];
    const int lanes = k->lanes;
    for (int lane = 0; lane < lanes; lane++) {
        tile *t = &tiles[lane];
        make_tile(first + lane, t);
        frames[lane] = (float)t->frames;
        for (int n = 0; n < 4 * BINS; n++) {
            const int site = n / BINS, bin = n % BINS;
            float *re = spectra + (2 * site * BINS + bin) * lanes, *im = re + BINS * lanes;
            re[lane] = (float)creal(t->spectrum[site][index_of(bin)]);
            im[lane] = (float)cimag(t->spectrum[site][index_of(bin)]);
        }
        for (int bin = 0; bin < BINS; bin++) {
            agreed[bin * BURST_CHUNK + lane] =
                (uint16_t)lrint(t->agreed[index_of(bin)] * BURST_UNIT);
        }
        for (int s = 0; s < 4; s++) {
            noise[s * lanes + lane] = (float)t->variance[s];
        }
    }
    k->shrink(merge, 1, spectra, noise, agreed, frames, left);
    for (int lane = 0; lane < lanes; lane++) {
        tile *t = &tiles[lane];
        const plain_left wanted = plain_shrink(t->spectrum, t->variance, t->agreed, t->frames,
                                               (double)merge->options.shrink);
        CHECK(fabs((double)left[lane] - wanted.all) < 1e-5);
        CHECK(fabs((double)left[lanes + lane] - wanted.spread) < 1e-5);
        CHECK(fabs((double)left[2 * lanes + lane] - wanted.own) < 1e-5);
        for (int n = 0; n < 4 * BINS; n++) {
            const int site = n / BINS, bin = n % BINS;
            const float *re = spectra + (2 * site * BINS + bin) * lanes, *im = re + BINS * lanes;
            const double complex coefficient = t->spectrum[site][index_of(bin)] / 64.0;
            CHECK(fabs((double)re[lane] - creal(coefficient)) < 1e-6 * 0.3);
            CHECK(fabs((double)im[lane] - cimag(coefficient)) < 1e-6 * 0.3);
        }
    }
}

int main(void) {
    baryta_plane frame = scene_plane(64, 48);
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    for (int set = 0; kernels_of(set) != NULL; set++) {
        for (int strength = 0; strength <= 2; strength++) {
            baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
            options.shrink = 0.5f * (float)strength;
            baryta_merge *merge = NULL;
            CHECK(burst_begin(&options, &frame, kernels_of(set)->routines, &merge, NULL, NULL) ==
                  BARYTA_OK);
            for (int first = 0; first < TILES; first += kernels_of(set)->lanes) {
                compare(kernels_of(set), merge, first);
            }
            baryta_merge_free(merge);
        }
    }
    free(frame.data);
    return 0;
}
