/* A lens's warp against its plain twin, on random images of any size, padded rows, any threads. */
#include "baryta.h"
#include "check.h"
#include "plain.h"

#include <math.h>
#include <stdint.h>

enum { SIDE = 24, STRIDE = 3 * SIDE + 5 };

static int stop(void *user, float fraction) {
    (void)user;
    return fraction > 0.0f;
}

static const float none[9] = {1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f};
static const float mix[9] = {1.0f, 0.5f, 0.0f, 0.0f, 1.0f, -0.25f, 0.0f, 0.0f, 1.0f};
static const double unmixed[9] = {1.0, -0.5, -0.125, 0.0, 1.0, 0.25, 0.0, 0.0, 1.0};

static void like_the_twin(const baryta_warp *warp, int mixed, int32_t width, int32_t height,
                          int32_t threads) {
    double there[9], back[9];
    for (int i = 0; i < 9; i++) {
        there[i] = (double)(mixed ? mix[i] : none[i]);
        back[i] = mixed ? unmixed[i] : (double)none[i];
    }
    static float image[SIDE][STRIDE], mended[SIDE][STRIDE];
    uint32_t state = (uint32_t)(width * 31 + height);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < STRIDE; x++) {
            state = state * 1664525u + 1013904223u;
            image[y][x] = (float)(state >> 8) / 16777216.0f * (x % 17 == 0 ? 100.0f : 1.0f);
            mended[y][x] = -7.0f;
        }
    }
    const baryta_plane in = {image, width, height, sizeof image[0]};
    const baryta_plane out = {mended, width, height, sizeof mended[0]};
    CHECK(baryta_rectify(&in, warp, mixed ? mix : NULL, &out, threads, NULL, NULL) == BARYTA_OK);
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < 3 * width; x++) {
            const double wanted = plain_rectify(&in, warp, there, back, x % 3, x / 3, y);
            CHECK(fabs((double)mended[y][x] - wanted) < 1e-2 + 1e-3 * fabs(wanted));
        }
        CHECK(mended[y][3 * width] == -7.0f);
    }
}

int main(void) {
    const baryta_warp barrel = {
        {{0.95f, 0.04f, 0.01f, -0.002f}, {0.951f, 0.04f, 0.01f, 0.0f}, {0.949f, 0.04f, 0.0f, 0.0f}},
        {{0.0f, 0.0f}, {0.003f, -0.002f}, {0.0f, 0.0f}},
        {0.481f, 0.437f}}; /* on no sample: there the range of the sixteen changes */
    const baryta_warp wild = {
        {{4.0f, 4.0f, -4.0f, 4.0f}, {-4.0f, 4.0f, 4.0f, -4.0f}, {0.0f, 0.0f, 0.0f, 0.0f}},
        {{4.0f, 4.0f}, {-4.0f, 4.0f}, {0.0f, 0.0f}},
        {0.0f, 1.0f}};
    for (int32_t side = 2; side <= SIDE; side++) {
        like_the_twin(&barrel, 0, side, SIDE + 2 - side, 1 + side % 3);
        like_the_twin(&barrel, 1, SIDE, side, 2);
        like_the_twin(&wild, side % 2, side, SIDE, 1);
    }
    static float image[4][12], mended[4][12];
    const baryta_plane in = {image, 4, 4, sizeof image[0]}, out = {mended, 4, 4, sizeof mended[0]};
    const baryta_plane narrow = {mended, 3, 4, sizeof mended[0]};
    const baryta_plane thin = {image, 4, 1, sizeof image[0]},
                       row = {mended, 4, 1, sizeof mended[0]};
    baryta_warp bad = barrel;
    bad.radial[2][3] = 4.1f;
    CHECK(baryta_rectify(&in, &bad, NULL, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    bad = barrel;
    bad.tangential[0][0] = NAN;
    CHECK(baryta_rectify(&in, &bad, NULL, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    bad = barrel;
    bad.centre[1] = -0.1f;
    CHECK(baryta_rectify(&in, &bad, NULL, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&in, NULL, NULL, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&in, &barrel, NULL, &narrow, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&thin, &barrel, NULL, &row, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&in, &barrel, NULL, &out, 0, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    const float flat[9] = {1.0f, 2.0f, 3.0f, 2.0f, 4.0f, 6.0f, 0.0f, 0.0f, 1.0f};
    const float lost[9] = {1.0f, 0.0f, 0.0f, 0.0f, NAN, 0.0f, 0.0f, 0.0f, 1.0f};
    CHECK(baryta_rectify(&in, &barrel, flat, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&in, &barrel, lost, &out, 1, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_rectify(&in, &barrel, NULL, &out, 1, stop, NULL) == BARYTA_CANCELLED);
    return 0;
}
