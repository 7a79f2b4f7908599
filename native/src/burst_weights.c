/* The weights of the resampling and of the tiles' window. */
#include "burst.h"

#include <math.h>

enum { TAPS = BURST_TAPS };

static const double PI = 3.14159265358979;

/* sin(pi (n + 1/2) / 8) */
const float burst_window[8] = {0.19509032f, 0.55557023f, 0.83146961f, 0.98078528f,
                               0.98078528f, 0.83146961f, 0.55557023f, 0.19509032f};

/* The frequencies that the kernel is judged at, and the distances of taps in whole samples. */
enum { BANDS = 32, LAGS = TAPS };

/* How much a frequency, cycles a sample, counts: as texture seen through a slight lens and the
 * square of a pixel, but for falling steeper than nature's, so that edges do not ring. */
static double power_at(double frequency) {
    const double turn = PI * frequency, pixel = sin(turn) / turn, lens = exp(-0.64 * turn * turn);
    return pixel * pixel * lens / pow(frequency, 6.0);
}

/* What part of it demosaicing and resampling leave, so chosen that the merge's edges come out as
 * steep as a single frame's. */
static double kept_at(double frequency) {
    const double lost = pow(2.8 * frequency, 6.0);
    return lost < 0.6 ? 1.0 - lost : 0.4;
}

/* Solves a x = b for two right sides at once, by Cholesky's factors: a is positive definite. */
static void solve(double a[TAPS][TAPS], double b[TAPS][2]) {
    for (int i = 0; i < TAPS; i++) {
        for (int j = 0; j <= i; j++) {
            for (int k = 0; k < j; k++) {
                a[i][j] -= a[i][k] * a[j][k];
            }
            a[i][j] = i == j ? sqrt(a[i][i]) : a[i][j] / a[j][j];
        }
    }
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < TAPS; i++) {
            for (int k = 0; k < i; k++) {
                b[i][side] -= a[i][k] * b[k][side];
            }
            b[i][side] /= a[i][i];
        }
        for (int i = TAPS - 1; i >= 0; i--) {
            for (int k = i + 1; k < TAPS; k++) {
                b[i][side] -= a[k][i] * b[k][side];
            }
            b[i][side] /= a[i][i];
        }
    }
}

/* The weights of one position, between two samples. */
static void weigh_taps(double position, double demosaiced, double weight[TAPS]) {
    double a[TAPS][TAPS], b[TAPS][2], like[LAGS] = {0.0};
    for (int i = 0; i < TAPS; i++) {
        b[i][0] = 0.0;
        b[i][1] = 1.0;
    }
    for (int n = 0; n < BANDS; n++) {
        const double frequency = 0.5 * (n + 0.5) / BANDS, turn = 2.0 * PI * frequency;
        const double kept = 1.0 - demosaiced * (1.0 - kept_at(frequency));
        const double power = power_at(frequency) * kept;
        for (int i = 0; i < TAPS; i++) {
            like[i] += power * kept * cos(turn * i);
            b[i][0] += power * cos(turn * (i - BURST_BEFORE - position));
        }
    }
    for (int i = 0; i < TAPS; i++) {
        for (int j = 0; j < TAPS; j++) {
            a[i][j] = like[i > j ? i - j : j - i];
        }
    }
    solve(a, b);
    double sum = 0.0, rest = 0.0;
    for (int i = 0; i < TAPS; i++) {
        sum += b[i][0];
        rest += b[i][1];
    }
    for (int i = 0; i < TAPS; i++) {
        weight[i] = b[i][0] + b[i][1] * (1.0 - sum) / rest;
    }
}

/* In whole numbers that sum to BURST_ONE: the largest takes what rounding leaves. */
static void pack(const double weight[TAPS], burst_taps *there, burst_taps *mirrored) {
    int32_t whole[TAPS], left = BURST_ONE;
    int largest = 0;
    for (int i = 0; i < TAPS; i++) {
        whole[i] = (int32_t)lrint(weight[i] * BURST_ONE);
        left -= whole[i];
        largest = weight[i] > weight[largest] ? i : largest;
    }
    whole[largest] += left;
    for (int i = 0; i < TAPS; i += 2) {
        const uint32_t low = (uint16_t)whole[i], high = (uint16_t)whole[i + 1];
        there->pair[i / 2] = (int32_t)(low | high << 16);
        mirrored->pair[TAPS / 2 - 1 - i / 2] = (int32_t)(high | low << 16);
    }
}

/* For positions i / BURST_PHASES beyond tap BURST_BEFORE the weights, summing to one, that come
 * nearest to texture in the sense of least squares. Of a mosaic they also lift what demosaicing
 * takes; less so near whole positions, where the samples are the sensor's own. */
void burst_make_kernel(int mono, burst_taps kernel[BURST_PHASES + 1]) {
    for (int phase = 0; phase <= BURST_PHASES / 2; phase++) {
        const double position = (double)phase / BURST_PHASES;
        const double between = 4.0 * position * (1.0 - position);
        double weight[TAPS];
        weigh_taps(position, mono ? 0.0 : between, weight);
        for (int i = 0; i < TAPS && phase == 0; i++) { /* exactly */
            weight[i] = i == BURST_BEFORE ? 1.0 : 0.0;
        }
        pack(weight, &kernel[phase], &kernel[BURST_PHASES - phase]);
    }
}
