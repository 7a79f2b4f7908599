/* 8x8 real FFT by rows, then by columns; the two real columns travel as one complex column. */
#include "fft8.h"

static const float root_half = 0.70710678118654752f;

/* Eight reals to their spectrum: X0, X4, then re and im of X1, X2, X3. */
static inline void real_forward(const v4 *x, v4 *out) {
    const v4 e0 = x[0] + x[4], e1 = x[0] - x[4], e2 = x[2] + x[6], e3 = x[2] - x[6];
    const v4 o0 = x[1] + x[5], o1 = x[1] - x[5], o2 = x[3] + x[7], o3 = x[3] - x[7];
    const v4 e = e0 + e2, o = o0 + o2;
    const v4 p = (o1 - o3) * root_half, q = (o1 + o3) * root_half;
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
static inline void real_inverse(const v4 *in, v4 *x) {
    const v4 e = in[0] + in[1], o = in[0] - in[1];
    const v4 r2 = in[4] + in[4], i2 = in[5] + in[5];
    const v4 e0 = e + r2, e2 = e - r2, o0 = o - i2, o2 = o + i2;
    const v4 r = in[2] + in[6], i = in[7] - in[3];
    const v4 e1 = r + r, e3 = i + i;
    const v4 p = in[2] - in[6], q = -in[3] - in[7];
    const v4 o1 = (p + q) * (2.0f * root_half), o3 = (q - p) * (2.0f * root_half);
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
static inline void complex_forward(v4 *re, v4 *im) {
    const v4 a0r = re[0] + re[4], a0i = im[0] + im[4], a1r = re[0] - re[4], a1i = im[0] - im[4];
    const v4 a2r = re[2] + re[6], a2i = im[2] + im[6], a3r = re[2] - re[6], a3i = im[2] - im[6];
    const v4 b0r = re[1] + re[5], b0i = im[1] + im[5], b1r = re[1] - re[5], b1i = im[1] - im[5];
    const v4 b2r = re[3] + re[7], b2i = im[3] + im[7], b3r = re[3] - re[7], b3i = im[3] - im[7];
    const v4 sr = a0r + a2r, si = a0i + a2i, tr = b0r + b2r, ti = b0i + b2i;
    re[0] = sr + tr;
    im[0] = si + ti;
    re[4] = sr - tr;
    im[4] = si - ti;
    const v4 ur = a0r - a2r, ui = a0i - a2i, wr = b0r - b2r, wi = b0i - b2i;
    re[2] = ur + wi;
    im[2] = ui - wr;
    re[6] = ur - wi;
    im[6] = ui + wr;
    const v4 c1r = a1r + a3i, c1i = a1i - a3r, c3r = a1r - a3i, c3i = a1i + a3r;
    const v4 d1r = b1r + b3i, d1i = b1i - b3r, d3r = b1r - b3i, d3i = b1i + b3r;
    const v4 fr = (d1r + d1i) * root_half, fi = (d1i - d1r) * root_half;
    const v4 gr = (d3i - d3r) * root_half, gi = (d3r + d3i) * root_half;
    re[1] = c1r + fr;
    im[1] = c1i + fi;
    re[5] = c1r - fr;
    im[5] = c1i - fi;
    re[3] = c3r + gr;
    im[3] = c3i - gi;
    re[7] = c3r - gr;
    im[7] = c3i + gi;
}

void fft8_forward(const v4 tile[64], fft8_spectrum *spectrum) {
    v4 column[8][8];
    for (int y = 0; y < 8; y++) {
        v4 row[8];
        real_forward(tile + 8 * y, row);
        for (int i = 0; i < 8; i++) {
            column[i][y] = row[i];
        }
    }
    for (int i = 0; i < 8; i += 2) {
        complex_forward(column[i], column[i + 1]);
    }
    v4 *re = spectrum->re, *im = spectrum->im;
    const v4 *zr = column[0], *zi = column[1];
    const v4 zero = v4_all(0.0f);
    for (int k = 0; k < 5; k += 4) {
        re[k] = zr[k];
        re[5 + k] = zi[k];
        im[k] = im[5 + k] = zero;
    }
    for (int k = 1; k < 4; k++) {
        re[k] = (zr[k] + zr[8 - k]) * 0.5f;
        im[k] = (zi[k] - zi[8 - k]) * 0.5f;
        re[5 + k] = (zi[k] + zi[8 - k]) * 0.5f;
        im[5 + k] = (zr[8 - k] - zr[k]) * 0.5f;
    }
    for (int u = 0; u < 3; u++) {
        for (int v = 0; v < 8; v++) {
            re[10 + 8 * u + v] = column[2 + 2 * u][v];
            im[10 + 8 * u + v] = column[3 + 2 * u][v];
        }
    }
}

void fft8_inverse(const fft8_spectrum *spectrum, v4 tile[64]) {
    v4 column[8][8];
    const v4 *re = spectrum->re, *im = spectrum->im;
    for (int k = 0; k < 5; k += 4) {
        column[0][k] = re[k];
        column[1][k] = re[5 + k];
    }
    for (int k = 1; k < 4; k++) {
        column[0][k] = re[k] - im[5 + k];
        column[1][k] = im[k] + re[5 + k];
        column[0][8 - k] = re[k] + im[5 + k];
        column[1][8 - k] = re[5 + k] - im[k];
    }
    for (int u = 0; u < 3; u++) {
        for (int v = 0; v < 8; v++) {
            column[2 + 2 * u][v] = re[10 + 8 * u + v];
            column[3 + 2 * u][v] = im[10 + 8 * u + v];
        }
    }
    for (int i = 0; i < 8; i += 2) {
        complex_forward(column[i + 1], column[i]);
    }
    for (int y = 0; y < 8; y++) {
        v4 row[8];
        for (int i = 0; i < 8; i++) {
            row[i] = column[i][y];
        }
        real_inverse(row, tile + 8 * y);
    }
}
