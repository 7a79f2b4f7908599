/* A tile's coefficients drawn towards zero where they may be noise. */
#include "plain.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double k_detail = 5.0, k_flat = 60.0,
                    detailed = 3.0; /* energy of a channel, 1: noise */
static const double own_share = 7.0 / 16.0, nine_share = 1.0 / 16.0;

static int frequency(int i) {
    return i > 4 ? i - 8 : i;
}

/* By how much a site's phase leads the first one's, half a cell away; at the Nyquist frequency that
 * is ambiguous and let be. */
static double complex phase(int i, int site) {
    const int u = frequency(i % 8), v = frequency(i / 8);
    const double angle = pi / 8.0 * ((u == 4 ? 0 : u * (site % 2)) + (v == 4 ? 0 : v * (site / 2)));
    return cos(angle) + sin(angle) * (double complex)I;
}

/* Luminance, greens' difference, red minus blue, chroma: orthonormal, and its own inverse. */
static double mixture(int channel, int site) {
    static const int sign[4][4] = {{1, 1, 1, 1}, {0, 1, -1, 0}, {1, 0, 0, -1}, {1, -1, -1, 1}};
    return sign[channel][site] * (channel == 1 || channel == 2 ? sqrt(0.5) : 0.5);
}

/* What noise is left of a frame's after demosaicing and resampling. */
static double resampled(int i) {
    const int u = frequency(i % 8), v = frequency(i / 8), square = u * u + v * v;
    return 0.78 + 0.35 * square * square / 1024.0;
}

/* relative: of a channel, energy over noise. */
static double tolerance(const double relative[64]) {
    double energy = 0.0;
    for (int i = 1; i < 64; i++) {
        energy += relative[i] / 64.0;
    }
    const double flatness = fmin(fmax(detailed - energy, 0.0), 1.0);
    return k_detail + k_flat * flatness * flatness;
}

static double with_neighbours(const double relative[64], int i) {
    double sum = own_share * relative[i];
    for (int dv = -1; dv <= 1; dv++) {
        for (int du = -1; du <= 1; du++) {
            sum += nine_share * relative[8 * ((i / 8 + dv) & 7) + ((i + du) & 7)];
        }
    }
    return sum;
}

plain_left plain_shrink(double complex spectrum[4][64], const double variance[4],
                        const double agreed[64], double frames, double strength) {
    double complex channel[4][64];
    double factor[64], reference[64], level = 0.0;
    plain_left left = {0.0, 0.0, 0.0};
    for (int i = 0; i < 64; i++) {
        reference[i] = 1.0 - agreed[i] / frames;
        factor[i] = reference[i] * reference[i] + resampled(i) * agreed[i] / (frames * frames);
    }
    for (int c = 0; c < 4; c++) {
        double noise = 0.0, relative[64];
        for (int s = 0; s < 4; s++) {
            noise += mixture(c, s) * mixture(c, s) * variance[s];
        }
        for (int i = 0; i < 64; i++) {
            channel[c][i] = 0.0;
            for (int s = 0; s < 4; s++) {
                channel[c][i] += mixture(c, s) * (spectrum[s][i] * conj(phase(i, s)));
            }
            const double size = cabs(channel[c][i]);
            relative[i] = size * size / (noise * factor[i]);
        }
        const double k = tolerance(relative);
        relative[0] = 1.0; /* the mean says nothing */
        for (int i = 0; i < 64; i++) {
            const double p = with_neighbours(relative, i);
            const double gain = i == 0 ? 1.0 : 1.0 - strength * k / (p * p + k);
            channel[c][i] *= gain;
            left.all += factor[i] * gain * gain / 256.0;
            left.own += reference[i] * gain / 256.0;
            level += sqrt(factor[i]) * gain / 256.0;
        }
    }
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 64; i++) {
            spectrum[s][i] = 0.0;
            for (int c = 0; c < 4; c++) {
                spectrum[s][i] += mixture(c, s) * (channel[c][i] * phase(i, s));
            }
        }
    }
    left.spread = fmax(left.all - level * level, 0.0);
    return left;
}
