/* Packed rows against samples packed by hand here. */
#include "baryta.h"
#include "check.h"

#include <stdint.h>
#include <string.h>

enum { WIDTH = 21, HEIGHT = 5, STRIDE = 64 };

static uint16_t sample(int x, int y, int bits) {
    return (uint16_t)((uint32_t)(x * 2654435 + y * 40503 + 977) % (1u << bits));
}

static void pack(uint8_t *row, int y, int bits) {
    const int group = bits == 10 ? 4 : 2;
    memset(row, 0, STRIDE);
    for (int x = 0; x < WIDTH; x++) {
        uint8_t *p = row + x / group * (group + 1);
        const uint32_t value = sample(x, y, bits);
        const int low = bits - 8;
        p[x % group] = (uint8_t)(value >> low);
        p[group] = (uint8_t)(p[group] | (value & ((1u << low) - 1u)) << (low * (x % group)));
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

int main(void) {
    for (int threads = 1; threads <= 3; threads++) {
        round_trip(BARYTA_CSI2P10, 10, 0, threads);
        round_trip(BARYTA_CSI2P10, 10, 3, threads);
        round_trip(BARYTA_CSI2P12, 12, 0, threads);
        round_trip(BARYTA_CSI2P12, 12, 4, threads);
        round_trip(BARYTA_U16, 16, 0, threads);
        round_trip(BARYTA_U16, 16, 4, threads);
    }
    uint8_t packed[2][16] = {{0}};
    uint16_t samples[2][8];
    const baryta_plane in = {packed, 8, 2, 16}, out = {samples, 8, 2, 16};
    const baryta_plane thin = {packed, 8, 2, 9}, narrow = {samples, 7, 2, 16};
    CHECK(baryta_unpack(&in, BARYTA_CSI2P10, 0, &out, 1) == BARYTA_OK);
    CHECK(baryta_unpack(&thin, BARYTA_CSI2P10, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&thin, BARYTA_CSI2P12, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 0, &narrow, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 16, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, -1, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(&in, BARYTA_CSI2P12, 0, &out, 0) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_unpack(NULL, BARYTA_CSI2P12, 0, &out, 1) == BARYTA_BAD_ARGUMENT);
    return 0;
}
