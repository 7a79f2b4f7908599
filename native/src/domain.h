/* The domain that demosaicing and denoising work in: close to a square root, so that edges are
 * alike in shadow and light and photon noise is even, but odd and linear through zero, so that
 * negative noise passes unclipped.
 *
 *     y = x / sqrt(|x| + c)        x = y * (|y| + sqrt(y^2 + 4 c)) / 2
 */
#ifndef BARYTA_DOMAIN_H
#define BARYTA_DOMAIN_H

#include <math.h>

static const float baryta_domain_knee = 0.01f; /* c, of the clipping level */

static inline float baryta_to_domain(float x) {
    return x / sqrtf(fabsf(x) + baryta_domain_knee);
}

static inline float baryta_from_domain(float y) {
    return 0.5f * y * (fabsf(y) + sqrtf(y * y + 4.0f * baryta_domain_knee));
}

/* dy/dx at a light x >= 0. */
static inline float baryta_domain_slope(float x) {
    const float root = x + baryta_domain_knee;
    return (0.5f * x + baryta_domain_knee) / (root * sqrtf(root));
}

#endif
