/* Tiles' spectra by channels: the four sites brought to one point and mixed to luminance, the
 * difference of the greens and two chrominances. */
#ifndef BARYTA_BURST_CHANNELS_H
#define BARYTA_BURST_CHANNELS_H

#include "fft8.h"

/* Phase of each site relative to the cell's first, by bin. */
typedef struct burst_phases {
    float cosine[FFT8_BINS][4], sine[FFT8_BINS][4];
} burst_phases;

void burst_make_phases(burst_phases *phases);

/* The horizontal and vertical frequency of a bin, -3..4. */
static inline void burst_frequency(int bin, int *u, int *v) {
    const int k = bin < 10 ? bin % 5 : (bin - 10) % 8;
    *u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
    *v = k > 4 ? k - 8 : k;
}

/* Sites to channels or back: an orthonormal, symmetric mixture. */
static inline void burst_mix(const vf s[4], vf c[4]) {
    const float half = 0.5f, root = 0.70710678f;
    const vf outer = s[0] + s[3], inner = s[1] + s[2];
    c[0] = half * (outer + inner);
    c[1] = root * (s[1] - s[2]);
    c[2] = root * (s[0] - s[3]);
    c[3] = half * (outer - inner);
}

static inline void burst_unmix(const vf c[4], vf s[4]) {
    const float half = 0.5f, root = 0.70710678f;
    const vf chroma = half * (c[0] + c[3]), green = half * (c[0] - c[3]);
    s[0] = chroma + root * c[2];
    s[1] = green + root * c[1];
    s[2] = green - root * c[1];
    s[3] = chroma - root * c[2];
}

/* One bin of all sites to channels, in place. */
static inline void burst_to_channels(const burst_phases *phases, fft8_spectrum site[4], int bin) {
    vf re[4], im[4], mixed_re[4], mixed_im[4];
    for (int s = 0; s < 4; s++) {
        const float c = phases->cosine[bin][s], d = phases->sine[bin][s];
        re[s] = site[s].re[bin] * c + site[s].im[bin] * d;
        im[s] = site[s].im[bin] * c - site[s].re[bin] * d;
    }
    burst_mix(re, mixed_re);
    burst_mix(im, mixed_im);
    for (int s = 0; s < 4; s++) {
        site[s].re[bin] = mixed_re[s];
        site[s].im[bin] = mixed_im[s];
    }
}

/* Back, each channel times its gain, over what the FFT multiplies by. */
static inline void burst_to_sites(const burst_phases *phases, fft8_spectrum site[4], int bin,
                                  const vf gain[4]) {
    vf re[4], im[4], mixed_re[4], mixed_im[4];
    for (int s = 0; s < 4; s++) {
        const vf part = gain[s] * (1.0f / 64.0f);
        mixed_re[s] = site[s].re[bin] * part;
        mixed_im[s] = site[s].im[bin] * part;
    }
    burst_unmix(mixed_re, re);
    burst_unmix(mixed_im, im);
    for (int s = 0; s < 4; s++) {
        const float c = phases->cosine[bin][s], d = phases->sine[bin][s];
        site[s].re[bin] = re[s] * c - im[s] * d;
        site[s].im[bin] = im[s] * c + re[s] * d;
    }
}

#endif
