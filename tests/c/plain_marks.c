/* What differs from the reference by far more than its block does. */
#include "plain.h"

#include <math.h>

uint64_t plain_mark(const float difference[64], double *nearest) {
    double sum = 0.0;
    for (int n = 0; n < 64; n++) {
        sum += fabs((double)difference[n]);
    }
    const double limit = 5.5 * sum / 64.0;
    uint64_t marks = 0;
    *nearest = HUGE_VAL;
    for (int n = 0; n < 64; n++) {
        const double own = fabs((double)difference[n]);
        marks |= (uint64_t)(own > limit) << n;
        *nearest = fmin(*nearest, fabs(own / limit - 1.0));
    }
    return marks;
}
