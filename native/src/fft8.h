/* The spectra of 8x8 tiles: two-dimensional real FFTs, as many tiles at once as there are lanes.
 *
 * A real tile has 34 different frequencies. Bins 0..4 are horizontal frequency 0 with vertical
 * 0..4, bins 5..9 horizontal 4 with vertical 0..4, bins 10 + 8 (u - 1) + v horizontal u = 1..3 with
 * vertical v = 0..7. Not normalised: forward then inverse multiplies by 64.
 *
 * Rows come first, then columns: rows that tiles share need to be transformed only once. A row has
 * eight coefficients: X0, X4, then re and im of X1, X2, X3. Two columns of them travel as a complex
 * one. */
#ifndef BARYTA_FFT8_H
#define BARYTA_FFT8_H

#include "lanes.h"

enum { FFT8_BINS = 34 };

typedef struct fft8_spectrum {
    vf re[FFT8_BINS];
    vf im[FFT8_BINS];
} fft8_spectrum;

#define FFT8_ROOT_HALF 0.70710678118654752f

static inline void fft8_row_forward(const vf x[8], vf out[8]) {
    const vf e0 = x[0] + x[4], e1 = x[0] - x[4], e2 = x[2] + x[6], e3 = x[2] - x[6];
    const vf o0 = x[1] + x[5], o1 = x[1] - x[5], o2 = x[3] + x[7], o3 = x[3] - x[7];
    const vf e = e0 + e2, o = o0 + o2;
    const vf p = (o1 - o3) * FFT8_ROOT_HALF, q = (o1 + o3) * FFT8_ROOT_HALF;
    out[0] = e + o;
    out[1] = e - o;
    out[2] = e1 + p;
    out[3] = -e3 - q;
    out[4] = e0 - e2;
    out[5] = o2 - o0;
    out[6] = e1 - p;
    out[7] = e3 - q;
}

/* Back, times 8. */
static inline void fft8_row_inverse(const vf in[8], vf x[8]) {
    const vf e = in[0] + in[1], o = in[0] - in[1];
    const vf r2 = in[4] + in[4], i2 = in[5] + in[5];
    const vf e0 = e + r2, e2 = e - r2, o0 = o - i2, o2 = o + i2;
    const vf r = in[2] + in[6], i = in[7] - in[3];
    const vf e1 = r + r, e3 = i + i;
    const vf p = in[2] - in[6], q = -in[3] - in[7];
    const vf o1 = (p + q) * (2.0f * FFT8_ROOT_HALF), o3 = (q - p) * (2.0f * FFT8_ROOT_HALF);
    x[0] = e0 + e1;
    x[4] = e0 - e1;
    x[2] = e2 + e3;
    x[6] = e2 - e3;
    x[1] = o0 + o1;
    x[5] = o0 - o1;
    x[3] = o2 + o3;
    x[7] = o2 - o3;
}

/* Eight complex numbers in place; with re and im exchanged it is the inverse, times 8. */
static inline void fft8_complex(vf *re, vf *im) {
    const vf a0r = re[0] + re[4], a0i = im[0] + im[4], a1r = re[0] - re[4], a1i = im[0] - im[4];
    const vf a2r = re[2] + re[6], a2i = im[2] + im[6], a3r = re[2] - re[6], a3i = im[2] - im[6];
    const vf b0r = re[1] + re[5], b0i = im[1] + im[5], b1r = re[1] - re[5], b1i = im[1] - im[5];
    const vf b2r = re[3] + re[7], b2i = im[3] + im[7], b3r = re[3] - re[7], b3i = im[3] - im[7];
    const vf sr = a0r + a2r, si = a0i + a2i, tr = b0r + b2r, ti = b0i + b2i;
    re[0] = sr + tr;
    im[0] = si + ti;
    re[4] = sr - tr;
    im[4] = si - ti;
    const vf ur = a0r - a2r, ui = a0i - a2i, wr = b0r - b2r, wi = b0i - b2i;
    re[2] = ur + wi;
    im[2] = ui - wr;
    re[6] = ur - wi;
    im[6] = ui + wr;
    const vf c1r = a1r + a3i, c1i = a1i - a3r, c3r = a1r - a3i, c3i = a1i + a3r;
    const vf d1r = b1r + b3i, d1i = b1i - b3r, d3r = b1r - b3i, d3i = b1i + b3r;
    const vf fr = (d1r + d1i) * FFT8_ROOT_HALF, fi = (d1i - d1r) * FFT8_ROOT_HALF;
    const vf gr = (d3i - d3r) * FFT8_ROOT_HALF, gi = (d3r + d3i) * FFT8_ROOT_HALF;
    re[1] = c1r + fr;
    im[1] = c1i + fi;
    re[5] = c1r - fr;
    im[5] = c1i - fi;
    re[3] = c3r + gr;
    im[3] = c3i - gi;
    re[7] = c3r - gr;
    im[7] = c3i + gi;
}

