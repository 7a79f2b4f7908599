/* The 8x8 FFT against the definition of the discrete Fourier transform, and back. */
#include "check.h"
#include "fft8.h"

#include <math.h>
#include <stdint.h>

static void frequency(int bin, int *u, int *v) {
    *u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
    *v = bin < 10 ? bin % 5 : (bin - 10) % 8;
}

int main(void) {
    vf tile[64], back[64];
    uint32_t state = 1;
    for (int i = 0; i < 64; i++) {
        for (int s = 0; s < LANES; s++) {
            state = state * 1664525u + 1013904223u;
            tile[i][s] = (float)(state >> 8) / 16777216.0f - 0.3f;
        }
    }
    fft8_spectrum spectrum;
    fft8_forward(tile, &spectrum);
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        int u, v;
        frequency(bin, &u, &v);
        for (int s = 0; s < LANES; s++) {
            double re = 0.0, im = 0.0;
            for (int i = 0; i < 64; i++) {
                const double angle = -2.0 * 3.14159265358979 * (u * (i % 8) + v * (i / 8)) / 8.0;
                re += (double)tile[i][s] * cos(angle);
                im += (double)tile[i][s] * sin(angle);
            }
            CHECK(fabs(re - (double)spectrum.re[bin][s]) < 1e-4);
            CHECK(fabs(im - (double)spectrum.im[bin][s]) < 1e-4);
        }
    }
    fft8_inverse(&spectrum, back);
    for (int i = 0; i < 64; i++) {
        for (int s = 0; s < LANES; s++) {
            CHECK(fabsf(back[i][s] / 64.0f - tile[i][s]) < 1e-5f);
        }
    }
    return 0;
}
