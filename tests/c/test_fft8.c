/* The 8x8 FFT against the definition of the discrete Fourier transform, and back. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

enum { BINS = KERNELS_BINS };

static void compare(const kernels *k) {
    _Alignas(64) static float tile[64 * KERNELS_LANES], back[64 * KERNELS_LANES];
    _Alignas(64) static float spectra[2 * BINS * KERNELS_LANES];
    for (int i = 0; i < 64; i++) {
        for (int lane = 0; lane < k->lanes; lane++) {
            tile[i * k->lanes + lane] = (float)scene_random(i, lane, 1) - 0.3f;
        }
    }
    k->transform(tile, spectra, 1);
    for (int lane = 0; lane < k->lanes; lane++) {
        double own[64];
        double complex wanted[64];
        for (int i = 0; i < 64; i++) {
            own[i] = (double)tile[i * k->lanes + lane];
        }
        plain_dft(own, wanted);
        for (int bin = 0; bin < BINS; bin++) {
            const int u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
            const int v = bin < 10 ? bin % 5 : (bin - 10) % 8;
            const float *re = spectra + bin * k->lanes, *im = re + BINS * k->lanes;
            CHECK(fabs((double)re[lane] - creal(wanted[8 * v + u])) < 1e-4);
            CHECK(fabs((double)im[lane] - cimag(wanted[8 * v + u])) < 1e-4);
        }
    }
    k->transform_back(spectra, back, 1);
    for (int i = 0; i < 64 * k->lanes; i++) {
        CHECK(fabsf(back[i] / 64.0f - tile[i]) < 1e-5f);
    }
}

/* The twin's own transform against the sums written out. */
static void check_plain(void) {
    double tile[64], back[64];
    double complex spectrum[64];
    for (int i = 0; i < 64; i++) {
        tile[i] = scene_random(i, 0, 2);
    }
    plain_dft(tile, spectrum);
    for (int n = 0; n < 64; n++) {
        double re = 0.0, im = 0.0;
        for (int i = 0; i < 64; i++) {
            const int turns = n % 8 * (i % 8) + n / 8 * (i / 8);
            re += tile[i] * cos(-2.0 * 3.14159265358979 * turns / 8.0);
            im += tile[i] * sin(-2.0 * 3.14159265358979 * turns / 8.0);
        }
        CHECK(fabs(re - creal(spectrum[n])) < 1e-9 && fabs(im - cimag(spectrum[n])) < 1e-9);
    }
    plain_dft_back(spectrum, back);
    for (int i = 0; i < 64; i++) {
        CHECK(fabs(back[i] - tile[i]) < 1e-12);
    }
}

int main(void) {
    check_plain();
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set));
    }
    return 0;
}
