/* One Gauss-Newton step's sums over a row. */
#ifndef BARYTA_BURST_STEP_H
#define BARYTA_BURST_STEP_H

#include "burst.h"

enum { BURST_STEP_SUMS = 16 };

typedef struct burst_step {
    const uint8_t *reference, *other;
    int32_t width, height;
    float cosine, sine, shift_x, shift_y; /* in pixels of the level, about its centre */
    float centre_x, centre_y, unit; /* of the motion's centre; length that angle is scaled by */
    float offset; /* of brightness */
    float floor, slack; /* squares: residual, and share of the gradient, tolerated */
} burst_step;

/* Of row y, without its ends, the share of the normal equations: 10 of the matrix, 4 of the right
 * side; pixels, misfit. Images have 16 bytes to spare at their end. */
void burst_step_row(const burst_step *s, int32_t y, double sums[BURST_STEP_SUMS]);

#endif
