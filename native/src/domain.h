/* The domain that demosaicing and denoising work in: close to a square root, so that edges are
 * alike in shadow and light and photon noise is even, but odd and linear through zero, so that
 * negative noise passes unclipped.
 *
 *     y = x / sqrt(|x| + c)        x = y * (|y| + sqrt(y^2 + 4 c)) / 2
 *
 * The knee c is 0.01 of the clipping level, more where read noise is strong: what noise makes
 * negative has to lie where the domain is linear, or the mean of noisy values is not the value of
 * their mean. inverse.c has the way back from what was averaged.
 */
#ifndef BARYTA_DOMAIN_H
#define BARYTA_DOMAIN_H

#include <math.h>

static const float baryta_domain_knee = 0.01f; /* the least */

static inline float baryta_to_domain(float x, float knee) {
    return x / sqrtf(fabsf(x) + knee);
}

/* What the ways back share: with r = (|y| + root) / 2, |x| + c is r^2 and |x| / 2 + c is
 * r root / 2. */
static inline float baryta_domain_root(float y, float knee) {
    return sqrtf(y * y + 4.0f * knee);
}

static inline float baryta_from_domain(float y, float knee) {
    return 0.5f * y * (fabsf(y) + baryta_domain_root(y, knee));
}

/* dy/dx there: root / (2 r^2), and 1 / r = (root - |y|) / (2 c) has no need of a division. */
static inline float baryta_domain_slope(float y, float root, float knee) {
    const float inverse_of_r = (root - fabsf(y)) * (0.5f / knee);
    return 0.5f * root * inverse_of_r * inverse_of_r;
}

#endif
