/* What lanes need of their own where they are sixteen: see lanes.h. */
#ifndef BARYTA_LANES_16_H
#define BARYTA_LANES_16_H

static inline vf vf_max(vf a, vf b) {
    return _mm512_max_ps(a, b);
}

static inline vf vf_min(vf a, vf b) {
    return _mm512_min_ps(a, b);
}

static inline vf vf_load_bytes(const uint8_t *p) {
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p)));
}

static inline void vf_store_bytes(uint8_t *p, vf value) {
    _mm_storeu_si128((__m128i *)(void *)p, _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(value)));
}

static inline vf vf_load_half(const uint16_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)p));
}

static inline void vf_store_half(uint16_t *p, vf value) {
    const vf most = vf_all(65504.0f), bounded = vf_min(vf_max(value, -most), most);
    _mm256_storeu_si256((__m256i *)(void *)p,
                        _mm512_cvtps_ph(bounded, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

static inline vf vf_counts(const uint16_t *counts) {
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)counts)));
}

static inline void vf_add_counts(uint16_t *counts, vf value) {
    const __m256i whole = _mm512_cvtepi32_epi16(_mm512_cvttps_epi32(value + 0.5f));
    const __m256i sum =
        _mm256_add_epi16(_mm256_loadu_si256((const __m256i *)(const void *)counts), whole);
    _mm256_storeu_si256((__m256i *)(void *)counts, sum);
}

static inline vi vi_of_fours(const int32_t *const list[4], int t) {
    const __m256i low = _mm256_set_m128i(_mm_set1_epi32(list[1][t]), _mm_set1_epi32(list[0][t]));
    const __m256i high = _mm256_set_m128i(_mm_set1_epi32(list[3][t]), _mm_set1_epi32(list[2][t]));
    return (vi)_mm512_inserti32x8(_mm512_castsi256_si512(low), high, 1);
}

static inline vf vf_of_rows(const float *const row[4], int32_t x) {
    const __m256 low = _mm256_set_m128(_mm_loadu_ps(row[1] + x), _mm_loadu_ps(row[0] + x));
    const __m256 high = _mm256_set_m128(_mm_loadu_ps(row[3] + x), _mm_loadu_ps(row[2] + x));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

static inline int vi_any(vi value) {
    return _mm512_test_epi32_mask((__m512i)value, (__m512i)value) != 0;
}

static inline vi vi_join(vi low, vi high) {
    return (vi)_mm512_mask_mov_epi16((__m512i)low, 0xaaaaaaaau, (__m512i)high);
}

static inline vi vi_dot(vi a, vi b) {
    return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
}

static inline vi vi_dot_add(vi sum, vi a, vi b) {
    return (vi)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

/* Lines crossed by loads cost more than moving what has been loaded. */
static inline void vi_load_threes(const int16_t *p, vi out[3]) {
    const __m512i own = _mm512_loadu_si512(p);
    const __m512i more =
        _mm512_castsi128_si512(_mm_loadl_epi64((const __m128i *)(const void *)(p + 2 * LANES)));
    out[0] = (vi)own;
    out[1] = (vi)_mm512_alignr_epi32(more, own, 1);
    out[2] = (vi)_mm512_alignr_epi32(more, own, 2);
}

static inline void vf_store_whole(int16_t *p, vf even, vf odd, int16_t low, int16_t high) {
    const __m512i order =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
    const __m512i fours = _mm512_packs_epi32(_mm512_cvtps_epi32(even), _mm512_cvtps_epi32(odd));
    const __m512i limited =
        _mm512_min_epi16(_mm512_max_epi16(fours, _mm512_set1_epi16(low)), _mm512_set1_epi16(high));
    _mm512_storeu_si512(p, _mm512_shuffle_epi8(limited, order));
}

static inline vf vf_before(vf first, vf second) {
    return (vf)_mm512_alignr_epi32((__m512i)second, (__m512i)first, 15);
}

static inline vf vf_after(vf first, vf second) {
    return (vf)_mm512_alignr_epi32((__m512i)second, (__m512i)first, 1);
}

static inline vf vf_pairs(vf a, vf b) {
    const __m512i both = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(a, both, b);
}

static inline vf vf_behind(const float *first, vf rest) {
    const __m512i before = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    const __m512 moved = _mm512_permutexvar_ps(before, rest);
    return _mm512_mask_broadcastss_ps(moved, 1, _mm_load_ss(first));
}

static inline void vf_unzip(const float *p, vf out[4]) {
    /* Two by two in halves: every fourth from 0 or 2 on, and from 1 or 3 on. */
    const __m512i even =
        _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(2));
    const vf a = vf_load(p), b = vf_load(p + 16), c = vf_load(p + 32), d = vf_load(p + 48);
    const vf ab0 = _mm512_permutex2var_ps(a, even, b), cd0 = _mm512_permutex2var_ps(c, even, d);
    const vf ab1 = _mm512_permutex2var_ps(a, odd, b), cd1 = _mm512_permutex2var_ps(c, odd, d);
    out[0] = _mm512_shuffle_f32x4(ab0, cd0, 0x44);
    out[1] = _mm512_shuffle_f32x4(ab0, cd0, 0xee);
    out[2] = _mm512_shuffle_f32x4(ab1, cd1, 0x44);
    out[3] = _mm512_shuffle_f32x4(ab1, cd1, 0xee);
}

static inline void vf_zip(const vf in[4], float *p) {
    const vf ab0 = _mm512_unpacklo_ps(in[0], in[1]), ab1 = _mm512_unpackhi_ps(in[0], in[1]);
    const vf cd0 = _mm512_unpacklo_ps(in[2], in[3]), cd1 = _mm512_unpackhi_ps(in[2], in[3]);
    const vf a[4] = {_mm512_shuffle_ps(ab0, cd0, 0x44), _mm512_shuffle_ps(ab0, cd0, 0xee),
                     _mm512_shuffle_ps(ab1, cd1, 0x44), _mm512_shuffle_ps(ab1, cd1, 0xee)};
    for (int i = 0; i < 4; i++) {
        _mm_storeu_ps(p + 4 * i, _mm512_castps512_ps128(a[i]));
        _mm_storeu_ps(p + 16 + 4 * i, _mm512_extractf32x4_ps(a[i], 1));
        _mm_storeu_ps(p + 32 + 4 * i, _mm512_extractf32x4_ps(a[i], 2));
        _mm_storeu_ps(p + 48 + 4 * i, _mm512_extractf32x4_ps(a[i], 3));
    }
}

#endif
