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

/* And back, of numbers from 0 to 65535, cut to whole ones; writes so many samples at most. */
static inline void vf_join_samples(vf even, vf odd, uint16_t *p, int32_t samples) {
    const vu pairs = (vu) __builtin_convertvector(even, vi) | (vu) __builtin_convertvector(odd, vi)
                                                                  << 16;
    const size_t bytes = 2 * (size_t)samples;
    memcpy(p, &pairs, bytes < sizeof pairs ? bytes : sizeof pairs);
}

static inline vf vf_counts(const uint16_t *counts) {
    vi whole;
    for (int i = 0; i < LANES; i++) {
        whole[i] = counts[i];
    }
    return __builtin_convertvector(whole, vf);
}

/* Adds to counts what is rounded to the nearest whole one. */
static inline void vf_add_counts(uint16_t *counts, vf value) {
    const vi whole = __builtin_convertvector(value + 0.5f, vi);
#if defined(__AVX2__)
    const __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128((__m256i)whole),
                                            _mm256_extracti128_si256((__m256i)whole, 1));
    const __m128i sum = _mm_add_epi16(_mm_loadu_si128((const __m128i *)counts), packed);
    _mm_storeu_si128((__m128i *)counts, sum);
#else
    *(u16x4 *)counts += __builtin_convertvector(whole, u16x4);
#endif
}

/* The t-th of each list, for four lanes each. */
static inline vf vf_of_fours(const float *const list[LANES / 4], int t) {
#if defined(__AVX2__)
    return _mm256_set_m128(_mm_broadcast_ss(list[1] + t), _mm_broadcast_ss(list[0] + t));
#else
    return v4_all(list[0][t]);
#endif
}

/* Takes every fourth of 4 * LANES floats: out[c] holds p[4 i + c]. */
static inline void vf_unzip(const float *p, vf out[4]) {
#if defined(__AVX2__)
    /* Four by four within the halves, so that these hold what lies 16 apart. */
    vf a[4];
    for (int i = 0; i < 4; i++) {
        a[i] = _mm256_set_m128(_mm_loadu_ps(p + 16 + 4 * i), _mm_loadu_ps(p + 4 * i));
    }
    const vf ab0 = _mm256_unpacklo_ps(a[0], a[1]), ab1 = _mm256_unpackhi_ps(a[0], a[1]);
    const vf cd0 = _mm256_unpacklo_ps(a[2], a[3]), cd1 = _mm256_unpackhi_ps(a[2], a[3]);
    out[0] = _mm256_shuffle_ps(ab0, cd0, 0x44);
    out[1] = _mm256_shuffle_ps(ab0, cd0, 0xee);
    out[2] = _mm256_shuffle_ps(ab1, cd1, 0x44);
    out[3] = _mm256_shuffle_ps(ab1, cd1, 0xee);
#else
    for (int i = 0; i < 4; i++) {
        out[i] = vf_load(p + 4 * i);
    }
    v4_transpose(&out[0], &out[1], &out[2], &out[3]);
#endif
}

/* And back. */
static inline void vf_zip(const vf in[4], float *p) {
#if defined(__AVX2__)
    const vf ab0 = _mm256_unpacklo_ps(in[0], in[1]), ab1 = _mm256_unpackhi_ps(in[0], in[1]);
    const vf cd0 = _mm256_unpacklo_ps(in[2], in[3]), cd1 = _mm256_unpackhi_ps(in[2], in[3]);
    const vf a[4] = {_mm256_shuffle_ps(ab0, cd0, 0x44), _mm256_shuffle_ps(ab0, cd0, 0xee),
                     _mm256_shuffle_ps(ab1, cd1, 0x44), _mm256_shuffle_ps(ab1, cd1, 0xee)};
    for (int i = 0; i < 4; i++) {
        _mm_storeu_ps(p + 4 * i, _mm256_castps256_ps128(a[i]));
        _mm_storeu_ps(p + 16 + 4 * i, _mm256_extractf128_ps(a[i], 1));
    }
#else
    v4 a = in[0], b = in[1], c = in[2], d = in[3];
    v4_transpose(&a, &b, &c, &d);
    v4_store(p, a);
    v4_store(p + 4, b);
    v4_store(p + 8, c);
    v4_store(p + 12, d);
#endif
}

#endif
