/* Applies the maps of light.c to part of a row. */
#include "fastmath.h"
#include "highlight.h"
#include "light.h"

/* Red-sensitive film lies deepest and catches the light that the base reflects. */
static const float halation_colour[3] = {1.0f, 0.25f, 0.04f};
static const float contrast_strength = 0.8f; /* of the detail, at local_contrast 1 */
static const float stops_floor = 0.002f;

float baryta_stops(float luminance) {
    return 1.44269504f * baryta_log(luminance + stops_floor);
}

static void scatter(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                    float *restrict rgb) {
    const int64_t plane = (int64_t)light->blocks.columns * light->blocks.rows;
    const float bloom = light->look->bloom;
    const float halation = light->look->halation;
    float map[4][BARYTA_LIGHT_CHUNK];
    for (int c = 0; c < 3 && light->bloom != NULL; c++) {
        baryta_enlarge(&light->blocks, light->bloom + c * plane, y, x0, count, map[c]);
    }
    if (light->glow != NULL) {
        baryta_enlarge(&light->blocks, light->glow, y, x0, count, map[3]);
    }
    for (int32_t x = 0; x < count; x++) {
        float *pixel = rgb + 3 * x;
        const baryta_highlight at = baryta_highlight_of(pixel);
        float glow = 0.0f;
        if (light->glow != NULL) {
            const float more = map[3][x] - at.glow;
            glow = more > 0.0f ? halation * more : 0.0f;
        }
        for (int c = 0; c < 3; c++) {
            const float spread =
                light->bloom != NULL ? bloom * (map[c][x] - at.share * at.rgb[c]) : 0.0f;
            pixel[c] = at.rgb[c] + spread + halation_colour[c] * glow;
        }
    }
}

static void contrast(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                     float *restrict rgb) {
    float slope[BARYTA_LIGHT_CHUNK];
    float offset[BARYTA_LIGHT_CHUNK];
    baryta_enlarge(&light->blocks, light->slope, y, x0, count, slope);
    baryta_enlarge(&light->blocks, light->offset, y, x0, count, offset);
    const float amount = contrast_strength * light->look->local_contrast;
    for (int32_t x = 0; x < count; x++) {
        const float red = baryta_light_of(rgb[3 * x]);
        const float green = baryta_light_of(rgb[3 * x + 1]);
        const float blue = baryta_light_of(rgb[3 * x + 2]);
        const float stops =
            1.44269504f * baryta_log(baryta_luminance[0] * red + baryta_luminance[1] * green +
                                     baryta_luminance[2] * blue + stops_floor);
        const float detail = stops - (slope[x] * stops + offset[x]);
        /* Strong detail is strong enough: the gain levels off at one stop. */
        const float gain = baryta_exp2(amount * detail / (1.0f + fabsf(detail)));
        rgb[3 * x] = red * gain;
        rgb[3 * x + 1] = green * gain;
        rgb[3 * x + 2] = blue * gain;
    }
}

/* The fall-off of a lens: with tan^2 of the field angle = k r^2, cos^4 is 1 / (1 + k r^2)^2. */
static void vignette(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                     float *restrict rgb) {
    const float w = (float)light->width;
    const float h = (float)light->height;
    const float scale = 4.0f * light->vignette / (w * w + h * h);
    const float v = (float)y + 0.5f - 0.5f * h;
    for (int32_t x = 0; x < count; x++) {
        const float u = (float)(x0 + x) + 0.5f - 0.5f * w;
        const float fall = 1.0f + scale * (u * u + v * v);
        const float gain = 1.0f / (fall * fall);
        rgb[3 * x] *= gain;
        rgb[3 * x + 1] *= gain;
        rgb[3 * x + 2] *= gain;
    }
}

void baryta_light_row(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                      float *restrict rgb) {
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
