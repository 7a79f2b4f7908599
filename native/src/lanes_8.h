/* What lanes need of their own where they are eight: see lanes.h. */
#ifndef BARYTA_LANES_8_H
#define BARYTA_LANES_8_H

static inline vf vf_max(vf a, vf b) {
    return _mm256_max_ps(a, b);
}

static inline vf vf_min(vf a, vf b) {
    return _mm256_min_ps(a, b);
}

static inline vf vf_load_bytes(const uint8_t *p) {
    return _mm256_cvtepi32_ps(
        _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p)));
}

static inline void vf_store_bytes(uint8_t *p, vf value) {
    const __m256i whole = _mm256_cvttps_epi32(value);
    const __m128i pairs =
        _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64((__m128i *)(void *)p, _mm_packus_epi16(pairs, pairs));
}

static inline vf vf_load_half(const uint16_t *p) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)p));
}

static inline void vf_store_half(uint16_t *p, vf value) {
    const vf most = vf_all(65504.0f), bounded = vf_min(vf_max(value, -most), most);
    _mm_storeu_si128((__m128i *)(void *)p, _mm256_cvtps_ph(bounded, _MM_FROUND_TO_NEAREST_INT));
}

static inline vf vf_counts(const uint16_t *counts) {
    return _mm256_cvtepi32_ps(
        _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)counts)));
}

static inline void vf_add_counts(uint16_t *counts, vf value) {
    const __m256i whole = _mm256_cvttps_epi32(value + 0.5f);
    const __m128i packed =
        _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    const __m128i sum =
        _mm_add_epi16(_mm_loadu_si128((const __m128i *)(const void *)counts), packed);
    _mm_storeu_si128((__m128i *)(void *)counts, sum);
}

static inline vi vi_of_fours(const int32_t *const list[2], int t) {
    return (vi)_mm256_set_m128i(_mm_set1_epi32(list[1][t]), _mm_set1_epi32(list[0][t]));
}

static inline vf vf_of_rows(const float *const row[2], int32_t x) {
    return _mm256_set_m128(_mm_loadu_ps(row[1] + x), _mm_loadu_ps(row[0] + x));
}

static inline int vi_any(vi value) {
    return !_mm256_testz_si256((__m256i)value, (__m256i)value);
}

static inline vi vi_join(vi low, vi high) {
    return (vi)_mm256_blend_epi16((__m256i)low, (__m256i)high, 0xaa);
}

static inline vi vi_dot(vi a, vi b) {
    return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
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
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
    const __m256i fours = _mm256_packs_epi32(_mm256_cvtps_epi32(even), _mm256_cvtps_epi32(odd));
    const __m256i limited =
        _mm256_min_epi16(_mm256_max_epi16(fours, _mm256_set1_epi16(low)), _mm256_set1_epi16(high));
    _mm256_storeu_si256((__m256i *)(void *)p, _mm256_shuffle_epi8(limited, order));
}

static inline vf vf_before(vf first, vf second) {
    const __m256i middle = _mm256_permute2x128_si256((__m256i)first, (__m256i)second, 0x21);
    return (vf)_mm256_alignr_epi8((__m256i)second, middle, 12);
}

static inline vf vf_after(vf first, vf second) {
    const __m256i middle = _mm256_permute2x128_si256((__m256i)first, (__m256i)second, 0x21);
    return (vf)_mm256_alignr_epi8(middle, (__m256i)first, 4);
}

static inline vf vf_pairs(vf a, vf b) {
    const __m256 low = _mm256_unpacklo_ps(a, b), high = _mm256_unpackhi_ps(a, b);
    return _mm256_permute2f128_ps(low, high, 0x20);
}

static inline vf vf_behind(const float *first, vf rest) {
    const __m256i before = _mm256_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6);
    const __m256 moved = _mm256_permutevar8x32_ps(rest, before);
    return _mm256_blend_ps(moved, _mm256_broadcast_ss(first), 1);
}

/* Four by four within the halves: rows become columns. */
static inline void transpose_fours(vf a[4]) {
    const vf ab0 = _mm256_unpacklo_ps(a[0], a[1]), ab1 = _mm256_unpackhi_ps(a[0], a[1]);
    const vf cd0 = _mm256_unpacklo_ps(a[2], a[3]), cd1 = _mm256_unpackhi_ps(a[2], a[3]);
    a[0] = _mm256_shuffle_ps(ab0, cd0, 0x44);
    a[1] = _mm256_shuffle_ps(ab0, cd0, 0xee);
    a[2] = _mm256_shuffle_ps(ab1, cd1, 0x44);
    a[3] = _mm256_shuffle_ps(ab1, cd1, 0xee);
}

static inline void vf_unzip(const float *p, vf out[4]) {
    for (int i = 0; i < 4; i++) {
        out[i] = _mm256_set_m128(_mm_loadu_ps(p + 16 + 4 * i), _mm_loadu_ps(p + 4 * i));
    }
    transpose_fours(out);
}

static inline void vf_zip(const vf in[4], float *p) {
    vf a[4] = {in[0], in[1], in[2], in[3]};
    transpose_fours(a);
    for (int i = 0; i < 4; i++) {
        _mm_storeu_ps(p + 4 * i, _mm256_castps256_ps128(a[i]));
        _mm_storeu_ps(p + 16 + 4 * i, _mm256_extractf128_ps(a[i], 1));
    }
}

#endif
