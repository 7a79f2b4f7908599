/* Logarithm and exponential in plain arithmetic, so that loops over them vectorise. */
#ifndef BARYTA_FASTMATH_H
#define BARYTA_FASTMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Natural logarithm of a normal positive number; relative error below 3e-7 away from 1, absolute
 * error below 1e-7 near it. ln m = 2 atanh((m - 1) / (m + 1)) for m in [0.7, 1.4]. */
static inline float baryta_log(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int32_t exponent = (bits - 0x3f3504f3) >> 23;
    bits -= exponent * (1 << 23);
    float m;
    memcpy(&m, &bits, sizeof m);
    const float s = (m - 1.0f) / (m + 1.0f);
    const float q = s * s;
    const float series =
        2.0f + q * (0.66666667f + q * (0.4f + q * (0.28571429f + q * 0.22222222f)));
    return s * series + (float)exponent * 0.69314718f;
}

/* 2^x for x in [-126, 126]; relative error below 3e-7. */
static inline float baryta_exp2(float x) {
    const int32_t whole = (int32_t)(x + 128.5f) - 128;
    const float t = (x - (float)whole) * 0.69314718f;
    const float p =
        1.0f +
        t * (1.0f + t * (0.5f + t * (0.16666667f + t * (0.041666667f +
                                                        t * (0.0083333333f + t * 0.0013888889f)))));
    const int32_t bits = (whole + 127) * (1 << 23);
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

/* asinh of x >= 0, x below 1e18; absolute error below 2e-7 up to 1, relative above. */
static inline float baryta_asinh(float x) {
    return baryta_log(x + sqrtf(x * x + 1.0f));
}

#endif
