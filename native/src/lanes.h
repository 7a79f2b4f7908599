/* As many floats as one instruction handles: 16 where there is AVX-512, 8 with AVX2, else 4.
 *
 * Lanes never mix but in the two transpositions, so that results do not depend on their number. */
#ifndef BARYTA_LANES_H
#define BARYTA_LANES_H

#include "vec4.h"

#include <math.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
enum { LANES = 16 };
#elif defined(__AVX2__)
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

static inline vf vf_sqrt(vf value) {
    for (int i = 0; i < LANES; i++) {
        value[i] = sqrtf(value[i]);
    }
    return value;
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

/* The sums of so many pairs of samples. */
static inline vf vf_pair_sums(const uint16_t *p) {
    vf even, odd;
    vf_split_samples(p, &even, &odd);
    return even + odd;
}

/* Pairs of samples from their even and odd ones, numbers from 0 to 65535, cut to whole ones; writes
 * so many samples at most. */
static inline void vf_join_samples(vf even, vf odd, uint16_t *p, int32_t samples) {
    const vu pairs = (vu) __builtin_convertvector(even, vi) | (vu) __builtin_convertvector(odd, vi)
                                                                  << 16;
    const size_t bytes = 2 * (size_t)samples;
    memcpy(p, &pairs, bytes < sizeof pairs ? bytes : sizeof pairs);
}

/* Which maximum and minimum: where both are equal or not comparable, the second.
 * vf_load_bytes: bytes as numbers; vf_store_bytes: numbers from 0 to 255, cut to whole ones.
 * vf_load_half, vf_store_half: IEEE 754 binary16, rounded to nearest even; beyond it the largest.
 * vf_counts: sixteen-bit counts as numbers; vf_add_counts: adds numbers, rounded, to them.
 * vi_of_fours: the t-th of each list, for four lanes each.
 * vf_of_rows: four from column x on of each row.
 * vi_dot: pairs of sixteen-bit numbers times pairs of them, each pair's two products added;
 * vi_dot_add: to a sum.
 * vi_any: whether any bit is set.
 * vi_join: the low halves of the first, the high ones of the second.
 * vi_load_threes: pairs, those that begin one pair further on, and two.
 * vf_behind: one and all but the last.
 * vf_store_whole: of two alternating, rounded to nearest even and limited; none beyond 2^31.
 * vf_before, vf_after: of two neighbouring runs all lanes of the second one column earlier, and of
 * the first one later.
 * vf_pairs: of the first half of the lanes pairs, of two.
 * vf_unzip: every fourth of 4 * LANES floats, out[c] holds p[4 i + c]; vf_zip: back. */
#if defined(__AVX512F__)
#include "lanes_16.h"
#elif defined(__AVX2__)
#include "lanes_8.h"
#else
#include "lanes_4.h"
#endif

#endif
