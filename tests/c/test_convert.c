/* A picture in another colour space against the same in double, and what is refused. */
#include "baryta.h"
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WIDTH = 37, HEIGHT = 5, STRIDE = 3 * WIDTH + 7, ONE = 1 << 14 };

static baryta_conversion make_conversion(void) {
    static const double matrix[9] = {1.22, -0.22, 0.0, -0.04, 1.04, 0.0, -0.02, -0.08, 1.1};
    baryta_conversion conversion;
    for (int i = 0; i < 256; i++) {
        conversion.decode[i] = (int32_t)lround(ONE * pow(i / 255.0, 2.2));
    }
    for (int i = 0; i < 9; i++) {
        conversion.matrix[i] = (int32_t)lround(ONE * matrix[i]);
    }
    for (int i = 0; i <= ONE; i++) {
        conversion.encode[i] = (uint8_t)lround(255.0 * pow((double)i / ONE, 1.0 / 2.2));
    }
    return conversion;
}

static uint8_t sample(int x, int y, int channel) {
    return (uint8_t)(((uint32_t)x * 73856093u ^ (uint32_t)(y * 3 + channel) * 19349663u) >> 9);
}

static void compare(void) {
    static uint8_t in[HEIGHT][STRIDE], out[HEIGHT][STRIDE];
    const baryta_conversion conversion = make_conversion();
    memset(out, 0xa5, sizeof out);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < 3 * WIDTH; x++) {
            in[y][x] = sample(x / 3, y, x % 3);
        }
    }
    const baryta_plane picture = {in, WIDTH, HEIGHT, STRIDE}, to = {out, WIDTH, HEIGHT, STRIDE};
    CHECK(baryta_convert(&picture, &conversion, &to) == BARYTA_OK);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            for (int k = 0; k < 3; k++) {
                double light = 0.0;
                for (int c = 0; c < 3; c++) {
                    light += conversion.matrix[3 * k + c] / (double)ONE *
                             conversion.decode[sample(x, y, c)];
                }
                light = fmin(fmax(light, 0.0), ONE);
                /* The table's next nodes: sums are rounded once. */
                const uint8_t low = conversion.encode[(int)fmax(floor(light), 0.0)];
                const uint8_t high = conversion.encode[(int)fmin(ceil(light), ONE)];
                CHECK(out[y][3 * x + k] >= low && out[y][3 * x + k] <= high);
            }
        }
        CHECK(out[y][3 * WIDTH] == 0xa5); /* nothing beyond the row */
    }
}

static void refuse(void) {
    uint8_t in[4][12] = {{0}}, out[4][12];
    const baryta_plane picture = {in, 4, 4, 12}, to = {out, 4, 4, 12}, other = {out, 3, 4, 12};
    const baryta_plane narrow = {in, 4, 4, 11};
    const baryta_conversion conversion = make_conversion();
    baryta_conversion bright = conversion, dark = conversion, steep = conversion;
    bright.decode[255] = ONE + 1;
    dark.decode[0] = -1;
    steep.matrix[4] = 40001;
    CHECK(baryta_convert(&picture, &conversion, &to) == BARYTA_OK);
    CHECK(baryta_convert(&picture, &conversion, &other) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&narrow, &conversion, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(NULL, &conversion, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&picture, &conversion, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&picture, NULL, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&picture, &bright, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&picture, &dark, &to) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_convert(&picture, &steep, &to) == BARYTA_BAD_ARGUMENT);
}

int main(void) {
    compare();
    refuse();
    return 0;
}
