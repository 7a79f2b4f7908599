/* A picture's luma and chroma against the same in double, and what is refused. */
#include "baryta.h"
#include "check.h"
#include "plain.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WIDTH = 75, HEIGHT = 37, STRIDE = 3 * WIDTH + 5 };

static uint8_t in[HEIGHT][STRIDE], out[HEIGHT][STRIDE];
static const baryta_plane picture = {in, WIDTH, HEIGHT, STRIDE}, to = {out, WIDTH, HEIGHT, STRIDE};

static void fill(int kind) {
    for (int i = 0; i < HEIGHT * STRIDE; i++) {
        const uint32_t mixed = (uint32_t)i * 2654435761u >> 11;
        in[i / STRIDE][i % STRIDE] = (uint8_t)(kind ? (mixed & 1 ? 255 : 0) : mixed);
    }
    memset(out, 0xa5, sizeof out);
}

/* Any picture: luma to half a level, chroma to less than one; nothing beyond the row. */
static void compare(int kind) {
    fill(kind);
    CHECK(baryta_ycc(&picture, &to) == BARYTA_OK);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < 3 * WIDTH; x++) {
            const double wanted = fmin(plain_ycc(in[y] + x / 3 * 3, x % 3), 255.0);
            CHECK(fabs(out[y][x] - wanted) < (x % 3 ? 0.98 : 0.51));
        }
        CHECK(out[y][3 * WIDTH] == 0xa5);
    }
}

/* An even colour: within a block one level, over 4x4 blocks right to a 30th of one. */
static void even(uint8_t r, uint8_t g, uint8_t b) {
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        uint8_t *rgb = in[i / WIDTH] + 3 * (i % WIDTH);
        rgb[0] = r, rgb[1] = g, rgb[2] = b;
    }
    CHECK(baryta_ycc(&picture, &to) == BARYTA_OK);
    for (int channel = 1; channel < 3; channel++) {
        double sum = 0.0;
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                const uint8_t value = out[y][3 * x + channel];
                CHECK(value == out[y / 8 * 8][3 * (x / 8 * 8) + channel]);
                CHECK(r != g || g != b || value == 128);
                sum += value;
            }
        }
        CHECK(fabs(sum / 1024.0 - plain_ycc(in[0], channel)) < 1.0 / 30.0);
    }
}

static void refuse(void) {
    const baryta_plane other = {out, WIDTH - 1, HEIGHT, STRIDE};
    const baryta_plane narrow = {in, WIDTH, HEIGHT, 3 * WIDTH - 1};
    CHECK(baryta_ycc(&picture, &other) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_ycc(&narrow, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_ycc(NULL, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_ycc(&picture, NULL) == BARYTA_BAD_ARGUMENT);
}

int main(void) {
    compare(0);
    compare(1);
    for (int level = 0; level < 256; level++) {
        even((uint8_t)level, (uint8_t)level, (uint8_t)level);
        even((uint8_t)(40 + level / 2), (uint8_t)(200 - level / 3), (uint8_t)(90 + level / 7));
    }
    refuse();
    return 0;
}
