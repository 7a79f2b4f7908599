/* How much noisier a frame is than the reference, in the reference's quietest directions. */
#include "plain_quiet.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST = 4, DIRECTIONS = 5, MOST = 64 * 64 + 1 };

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The lower quartile of what patches have in the directions, less the mean of all. */
static double quarter(const plain_patch *patches, int32_t count,
                      double vectors[PLAIN_SAMPLES][PLAIN_SAMPLES]) {
    double *squares = calloc((size_t)count + 1, sizeof *squares);
    if (squares == NULL) {
        abort();
    }
    for (int n = FIRST; n < FIRST + DIRECTIONS; n++) {
        double mean[PLAIN_SAMPLES] = {0.0};
        for (int32_t k = 0; k < count; k++) {
            for (int i = 0; i < PLAIN_SAMPLES; i++) {
                mean[i] += patches[k].sample[i] / count;
            }
        }
        for (int32_t k = 0; k < count; k++) {
            double part = 0.0;
            for (int i = 0; i < PLAIN_SAMPLES; i++) {
                part += vectors[n][i] * (patches[k].sample[i] - mean[i]);
            }
            squares[k] += part * part / DIRECTIONS;
        }
    }
    qsort(squares, (size_t)count, sizeof *squares, by_value);
    const double found = squares[count / 4];
    free(squares);
    return found;
}

double plain_noisier(const baryta_plane *reference, const baryta_plane *frame,
                     const baryta_mosaic_format *format, const baryta_noise *noise, double gain) {
    static double covariance[PLAIN_SAMPLES][PLAIN_SAMPLES], vectors[PLAIN_SAMPLES][PLAIN_SAMPLES];
    plain_patch *patches = malloc(sizeof *patches * MOST);
    if (patches == NULL) {
        abort();
    }
    double ratio = 0.0;
    int32_t count = plain_take_grid(reference, format, noise, 1.0, 64, patches);
    const int32_t kept = plain_covariance(patches, count, covariance);
    if (kept >= 512) {
        plain_eigenvectors(covariance, vectors);
        count = plain_take_grid(reference, format, noise, 1.0, 32, patches);
        const double own = quarter(patches, count, vectors);
        count = plain_take_grid(frame, format, noise, gain, 32, patches);
        ratio = count >= 128 ? quarter(patches, count, vectors) / own : 0.0;
    }
    free(patches);
    return ratio;
}
