/* As many floats as one instruction handles: eight where there is AVX2, else four.
 *
 * Lanes never mix but in the two transpositions below, so that results do not depend on their
 * number. */
#ifndef BARYTA_LANES_H
#define BARYTA_LANES_H

#include "vec4.h"

#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

/* What rows are padded to: a multiple of any build's lanes. */
enum { MOST_LANES = 16 };

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * LANES)));
typedef float vf_loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t vu16_loose __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

static inline vf vf_load(const float *p) {
    return *(const vf_loose *)p;
}

static inline void vf_store(float *p, vf value) {
    *(vf_loose *)p = value;
}

static inline vf vf_all(float value) {
    return value - (vf){0.0f};
}

static inline vf vf_select(vi mask, vf yes, vf no) {
    return (vf)(((vi)yes & mask) | ((vi)no & ~mask));
}

/* Where they are equal or not comparable, the second. */
static inline vf vf_max(vf a, vf b) {
#if defined(__AVX2__)
    return _mm256_max_ps(a, b);
#else
    return v4_max(a, b);
#endif
}

static inline vf vf_min(vf a, vf b) {
#if defined(__AVX2__)
    return _mm256_min_ps(a, b);
#else
    return v4_min(a, b);
#endif
}

/* The even and the odd ones of so many pairs of samples. */
static inline void vf_split_samples(const uint16_t *p, vf *even, vf *odd) {
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
                   "the first of a pair is its low half");
    vu pairs;
    memcpy(&pairs, p, sizeof pairs);
    *even = __builtin_convertvector((vi)(pairs & 0xffffu), vf);
    *odd = __builtin_convertvector((vi)(pairs >> 16), vf);
}

#endif
