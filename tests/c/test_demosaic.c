/* The development's demosaic against its plain twin: within 1e-4 of white, over tiles' borders. */
#include "plain.h"
#include "scene.h"

static void compare(const int32_t colour[4], int32_t width, int32_t height, int32_t threads) {
    plain_plane mosaic = plain_plane_make(width, height), planes[3];
    const size_t count = (size_t)width * (size_t)height;
    float *in = malloc(count * sizeof *in), *out = malloc(3 * count * sizeof *out);
    CHECK(in != NULL && out != NULL);
    for (int32_t i = 0; i < width * height; i++) {
        const int32_t x = i % width, y = i / width, c = colour[2 * (y & 1) + (x & 1)];
        const double noise = 0.03 * (scene_random(x, y, 1) - 0.5); /* some below black */
        const double dot = scene_hash((uint32_t)x, (uint32_t)y, 2) % 300 == 0 ? 3.0 : 0.0;
        in[i] = (float)(scene_light(x, y, c, 0.0) + noise + dot);
        mosaic.data[i] = (double)in[i];
    }
    for (int c = 0; c < 3; c++) {
        planes[c] = plain_plane_make(width, height);
    }
    const baryta_plane from = {in, width, height, 4 * (int64_t)width};
    const baryta_plane to = {out, width, height, 12 * (int64_t)width};
    CHECK(baryta_demosaic(&from, colour, &to, threads) == BARYTA_OK);
    plain_develop_demosaic(&mosaic, colour, planes);
    for (int32_t i = 0; i < 3 * width * height; i++) {
        const double wanted = planes[i % 3].data[i / 3];
        CHECK(fabs((double)out[i] - wanted) < 1e-4 * (1.0 + fabs(wanted)));
    }
    for (int c = 0; c < 3; c++) {
        plain_plane_free(&planes[c]);
    }
    plain_plane_free(&mosaic);
    free(in);
    free(out);
}

int main(void) {
    static const int32_t orders[4][4] = {{0, 1, 1, 2}, {2, 1, 1, 0}, {1, 0, 2, 1}, {1, 2, 0, 1}};
    for (int order = 0; order < 4; order++) {
        compare(orders[order], 67 + order, 50 - order, 1);
        compare(orders[order], 16, 17, 1);
    }
    compare(orders[0], 275, 149, 2); /* two tiles either way */
    return 0;
}
