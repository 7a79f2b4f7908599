/* The half-size mosaic against its definition, sample by sample, in double. */
#include "baryta.h"
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WIDTH = 1063, HEIGHT = 27, STRIDE = 2 * WIDTH + 6, SCALE = 16 };

static const baryta_noise noise = {{1e-3f, 2e-3f, 3e-3f, 4e-3f}, {1e-5f, 2e-5f, 3e-5f, 4e-5f}};

static baryta_mosaic_format make_format(int mono) {
    const baryta_mosaic_format format = {
        {mono ? 1 : 2, 1, 1, mono ? 1 : 0}, {250.0f, 254.0f, 256.0f, 260.0f}, 4095.0f};
    return format;
}

/* Dim ones, and every clipped_every-th clipped. */
static uint16_t sample(int x, int y, uint32_t clipped_every) {
    const uint32_t hash = (uint32_t)x * 73856093u ^ (uint32_t)y * 19349663u;
    const uint32_t value = (hash >> 7) % 4095u;
    return (uint16_t)(clipped_every && (hash >> 3) % clipped_every == 0 ? 4095u : value);
}

/* The four samples of the output's (x, y), by distance from its centre at (2 x + 0.5, ...). */
static double expected(int x, int y, int mono, uint32_t clipped_every) {
    double sum = 0.0, clipped = 0.0;
    const int reach = mono ? 1 : 2; /* between samples of a colour */
    for (int sy = 2 * y - 2; sy <= 2 * y + 3; sy++) {
        for (int sx = 2 * x - 2; sx <= 2 * x + 3; sx++) {
            const double dx = fabs(sx - (2.0 * x + 0.5)), dy = fabs(sy - (2.0 * y + 0.5));
            const int same = mono || (((sx ^ x) & 1) == 0 && ((sy ^ y) & 1) == 0);
            if (same && dx < reach && dy < reach) {
                const double weight = (1.0 - dx / reach) * (1.0 - dy / reach);
                const uint16_t value = sample(sx, sy, clipped_every);
                sum += weight * value;
                clipped += value < 4095 ? 0.0 : weight;
            }
        }
    }
    return SCALE * (clipped < 0.25 ? sum : 4095.0);
}

static void compare(int mono, uint32_t clipped_every, int32_t threads) {
    static uint8_t memory[HEIGHT][STRIDE];
    static uint16_t out[HEIGHT / 2][WIDTH / 2 + 4];
    memset(out, 0xa5, sizeof out);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const uint16_t value = sample(x, y, clipped_every);
            memcpy(memory[y] + 2 * x, &value, 2);
        }
    }
    const int unit = mono ? 2 : 4;
    const baryta_plane mosaic = {memory, WIDTH, HEIGHT, STRIDE};
    const baryta_plane half = {out, WIDTH / unit * unit / 2, HEIGHT / unit * unit / 2,
                               sizeof out[0]};
    const baryta_mosaic_format format = make_format(mono);
    baryta_mosaic_format half_format;
    baryta_noise half_noise;
    CHECK(baryta_halve_mosaic(&mosaic, &format, &noise, SCALE, &half, &half_format, &half_noise,
                              threads) == BARYTA_OK);
    for (int y = 0; y < half.height; y++) {
        for (int x = 0; x < half.width; x++) {
            CHECK(fabs(out[y][x] - expected(x, y, mono, clipped_every)) <= 0.5);
        }
        CHECK(out[y][half.width] == 0xa5a5); /* nothing beyond the row */
    }
    CHECK(half_format.white == SCALE * 4095.0f);
    CHECK(half_format.colour[0] == format.colour[0]);
    CHECK(half_format.black[3] == SCALE * (mono ? 255.0f : 260.0f));
    CHECK(fabsf(half_noise.shot[3] - (mono ? 2.5e-3f / 4.0f : 4e-3f * 100.0f / 256.0f)) < 1e-9f);
    CHECK(fabsf(half_noise.read[1] - (mono ? 2.5e-5f / 4.0f : 2e-5f * 100.0f / 256.0f)) < 1e-11f);
}

static void refuse(void) {
    uint16_t samples[8][8] = {{0}}, out[4][4];
    const baryta_plane in = {samples, 8, 8, 16}, half = {out, 4, 4, 8}, other = {out, 3, 4, 8};
    const baryta_mosaic_format format = make_format(0);
    baryta_mosaic_format broken = make_format(0), f;
    broken.colour[0] = 1;
    baryta_noise n;
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 16, &half, &f, &n, 1) == BARYTA_OK);
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 17, &half, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 0, &half, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 16, &other, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &broken, &noise, 16, &half, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &format, NULL, 16, &half, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(NULL, &format, &noise, 16, &half, &f, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 16, &half, NULL, &n, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_halve_mosaic(&in, &format, &noise, 16, &half, &f, &n, 0) == BARYTA_BAD_ARGUMENT);
}

int main(void) {
    for (int mono = 0; mono <= 1; mono++) {
        compare(mono, 0, 1);
        compare(mono, 3, 2);
        compare(mono, 90, 3);
    }
    refuse();
    return 0;
}
