/* Four floats that are handled at once: the four sites of a CFA cell, or four neighbours. */
#ifndef BARYTA_VEC4_H
#define BARYTA_VEC4_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef float v4 __attribute__((vector_size(16)));
/* The same at any float's address. */
typedef float v4_loose __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t i4 __attribute__((vector_size(16)));
typedef uint16_t u16x4 __attribute__((vector_size(8), may_alias));

static inline v4 v4_load(const float *p) {
    return *(const v4_loose *)p;
}

static inline void v4_store(float *p, v4 value) {
    *(v4_loose *)p = value;
}

static inline v4 v4_all(float value) {
    return (v4){value, value, value, value};
}

static inline v4 v4_select(i4 mask, v4 yes, v4 no) {
    return (v4)(((i4)yes & mask) | ((i4)no & ~mask));
}

/* Where they are equal or not comparable, the second. */
static inline v4 v4_max(v4 a, v4 b) {
#if defined(__SSE2__)
    return _mm_max_ps(a, b);
#else
    return v4_select(a > b, a, b);
#endif
}

static inline v4 v4_min(v4 a, v4 b) {
#if defined(__SSE2__)
    return _mm_min_ps(a, b);
#else
    return v4_select(a < b, a, b);
#endif
}

#if defined(__clang__)
#define V4_SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define V4_SHUFFLE(a, b, i, j, k, l) __builtin_shuffle(a, b, (i4){i, j, k, l})
#endif

/* Rows become columns. */
static inline void v4_transpose(v4 *a, v4 *b, v4 *c, v4 *d) {
    const v4 ab0 = V4_SHUFFLE(*a, *b, 0, 4, 1, 5);
    const v4 ab1 = V4_SHUFFLE(*a, *b, 2, 6, 3, 7);
    const v4 cd0 = V4_SHUFFLE(*c, *d, 0, 4, 1, 5);
    const v4 cd1 = V4_SHUFFLE(*c, *d, 2, 6, 3, 7);
    *a = V4_SHUFFLE(ab0, cd0, 0, 1, 4, 5);
    *b = V4_SHUFFLE(ab0, cd0, 2, 3, 6, 7);
    *c = V4_SHUFFLE(ab1, cd1, 0, 1, 4, 5);
    *d = V4_SHUFFLE(ab1, cd1, 2, 3, 6, 7);
}

/* The sums over each vector's members, one sum a member. */
static inline v4 v4_sums(v4 a, v4 b, v4 c, v4 d) {
    v4_transpose(&a, &b, &c, &d);
    return (a + b) + (c + d);
}

#endif
