/* The share of one frame in a tile, frequency by frequency (after Hasinoff et al. 2016). */
#include "plain.h"

#include <math.h>

static const double tolerated = 1.4, range = 2.8; /* A is 0 up to the first, 1 so much beyond */
static const double least = 0.05, enough = 0.15; /* mean weights: none of it counts, all does */
static const double window_energy = 16.0;
/* Of a still camera: more is tolerated of tiles that differ by the first times noise, none more of
 * those that do by the second. */
static const double more = 1.4, surely = 1.15, hardly = 1.35;

static double unit(double value) {
    return fmin(fmax(value, 0.0), 1.0);
}

void plain_blend(double difference[4][64], const double variance[4], double robustness,
                 double inside, int still, double trust, double cover, double share,
                 plain_blended *out) {
    double complex spectrum[4][64];
    for (int s = 0; s < 4; s++) {
        double tile[64];
        for (int i = 0; i < 64; i++) {
            tile[i] = difference[s][i] * plain_window(i % 8) * plain_window(i / 8);
        }
        plain_dft(tile, spectrum[s]);
    }
    double apart[64], all = 0.0, weight[64], mean = 0.0;
    for (int i = 0; i < 64; i++) {
        double d = 0.0;
        for (int s = 0; s < 4; s++) {
            const double size = cabs(spectrum[s][i]);
            d += size * size / (window_energy * inside * variance[s]) / 4.0;
        }
        apart[i] = d * robustness / fmax(cover, 0.25);
        all += plain_told(i % 8, i / 8) ? apart[i] / 34.0 : 0.0;
    }
    const double limit =
        tolerated + (still ? more * unit((hardly - all) / (hardly - surely)) : 0.0);
    for (int i = 0; i < 64; i++) {
        weight[i] = 1.0 - unit((apart[i] - limit) / range);
        mean += plain_told(i % 8, i / 8) ? weight[i] / 34.0 : 0.0; /* different frequencies */
    }
    const double part = trust * unit((mean - least) / (enough - least));
    /* What a frame does not cover is left to the others, whose share is 1; half of a tile tells. */
    const double own = fmin(2.0 * cover, 1.0) * share / fmax(cover + (1.0 - cover) * share, 1.0);
    out->present = part * cover * own;
    out->weight = part * mean;
    for (int i = 0; i < 64; i++) {
        out->agreed[i] = part * cover * own * weight[i];
    }
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 64; i++) {
            spectrum[s][i] *= part * own * weight[i];
        }
        plain_dft_back(spectrum[s], out->cell[s]);
        for (int i = 0; i < 64; i++) {
            out->cell[s][i] *= plain_window(i % 8) * plain_window(i / 8);
        }
    }
}
