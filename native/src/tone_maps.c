/* Local tone mapping and contrast for a renderer that is not this one: the preview's shader. */
#include <math.h>

#include "fastmath.h"
#include "highlight.h"
#include "light.h"
#include "look.h"
#include "tone_curve.h"

static const float least_floor = 0.0005f; /* of stops, where tone mapping gives none */

/* Local contrast's gain at light of a luminance, which tone mapping's line there has not changed
 * yet, as a line in the stops of tone mapping: the tangent, added to that one. */
static void add_contrast(const baryta_light *light, const baryta_tone_range *range, int32_t x,
                         int32_t y, float luminance, float line[2]) {
    const float stops = baryta_tone_stops(luminance, range->floor);
    const float told = line[0] * stops + line[1];
    const float lift = fminf(fmaxf(told, range->least), range->most);
    if (lift < told || lift > told) { /* level: beyond the limits contrast would add to the rest */
        line[0] = 0.0f;
        line[1] = lift;
    }
    const float factor = baryta_exp2(lift) * baryta_light_fall(light, x, y);
    const float lifted = baryta_stops(factor * luminance);
    const float slope = baryta_enlarged(&light->blocks, light->slope, x, y);
    const float offset = baryta_enlarged(&light->blocks, light->offset, x, y);
    const float detail = lifted - (slope * lifted + offset);
    const float limited = 1.0f + fabsf(detail);
    const float amount = baryta_contrast_strength * light->look->local_contrast;
    const float gain = amount * detail / limited;
    /* d lifted / d stops, from the logarithms of both */
    const float more = factor * (luminance + range->floor + line[0] * luminance);
    const float steep = amount * (1.0f - slope) / (limited * limited) * more * baryta_exp2(-lifted);
    line[0] += steep;
    line[1] += gain - steep * stops;
}

/* Adds a look's local contrast to the lines of its tone mapping. */
static baryta_status contrast(const baryta_plane *linear, const baryta_tone *tone,
                              const baryta_look *look, const baryta_plane *maps,
                              baryta_tone_range *range, int32_t threads) {
    baryta_look bare = *look; /* scattered light is no gain */
    bare.halation = bare.bloom = 0.0f;
    baryta_light light;
    const baryta_status status = baryta_light_open(&light, linear, tone, &bare, threads, NULL);
    if (status != BARYTA_OK || light.slope == NULL) {
        return status;
    }
    for (int32_t y = 0; y < maps->height; y++) {
        const float *in = baryta_row(linear, y);
        float *out = baryta_row(maps, y);
        for (int32_t x = 0; x < maps->width; x++) {
            const float *const light_of[3] = {in + 3 * x, in + 3 * x + 1, in + 3 * x + 2};
            float luminance;
            baryta_tone_luminance(light_of, 1, &luminance);
            add_contrast(&light, range, x, y, luminance, out + 2 * x);
        }
    }
    const float most = baryta_contrast_strength * fabsf(look->local_contrast);
    range->least -= most;
    range->most += most;
    baryta_light_close(&light);
    return BARYTA_OK;
}

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
    *range = (baryta_tone_range){least_floor, 0.0f, 0.0f};
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
    const baryta_status status = contrast(linear, &tone, look, maps, range, threads);
    baryta_tone_close(&tone);
    return status;
}
