/* A tile's spectrum by channels: the four sites brought to one point and mixed to luminance, the
 * difference of the greens and two chrominances. */
#ifndef BARYTA_BURST_CHANNELS_H
#define BARYTA_BURST_CHANNELS_H

#include "fft8.h"

/* Phase of each site relative to the cell's first, by bin. */
typedef struct burst_phases {
    v4 cosine[FFT8_BINS], sine[FFT8_BINS];
} burst_phases;

void burst_make_phases(burst_phases *phases);

/* The horizontal and vertical frequency of a bin, -3..4. */
static inline void burst_frequency(int bin, int *u, int *v) {
    const int k = bin < 10 ? bin % 5 : (bin - 10) % 8;
    *u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
    *v = k > 4 ? k - 8 : k;
}

/* Sites to channels or back: an orthonormal, symmetric mixture. */
static inline v4 burst_mix(v4 s) {
    const v4 a = V4_SHUFFLE(s, s, 3, 2, 1, 0); /* b g2 g1 r */
    const v4 plus = s + a, minus = s - a; /* r+b g+g g+g b+r; r-b g1-g2 .. .. */
    const float half = 0.5f, root = 0.70710678f;
    return (v4){half * (plus[0] + plus[1]), root * minus[1], root * minus[0],
                half * (plus[0] - plus[1])};
}

#endif
