/* Correction of defects against its plain twin, which looks at every sample: the same mosaic. */
#include "core.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

static void compare(int32_t width, int32_t height, const baryta_noise *noise, float isolation,
                    int32_t threads) {
    baryta_plane mosaic = scene_plane(width, height), wanted = scene_plane(width, height);
    scene_frame(&mosaic, &scene_bayer, noise, 1.0, 0.0, 0.0, 0.0, 1);
    for (int32_t i = 0; i < width * height / 60;
         i++) { /* hot, dead and faint ones, also in pairs */
        const int32_t x = (int32_t)(scene_random(i, 0, 3) * width);
        const int32_t y = (int32_t)(scene_random(i, 1, 3) * height);
        uint16_t *row = baryta_row(&mosaic, y);
        row[x] = (uint16_t)(i % 3 == 0 ? 4095 : i % 3 == 1 ? 0 : row[x] + 60 + i);
        if (i % 5 == 0 && x + 2 < width) {
            row[x + 2] = row[x];
        }
    }
    int64_t defects = 0, corrected = 0;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++) {
            uint16_t *out = (uint16_t *)baryta_row(&wanted, y) + x;
            *out = plain_corrected(&mosaic, &scene_bayer, noise, (double)isolation, x, y);
            defects += *out != ((const uint16_t *)baryta_row(&mosaic, y))[x];
        }
    }
    CHECK(baryta_correct_defects(&mosaic, &scene_bayer, noise, isolation, &corrected, threads) ==
          BARYTA_OK);
    CHECK(corrected == defects && defects > width * height / 400);
    for (int32_t y = 0; y < height; y++) {
        const size_t bytes = 2 * (size_t)width;
        CHECK(memcmp(baryta_row(&mosaic, y), baryta_row(&wanted, y), bytes) == 0);
    }
    free(mosaic.data);
    free(wanted.data);
}

int main(void) {
    const baryta_noise none = {{0.0f}, {0.0f}};
    compare(203, 149, &scene_noise, 0.5f, 2);
    compare(331, 66, &scene_noise, 4.0f, 1);
    compare(64, 131, &none, 0.5f, 1);
    return 0;
}
