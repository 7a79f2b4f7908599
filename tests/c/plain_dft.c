/* The discrete Fourier transform of 8x8 tiles by its definition. */
#include "plain.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double complex root(int k) {
    const double angle = 2.0 * pi * (k & 7) / 8.0;
    return cos(angle) - sin(angle) * (double complex)I;
}

/* Rows, then columns: sign 1 forward, -1 back. */
static void transform(const double complex in[64], double complex out[64], int sign) {
    double complex unity[8], half[64];
    for (int k = 0; k < 8; k++) {
        unity[k] = root(sign * k);
    }
    for (int i = 0; i < 64; i++) {
        half[i] = 0.0;
        for (int x = 0; x < 8; x++) {
            half[i] += in[i / 8 * 8 + x] * unity[i * x & 7];
        }
    }
    for (int i = 0; i < 64; i++) {
        out[i] = 0.0;
        for (int y = 0; y < 8; y++) {
            out[i] += half[8 * y + i % 8] * unity[i / 8 * y & 7];
        }
    }
}

void plain_dft(const double tile[64], double complex spectrum[64]) {
    double complex in[64];
    for (int i = 0; i < 64; i++) {
        in[i] = tile[i];
    }
    transform(in, spectrum, 1);
}

void plain_dft_back(const double complex spectrum[64], double tile[64]) {
    double complex out[64];
    transform(spectrum, out, -1);
    for (int i = 0; i < 64; i++) {
        tile[i] = creal(out[i]) / 64.0;
    }
}

double plain_window(int i) {
    return sin(pi * (i + 0.5) / 8.0);
}

int plain_told(int u, int v) {
    return (u > 0 && u < 4) || ((u == 0 || u == 4) && v <= 4);
}
