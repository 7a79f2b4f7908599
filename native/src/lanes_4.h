/* What lanes need of their own where they are four: see lanes.h. */
#ifndef BARYTA_LANES_4_H
#define BARYTA_LANES_4_H

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

static inline vf vf_max(vf a, vf b) {
    return v4_max(a, b);
}

static inline vf vf_min(vf a, vf b) {
    return v4_min(a, b);
}

static inline vf vf_load_bytes(const uint8_t *p) {
    return __builtin_convertvector((vi){p[0], p[1], p[2], p[3]}, vf);
}

static inline void vf_store_bytes(uint8_t *p, vf value) {
    const vi whole = __builtin_convertvector(value, vi);
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)whole[i];
    }
}

/* By the bits: the exponent is smaller by 112, the significand shorter by 13; below the normal
 * numbers 0.5 has the last place that counts. */
static inline vf vf_load_half(const uint16_t *p) {
    const vu bits = __builtin_convertvector(*(const u16x4 *)(const void *)p, vu);
    const vf size = (vf)((bits & 0x7fffu) << 13) * 0x1p112f;
    return (vf)((vu)size | (bits & 0x8000u) << 16);
}

static inline void vf_store_half(uint16_t *p, vf value) {
    const vu bits = (vu)value, sign = bits & 0x80000000u;
    const vf size = vf_min((vf)(bits ^ sign), vf_all(65504.0f));
    const vu own = (vu)size, normal = ((own + 0xfffu + ((own >> 13) & 1u)) >> 13) - (112u << 10);
    const vu small = (vu)(size + 0.5f) - (vu)vf_all(0.5f);
    const vu mask = (vu)(size < vf_all(0x1p-14f));
    const vu half = (small & mask) | (normal & ~mask) | sign >> 16;
    *(u16x4 *)(void *)p = __builtin_convertvector(half, u16x4);
}

static inline vf vf_counts(const uint16_t *counts) {
    u16x4 four;
    memcpy(&four, counts, sizeof four);
    return __builtin_convertvector(__builtin_convertvector(four, vi), vf);
}

static inline void vf_add_counts(uint16_t *counts, vf value) {
    const vi whole = __builtin_convertvector(value + 0.5f, vi);
    *(u16x4 *)(void *)counts += __builtin_convertvector(whole, u16x4);
}

static inline vi vi_of_fours(const int32_t *const list[1], int t) {
    return list[0][t] - (vi){0};
}

static inline vf vf_of_rows(const float *const row[1], int32_t x) {
    return vf_load(row[0] + x);
}

static inline int vi_any(vi value) {
    return (value[0] | value[1] | value[2] | value[3]) != 0;
}

static inline vi vi_join(vi low, vi high) {
    return (low & 0xffff) | (high & ~0xffff);
}

static inline vi vi_dot(vi a, vi b) {
#if defined(__SSE2__)
    return (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
    const int16x8_t x = vreinterpretq_s16_s32((int32x4_t)a);
    const int16x8_t y = vreinterpretq_s16_s32((int32x4_t)b);
    return (vi)vpaddq_s32(vmull_s16(vget_low_s16(x), vget_low_s16(y)), vmull_high_s16(x, y));
#else
    return ((vi)((vu)a << 16) >> 16) * ((vi)((vu)b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

static inline vi vi_dot_add(vi sum, vi a, vi b) {
    return sum + vi_dot(a, b);
}

static inline void vi_load_threes(const int16_t *p, vi out[3]) {
    for (int i = 0; i < 3; i++) {
        memcpy(&out[i], p + 2 * i, sizeof out[i]);
    }
}

static inline void vf_store_whole(int16_t *p, vf even, vf odd, int16_t low, int16_t high) {
#if defined(__SSE2__)
    const __m128i fours = _mm_packs_epi32(_mm_cvtps_epi32(even), _mm_cvtps_epi32(odd));
    const __m128i limited =
        _mm_min_epi16(_mm_max_epi16(fours, _mm_set1_epi16(low)), _mm_set1_epi16(high));
    _mm_storeu_si128((__m128i *)(void *)p, _mm_unpacklo_epi16(limited, _mm_srli_si128(limited, 8)));
#else
    const vf sides[2] = {even, odd};
    vu whole[2];
    for (int i = 0; i < 2; i++) { /* so large a number has its last place at 1 */
        const vf limited = vf_min(vf_max(sides[i], vf_all((float)low)), vf_all((float)high));
        whole[i] = (vu)(limited + 12582912.0f);
    }
    const vi pairs = vi_join((vi)whole[0], (vi)(whole[1] << 16));
    memcpy(p, &pairs, sizeof pairs);
#endif
}

static inline vf vf_before(vf first, vf second) {
    return V4_SHUFFLE(first, second, 3, 4, 5, 6);
}

static inline vf vf_after(vf first, vf second) {
    return V4_SHUFFLE(first, second, 1, 2, 3, 4);
}

static inline vf vf_pairs(vf a, vf b) {
    return V4_SHUFFLE(a, b, 0, 4, 1, 5);
}

static inline vf vf_behind(const float *first, vf rest) {
    return (vf){first[0], rest[0], rest[1], rest[2]};
}

static inline void vf_unzip(const float *p, vf out[4]) {
    for (int i = 0; i < 4; i++) {
        out[i] = vf_load(p + 4 * i);
    }
    v4_transpose(&out[0], &out[1], &out[2], &out[3]);
}

static inline void vf_zip(const vf in[4], float *p) {
    vf a[4] = {in[0], in[1], in[2], in[3]};
    v4_transpose(&a[0], &a[1], &a[2], &a[3]);
    for (int i = 0; i < 4; i++) {
        vf_store(p + 4 * i, a[i]);
    }
}

#endif
