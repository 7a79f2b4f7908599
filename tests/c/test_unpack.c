/* Packed rows against samples packed by hand here, and any bytes against the plain twin. */
#include "baryta.h"
#include "check.h"
#include "plain.h"

#include <stdint.h>
#include <string.h>

enum { WIDTH = 21, HEIGHT = 5, STRIDE = 64 };

static uint16_t sample(int x, int y, int bits) {
    return (uint16_t)((uint32_t)(x * 2654435 + y * 40503 + 977) % (1u << bits));
}

static void pack(uint8_t *row, int y, int bits) {
    const int group = bits == 12 ? 2 : 4;
    memset(row, 0, STRIDE);
    for (int x = 0; x < WIDTH; x++) {
        const int low = bits - 8;
        uint8_t *p = row + x / group * (group + group * low / 8);
        const uint32_t value = sample(x, y, bits);
        p[x % group] = (uint8_t)(value >> low);
        for (int bit = 0; bit < low; bit++) {
            const int at = low * (x % group) + bit;
            p[group + at / 8] = (uint8_t)(p[group + at / 8] | (value >> bit & 1u) << at % 8);
        }
    }
}

static void round_trip(baryta_packing packing, int bits, int shift, int threads) {
    static uint8_t packed[HEIGHT][STRIDE];
    uint16_t samples[HEIGHT][WIDTH + 3];
    memset(samples, 0xa5, sizeof samples);
    for (int y = 0; y < HEIGHT; y++) {
        if (packing == BARYTA_U16) {
            for (int x = 0; x < WIDTH; x++) {
                const uint16_t word = sample(x, y, 16);
                memcpy(packed[y] + 2 * x, &word, 2);
            }
        } else {
            pack(packed[y], y, bits);
        }
    }
    const baryta_plane in = {packed, WIDTH, HEIGHT, STRIDE};
    const baryta_plane out = {samples, WIDTH, HEIGHT, sizeof samples[0]};
    CHECK(baryta_unpack(&in, packing, shift, &out, threads) == BARYTA_OK);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            CHECK(samples[y][x] == sample(x, y, bits) >> shift);
        }
        CHECK(samples[y][WIDTH] == 0xa5a5); /* nothing beyond the row */
    }
}

/* Bytes of every kind, decoded as the plain twin decodes them, nothing beyond the row. */
static void like_the_twin(baryta_packing packing, int32_t width, int32_t shift) {
    enum { ROWS = 64, BYTES = 192, GUARD = 0xa5a5 };
    static uint8_t packed[ROWS][BYTES];
    static uint16_t samples[ROWS][BYTES];
    uint32_t state = 1;
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < BYTES; x++) {
            state = state * 1664525u + 1013904223u;
            packed[y][x] = (uint8_t)(state >> 24);
        }
    }
    memset(samples, 0xa5, sizeof samples);
    const baryta_plane in = {packed, width, ROWS, BYTES};
    const baryta_plane out = {samples, width, ROWS, sizeof samples[0]};
    CHECK(baryta_unpack(&in, packing, shift, &out, 2) == BARYTA_OK);
    for (int y = 0; y < ROWS; y++) {
        for (int32_t x = 0; x < width; x++) {
            CHECK(samples[y][x] == plain_unpack(packed[y], packing, x) >> shift);
        }
        CHECK(samples[y][width] == GUARD);
    }
}

/* Every half of a word, with a few others. */
static void every_half_word(void) {
    enum { WORDS = 4096 };
    static const uint16_t others[] = {0, 0xffff, 0x5a5a, 0x0003, 0xfe01, 0x8002};
    static uint32_t words[WORDS];
    static uint16_t samples[4 * WORDS];
    const baryta_plane in = {words, 4 * WORDS, 1, sizeof words};
    const baryta_plane out = {samples, 4 * WORDS, 1, sizeof samples};
    for (size_t k = 0; k < 2 * sizeof others / sizeof *others; k++) {
        const uint32_t other = others[k / 2];
        for (uint32_t half = 0; half < 65536; half += WORDS) {
            for (uint32_t i = 0; i < WORDS; i++) {
                words[i] = k % 2 ? (half + i) << 16 | other : (half + i) | other << 16;
            }
            CHECK(baryta_unpack(&in, BARYTA_PISP_COMP1, 0, &out, 1) == BARYTA_OK);
            for (int32_t x = 0; x < 4 * WORDS; x++) {
                CHECK(samples[x] == plain_unpack((const uint8_t *)words, BARYTA_PISP_COMP1, x));
            }
        }
    }
}

int main(void) {
    for (int threads = 1; threads <= 3; threads++) {
        round_trip(BARYTA_CSI2P10, 10, 0, threads);
        round_trip(BARYTA_CSI2P10, 10, 3, threads);
        round_trip(BARYTA_CSI2P12, 12, 0, threads);
        round_trip(BARYTA_CSI2P12, 12, 4, threads);
        round_trip(BARYTA_CSI2P14, 14, 0, threads);
        round_trip(BARYTA_CSI2P14, 14, 2, threads);
        round_trip(BARYTA_U16, 16, 0, threads);
        round_trip(BARYTA_U16, 16, 4, threads);
    }
    for (int32_t width = 1; width <= 70; width++) {
        like_the_twin(BARYTA_CSI2P10, width, width % 3);
        like_the_twin(BARYTA_CSI2P12, width, width % 3);
        like_the_twin(BARYTA_CSI2P14, width, width % 3);
        like_the_twin(BARYTA_PISP_COMP1, width, width % 5);
    }
    every_half_word();
    uint8_t packed[2][16] = {{0}};
    uint16_t samples[2][9];
    const baryta_plane in = {packed, 8, 2, 16}, out = {samples, 8, 2, 16};
    const baryta_plane thin = {packed, 8, 2, 9}, narrow = {samples, 7, 2, 16};
    CHECK(baryta_unpack(&in, BARYTA_CSI2P10, 0, &out, 1) == BARYTA_OK);
    CHECK(baryta_unpack(&thin, BARYTA_CSI2P10, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&thin, BARYTA_CSI2P12, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    const baryta_plane wide = {packed, 9, 2, 15}, nine = {samples, 9, 2, 18};
    CHECK(baryta_unpack(&wide, BARYTA_PISP_COMP1, 0, &nine, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&wide, BARYTA_CSI2P14, 0, &nine, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, (baryta_packing)5, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 0, &narrow, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 16, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, -1, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 0, &out, 0) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(NULL, BARYTA_CSI2P12, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    return 0;
}
