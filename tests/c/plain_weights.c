/* The resampling's weights: of those that sum to 1 the ones whose response to frequencies comes
 * nearest to that of a shift, and more where demosaicing has taken some. */
#include "plain.h"

#include <math.h>
#include <string.h>

enum { TAPS = 6, UNKNOWN = TAPS + 1 }; /* and Lagrange's multiplier */

static const double pi = 3.14159265358979323846;

/* By Gauss's elimination; of the system the last column is the right side. */
static void eliminate(double system[UNKNOWN][UNKNOWN + 1]) {
    for (int n = 0; n < UNKNOWN; n++) {
        int pivot = n;
        for (int i = n; i < UNKNOWN; i++) {
            pivot = fabs(system[i][n]) > fabs(system[pivot][n]) ? i : pivot;
        }
        double row[UNKNOWN + 1];
        memcpy(row, system[pivot], sizeof row);
        memcpy(system[pivot], system[n], sizeof row);
        for (int j = 0; j <= UNKNOWN; j++) {
            system[n][j] = row[j] / row[n];
        }
        for (int i = 0; i < UNKNOWN; i++) {
            const double factor = system[i][n];
            for (int j = 0; i != n && j <= UNKNOWN; j++) {
                system[i][j] -= factor * system[n][j];
            }
        }
    }
}

static void find_weights(double at, int mono, double weight[TAPS]) {
    double system[UNKNOWN][UNKNOWN + 1] = {{0}};
    for (int n = 0; n < 32; n++) {
        const double f = (n + 0.5) / 64.0, pixel = sin(pi * f) / (pi * f);
        const double lens = exp(-2.0 * pi * pi * 0.4 * 0.4 * f * f);
        const double detail = pow(pixel * lens, 2.0) * pow(64.0 * f, -6.0);
        const double gone = mono ? 0.0 : 4.0 * at * (1.0 - at) * fmin(pow(2.8 * f, 6), 0.6);
        const double turn = 2.0 * pi * f, kept = 1.0 - gone;
        for (int i = 0; i < TAPS; i++) {
            for (int j = 0; j < TAPS; j++) {
                system[i][j] += detail * kept * kept * cos(turn * (i - j));
            }
            system[i][UNKNOWN] += detail * kept * cos(turn * (i - 2 - at));
        }
    }
    for (int i = 0; i < TAPS; i++) {
        system[i][TAPS] = system[TAPS][i] = 1.0;
    }
    system[TAPS][UNKNOWN] = 1.0;
    eliminate(system);
    for (int i = 0; i < TAPS; i++) {
        weight[i] = at == 0.0 || at == 1.0 ? i == 2 + (int)at : system[i][UNKNOWN];
    }
}

void plain_weights(double part, int mono, double weight[6]) {
    static double found[2][129][TAPS]; /* zeros where still unknown */
    const int phase = (int)floor(128.0 * part + 0.5);
    double *own = found[mono != 0][phase];
    double sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        sum += own[i];
    }
    if (sum < 0.5) {
        find_weights(phase / 128.0, mono, own);
    }
    memcpy(weight, own, TAPS * sizeof *own);
}
