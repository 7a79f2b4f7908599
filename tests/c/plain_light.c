/* Whether a frame has another light than the reference. */
#include "plain.h"

#include <math.h>

enum { TILE = 16 };

double plain_mean_difference(const plain_image *a, const plain_image *b, int32_t x, int32_t y,
                             int32_t dx, int32_t dy) {
    double sum = 0.0;
    for (int32_t v = y; v < y + TILE; v++) {
        for (int32_t u = x; u < x + TILE; u++) {
            sum += b->data[(v + dy) * b->width + u + dx] - a->data[v * a->width + u];
        }
    }
    return sum / (TILE * TILE);
}

/* The least of those that at least half of them do not exceed, or the mean of the two in the
 * middle. */
static double median(const double *values, int count) {
    double middle[2] = {0.0, 0.0};
    for (int i = 0; i < count; i++) {
        int below = 0, same = 0;
        for (int k = 0; k < count; k++) {
            below += values[k] < values[i];
            same += values[k] == values[i];
        }
        for (int h = 0; h < 2; h++) {
            const int rank = (count - 1 + h) / 2;
            middle[h] = below <= rank && rank < below + same ? values[i] : middle[h];
        }
    }
    return 0.5 * (middle[0] + middle[1]);
}

double plain_trust(const plain_plane *differences, int32_t i, int32_t j, double sigma) {
    double round_it[9];
    int count = 0;
    for (int32_t y = j - 1; y <= j + 1; y++) {
        for (int32_t x = i - 1; x <= i + 1; x++) {
            if (x >= 0 && y >= 0 && x < differences->width && y < differences->height) {
                round_it[count++] = differences->data[y * differences->width + x];
            }
        }
    }
    const double limit = 2.5 * (sigma + 0.4) / TILE + 1.0; /* of a mean, and one grey level */
    return fmin(fmax(2.0 - fabs(median(round_it, count)) / limit, 0.0), 1.0);
}
