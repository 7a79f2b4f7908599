/* PISP_COMP1, the compressed raw of the Raspberry Pi 5: a decoder in lanes.
 *
 * The format is described in the kernel's pixfmt-srggb8-pisp-comp.rst ("mode 1"). Eight samples are
 * two words of 32 bits: the first holds the even ones, the second the odd ones, each on its own. A
 * word has two bits of mode, then four levels coded by their differences, or two joint pairs.
 *
 * Eight words at once, their halves in lanes of 16 bits: all levels are whole numbers of a 4096th
 * of full scale, so that nothing here leaves a signed word. */
#include "unpack.h"

#include "vec4.h"

#include <string.h>

enum { LANES = 8, BLOCK_BYTES = 8, BLOCKS = LANES / 2, SAMPLES = 4 * LANES };

typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

#if defined(__clang__)
#define V8_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define V8_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (u16x8){__VA_ARGS__})
#endif

static const int16_t OFFSET = 2048 / 16; /* libcamera has the Pi 5 subtract it before it codes */
static const int16_t FULL = 65536 / 16;

static inline i16x8 all(int16_t value) {
    return (i16x8){value, value, value, value, value, value, value, value};
}

static inline i16x8 larger(i16x8 a, i16x8 b) {
    const i16x8 more = a > b;
    return (a & more) | (b & ~more);
}

static inline i16x8 smaller(i16x8 a, i16x8 b) {
    const i16x8 less = a < b;
    return (a & less) | (b & ~less);
}

static inline i16x8 chosen(i16x8 mask, i16x8 yes, i16x8 no) {
    return (yes & mask) | (no & ~mask);
}

/* Of each word the low half or the high one. */
static inline u16x8 halves(const uint8_t *in, int high) {
    u16x8 first, second;
    memcpy(&first, in, sizeof first);
    memcpy(&second, in + sizeof first, sizeof second);
    return high ? V8_SHUFFLE(first, second, 1, 3, 5, 7, 9, 11, 13, 15)
                : V8_SHUFFLE(first, second, 0, 2, 4, 6, 8, 10, 12, 14);
}

/* What the mode of each word makes of its levels. */
typedef struct modes {
    i16x8 fine, coarse, pairs; /* masks: mode 0, 2, 3 */
    i16x8 most; /* an outer level begins here at most */
} modes;

static inline modes modes_of(i16x8 mode) {
    const i16x8 coarse = mode == all(2);
    return (modes){
        .fine = mode == all(0),
        .coarse = coarse,
        .pairs = mode == all(3),
        .most = chosen(coarse, all(1536 >> 2), all(1536 >> 1)),
    };
}

/* A level of modes 0 to 2, 4096ths of full scale. */
static inline i16x8 level(const modes *m, i16x8 q) {
    const i16x8 fine = larger(q, 2 * (q - all(160)));
    const i16x8 wide = chosen(m->coarse, 8 * q, 4 * q);
    return chosen(m->fine, fine, wide);
}

/* A level of mode 3. */
static inline i16x8 pair_level(i16x8 q) {
    return larger(16 * q, 32 * (q - all(47)));
}

/* A pair's two levels from its 15 bits: 2816 * (a >> 4) + 16 * b + (a & 15). */
static inline void pair(i16x8 code, i16x8 *a, i16x8 *b) {
    const i16x8 high = (i16x8)((u16x8)((code >> 8) * all(187)) >> 11); /* / 11, exact below 128 */
    *a = pair_level((code & all(15)) + 16 * high);
    *b = pair_level((code >> 4) - 176 * high);
}

/* To the sensor's scale: the offset back on, full scale where that is beyond it. */
static inline u16x8 scaled(i16x8 value, int32_t shift) {
    const i16x8 sum = value + all(OFFSET);
    const u16x8 full = (u16x8)(sum >= all(FULL));
    return (((u16x8)sum << 4) | full) >> (uint16_t)shift;
}

/* Four samples of each of eight words. */
static inline void decode(const uint8_t *in, u16x8 out[4], int32_t shift) {
    const u16x8 low = halves(in, 0), high = halves(in, 1);
    const modes m = modes_of((i16x8)(low & 3));
    const i16x8 first = (i16x8)(low >> 2 & 511);
    const i16x8 second = (i16x8)(low >> 11 | (high & 3) << 5);
    /* Two bright levels in mode 2 are coded by themselves, all others by their difference. */
    const i16x8 apart = m.coarse & (first >= all(384));
    const i16x8 step = second - all(64);
    const i16x8 q1 = chosen(apart, first, larger(first, first - step));
    const i16x8 q2 = chosen(apart, second + all(384), larger(first, first + step));
    const i16x8 none = all(0);
    const i16x8 q0 = smaller(m.most, larger(none, q1 - all(64))) + (i16x8)(high >> 2 & 127);
    const i16x8 q3 = smaller(m.most, larger(none, q2 - all(64))) + (i16x8)(high >> 9);
    i16x8 a, b, c, d;
    pair((i16x8)(low >> 2 | (high & 1) << 14), &a, &b);
    pair((i16x8)(high >> 1), &c, &d);
    out[0] = scaled(chosen(m.pairs, a, level(&m, q0)), shift);
    out[1] = scaled(chosen(m.pairs, b, level(&m, q1)), shift);
    out[2] = scaled(chosen(m.pairs, c, level(&m, q2)), shift);
    out[3] = scaled(chosen(m.pairs, d, level(&m, q3)), shift);
}

/* Four blocks: out[k] holds the k-th even and odd sample of each. */
static inline void store(const u16x8 out[4], uint16_t *to) {
    const u32x4 a = (u32x4)out[0], b = (u32x4)out[1], c = (u32x4)out[2], d = (u32x4)out[3];
    const u32x4 ab = V4_SHUFFLE(a, b, 0, 4, 1, 5);
    const u32x4 cd = V4_SHUFFLE(c, d, 0, 4, 1, 5);
    const u32x4 ba = V4_SHUFFLE(a, b, 2, 6, 3, 7);
    const u32x4 dc = V4_SHUFFLE(c, d, 2, 6, 3, 7);
    const u32x4 blocks[BLOCKS] = {
        V4_SHUFFLE(ab, cd, 0, 1, 4, 5),
        V4_SHUFFLE(ab, cd, 2, 3, 6, 7),
        V4_SHUFFLE(ba, dc, 0, 1, 4, 5),
        V4_SHUFFLE(ba, dc, 2, 3, 6, 7),
    };
    memcpy(to, blocks, sizeof blocks);
}

void baryta_unpack_pisp(const uint8_t *in, uint16_t *out, int32_t width, int32_t shift) {
    u16x8 decoded[4];
    int32_t x = 0;
    for (; x + SAMPLES <= width; x += SAMPLES) {
        decode(in + x, decoded, shift);
        store(decoded, out + x);
    }
    if (x < width) {
        uint8_t rest[BLOCKS * BLOCK_BYTES] = {0};
        uint16_t samples[SAMPLES];
        memcpy(rest, in + x, (size_t)((width - x + 7) / 8) * BLOCK_BYTES);
        decode(rest, decoded, shift);
        store(decoded, samples);
        memcpy(out + x, samples, (size_t)(width - x) * sizeof *out);
    }
}
