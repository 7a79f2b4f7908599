/* Focus peaking against its plain twin, on random pixels of any size, padded rows, any threads. */
#include "baryta.h"
#include "check.h"
#include "plain.h"

#include <stdint.h>
#include <string.h>

enum { SIDE = 40, STRIDE = 4 * SIDE + 12, MASK_STRIDE = SIDE + 3 };

static void like_the_twin(int32_t width, int32_t height, int32_t threshold, int32_t threads) {
    static uint8_t pixels[SIDE][STRIDE], mask[SIDE][MASK_STRIDE];
    uint32_t state = (uint32_t)(width * 100 + height);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < STRIDE; x++) {
            state = state * 1664525u + 1013904223u;
            pixels[y][x] = (uint8_t)((state >> 24) % (y % 3 == 0 ? 256u : 40u));
        }
    }
    memset(mask, 0x5a, sizeof mask);
    const baryta_plane in = {pixels, width, height, STRIDE};
    const baryta_plane out = {mask, width, height, MASK_STRIDE};
    CHECK(baryta_peaking(&in, threshold, &out, threads) == BARYTA_OK);
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++) {
            CHECK(mask[y][x] == plain_peaking(&in, threshold, x, y));
        }
        CHECK(mask[y][width] == 0x5a);
    }
}

int main(void) {
    for (int32_t side = 1; side <= SIDE; side++) {
        like_the_twin(side, SIDE + 1 - side, 24, 1 + side % 3);
        like_the_twin(side, SIDE, 0, 2);
        like_the_twin(SIDE, side, 510, 1);
    }
    static uint8_t pixels[4][64], mask[4][16];
    const baryta_plane in = {pixels, 16, 4, 64}, out = {mask, 16, 4, 16},
                       narrow = {mask, 15, 4, 16};
    const baryta_plane thin = {pixels, 16, 4, 63};
    CHECK(baryta_peaking(&in, 24, &out, 1) == BARYTA_OK);
    CHECK(baryta_peaking(&in, 24, &narrow, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_peaking(&thin, 24, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_peaking(&in, -1, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_peaking(&in, 511, &out, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_peaking(&in, 24, &out, 0) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_peaking(NULL, 24, &out, 1) == BARYTA_BAD_ARGUMENT);
    return 0;
}