/* Coefficients 2 * pair and 2 * pair + 1 of eight rows, which it overwrites. */
static inline void fft8_columns_forward(int pair, vf zr[8], vf zi[8], fft8_spectrum *spectrum) {
    vf *re = spectrum->re, *im = spectrum->im;
    fft8_complex(zr, zi);
    if (pair > 0) {
        for (int v = 0; v < 8; v++) {
            re[2 + 8 * pair + v] = zr[v];
            im[2 + 8 * pair + v] = zi[v];
        }
        return;
    }
    for (int k = 0; k < 5; k += 4) {
        re[k] = zr[k];
        re[5 + k] = zi[k];
        im[k] = im[5 + k] = vf_all(0.0f);
    }
    for (int k = 1; k < 4; k++) {
        re[k] = (zr[k] + zr[8 - k]) * 0.5f;
        im[k] = (zi[k] - zi[8 - k]) * 0.5f;
        re[5 + k] = (zi[k] + zi[8 - k]) * 0.5f;
        im[5 + k] = (zr[8 - k] - zr[k]) * 0.5f;
    }
}

/* weight: of each bin, NULL for none. */
static inline void fft8_columns_inverse(int pair, const fft8_spectrum *spectrum, const vf *weight,
                                        vf zr[8], vf zi[8]) {
    const vf *re = spectrum->re, *im = spectrum->im;
    if (pair > 0) {
        for (int v = 0; v < 8; v++) {
            const int bin = 2 + 8 * pair + v;
            zr[v] = weight != NULL ? re[bin] * weight[bin] : re[bin];
            zi[v] = weight != NULL ? im[bin] * weight[bin] : im[bin];
        }
    } else {
        vf own_re[10], own_im[10];
        for (int bin = 0; bin < 10; bin++) {
            own_re[bin] = weight != NULL ? re[bin] * weight[bin] : re[bin];
            own_im[bin] = weight != NULL ? im[bin] * weight[bin] : im[bin];
        }
        for (int k = 0; k < 5; k += 4) {
            zr[k] = own_re[k];
            zi[k] = own_re[5 + k];
        }
        for (int k = 1; k < 4; k++) {
            zr[k] = own_re[k] - own_im[5 + k];
            zi[k] = own_im[k] + own_re[5 + k];
            zr[8 - k] = own_re[k] + own_im[5 + k];
            zi[8 - k] = own_re[5 + k] - own_im[k];
        }
    }
    fft8_complex(zi, zr);
}

/* Whole tiles, by row and column. */
static inline void fft8_forward(const vf tile[64], fft8_spectrum *spectrum) {
    vf column[8][8];
    for (int y = 0; y < 8; y++) {
        vf row[8];
        fft8_row_forward(tile + 8 * y, row);
        for (int k = 0; k < 8; k++) {
            column[k][y] = row[k];
        }
    }
    for (int pair = 0; pair < 4; pair++) {
        fft8_columns_forward(pair, column[2 * pair], column[2 * pair + 1], spectrum);
    }
}

static inline void fft8_inverse(const fft8_spectrum *spectrum, vf tile[64]) {
    vf column[8][8];
    for (int pair = 0; pair < 4; pair++) {
        fft8_columns_inverse(pair, spectrum, NULL, column[2 * pair], column[2 * pair + 1]);
    }
    for (int y = 0; y < 8; y++) {
        vf row[8];
        for (int k = 0; k < 8; k++) {
            row[k] = column[k][y];
        }
        fft8_row_inverse(row, tile + 8 * y);
    }
}

#endif
