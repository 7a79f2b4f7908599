/* Local tone mapping for a renderer that is not this one: the preview's shader. */
#include "look.h"
#include "tone.h"

baryta_status baryta_tone_maps(const baryta_plane *linear, const baryta_look *look,
                               const baryta_plane *maps, baryta_tone_range *range,
                               int32_t threads) {
    if (look == NULL || !baryta_spatial_valid(look) || !baryta_plane_valid(linear, 12, 4) ||
        !baryta_plane_valid(maps, 8, 4) || !baryta_same_size(linear, maps) ||
        baryta_max(linear->width, linear->height) > BARYTA_TONE_SIDE || range == NULL ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    baryta_tone tone = {.maps = NULL};
    if (baryta_tone_wanted(look)) {
        const baryta_status status = baryta_tone_open(&tone, linear, look, threads, NULL);
        if (status != BARYTA_OK) {
            return status;
        }
    }
    *range = (baryta_tone_range){1.0f, 0.0f, 0.0f};
    if (tone.maps != NULL) {
        *range = (baryta_tone_range){tone.floor, tone.least, tone.most};
    }
    for (int32_t y = 0; y < maps->height; y++) {
        float *out = baryta_row(maps, y);
        const int64_t first = (int64_t)y * maps->width; /* a block is a pixel */
        for (int32_t x = 0; x < maps->width; x++) {
            out[2 * x] = tone.maps == NULL ? 0.0f : tone.slope[first + x];
            out[2 * x + 1] = tone.maps == NULL ? 0.0f : tone.offset[first + x];
        }
    }
    baryta_tone_close(&tone);
    return BARYTA_OK;
}
