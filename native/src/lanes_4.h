/* What lanes need of their own where they are four: see lanes.h. */
#ifndef BARYTA_LANES_4_H
#define BARYTA_LANES_4_H

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
    return __builtin_convertvector(
        __builtin_convertvector(*(const u16x4 *)(const void *)counts, vi), vf);
}

static inline void vf_add_counts(uint16_t *counts, vf value) {
    const vi whole = __builtin_convertvector(value + 0.5f, vi);
    *(u16x4 *)(void *)counts += __builtin_convertvector(whole, u16x4);
}

static inline vf vf_of_fours(const float *const list[1], int t) {
    return v4_all(list[0][t]);
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
