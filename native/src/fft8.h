/* The spectrum of an 8x8 tile of four-site cells: a two-dimensional real FFT on each site.
 *
 * A real tile has 34 different frequencies. Bins 0..4 are horizontal frequency 0 with vertical
 * 0..4, bins 5..9 horizontal 4 with vertical 0..4, bins 10 + 8 (u - 1) + v horizontal u = 1..3 with
 * vertical v = 0..7. Not normalised: forward then inverse multiplies by 64. */
#ifndef BARYTA_FFT8_H
#define BARYTA_FFT8_H

#include "vec4.h"

enum { FFT8_BINS = 34 };

typedef struct fft8_spectrum {
    v4 re[FFT8_BINS];
    v4 im[FFT8_BINS];
} fft8_spectrum;

#if defined(BARYTA_AVX2)
#define fft8_forward fft8_forward_avx2
#define fft8_inverse fft8_inverse_avx2
#endif
void fft8_forward(const v4 tile[64], fft8_spectrum *spectrum);
void fft8_inverse(const fft8_spectrum *spectrum, v4 tile[64]);

#endif
