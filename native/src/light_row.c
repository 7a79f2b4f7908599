/* Applies the maps of light.c to part of a row. */
#include <string.h>

#include "fastmath.h"
#include "highlight.h"
#include "light.h"

/* Red-sensitive film lies deepest and catches the light that the base reflects. */
static const float halation_colour[3] = {1.0f, 0.25f, 0.04f};
static const float stops_floor = 0.002f;

enum { ROOM = BARYTA_LIGHT_CHUNK + BARYTA_ENLARGE_MORE };

float baryta_stops(float luminance) {
    return 1.44269504f * baryta_log(luminance + stops_floor);
}

static void scatter(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                    float *const rgb[3]) {
    const int64_t plane = (int64_t)light->blocks.columns * light->blocks.rows;
    const float halation = light->look->halation;
    const float *const colours[3] = {rgb[0], rgb[1], rgb[2]};
    float map[ROOM];
    float share[BARYTA_LIGHT_CHUNK];
    float glow[BARYTA_LIGHT_CHUNK];
    baryta_highlight_row(colours, count, NULL, share, glow);
    if (light->glow != NULL) {
        baryta_enlarge(&light->blocks, light->glow, y, x0, count, map);
        for (int32_t x = 0; x < count; x++) {
            const float more = map[x] - glow[x];
            glow[x] = more > 0.0f ? halation * more : 0.0f;
        }
    } else {
        memset(glow, 0, sizeof glow);
    }
    /* Without bloom nothing spreads; the map is not looked at. */
    const float bloom = light->bloom != NULL ? light->look->bloom : 0.0f;
    memset(map, 0, sizeof map);
    for (int c = 0; c < 3; c++) {
        if (light->bloom != NULL) {
            baryta_enlarge(&light->blocks, light->bloom + c * plane, y, x0, count, map);
        }
        float *restrict colour = rgb[c];
        const float tint = halation_colour[c];
        for (int32_t x = 0; x < count; x++) {
            const float own = baryta_light_of(colour[x]);
            colour[x] = own + bloom * (map[x] - share[x] * own) + tint * glow[x];
        }
    }
}

static void contrast(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                     float *const rgb[3]) {
    float slope[ROOM];
    float offset[ROOM];
    float gain[BARYTA_LIGHT_CHUNK];
    baryta_enlarge(&light->blocks, light->slope, y, x0, count, slope);
    baryta_enlarge(&light->blocks, light->offset, y, x0, count, offset);
    const float amount = baryta_contrast_strength * light->look->local_contrast;
    const float *restrict red = rgb[0];
    const float *restrict green = rgb[1];
    const float *restrict blue = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float luminance = baryta_luminance[0] * baryta_light_of(red[x]) +
                                baryta_luminance[1] * baryta_light_of(green[x]) +
                                baryta_luminance[2] * baryta_light_of(blue[x]);
        const float stops = 1.44269504f * baryta_log(luminance + stops_floor);
        const float detail = stops - (slope[x] * stops + offset[x]);
        /* Strong detail is strong enough: the gain levels off at one stop. */
        gain[x] = baryta_exp2(amount * detail / (1.0f + fabsf(detail)));
    }
    for (int c = 0; c < 3; c++) {
        float *restrict colour = rgb[c];
        for (int32_t x = 0; x < count; x++) {
            colour[x] = baryta_light_of(colour[x]) * gain[x];
        }
    }
}

static void vignette(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                     float *const rgb[3]) {
    float *restrict red = rgb[0];
    float *restrict green = rgb[1];
    float *restrict blue = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float gain = baryta_light_fall(light, x0 + x, y);
        red[x] *= gain;
        green[x] *= gain;
        blue[x] *= gain;
    }
}

void baryta_light_row(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                      float *const rgb[3]) {
    if (light->vignette > 0.0f) {
        vignette(light, y, x0, count, rgb);
    }
    if (light->bloom != NULL || light->glow != NULL) {
        scatter(light, y, x0, count, rgb);
    }
    if (light->slope != NULL) {
        contrast(light, y, x0, count, rgb);
    }
}
