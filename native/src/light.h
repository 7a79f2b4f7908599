/* What a look does to light before the table: vignette, halation, bloom, local contrast. */
#ifndef BARYTA_LIGHT_H
#define BARYTA_LIGHT_H

#include "enlarge.h"
#include "tone.h"

enum { BARYTA_LIGHT_PLANES = 6 };

typedef struct baryta_light {
    const baryta_look *look;
    int32_t width; /* of the picture */
    int32_t height;
    baryta_blocks blocks; /* block: a power of two */
    float *maps; /* all planes, one after the other; owned */
    float *bloom; /* three planes, or NULL */
    float *glow; /* halation, or NULL */
    float *slope; /* local contrast: base = slope * log2 luminance + offset, or NULL */
    float *offset;
    float vignette; /* k of 1 / (1 + k r^2)^2, r 1 in the corners; 0: none */
} baryta_light;

int baryta_light_wanted(const baryta_look *look);
/* Builds the maps; reads the whole picture, as tone leaves it, if it needs any. */
baryta_status baryta_light_open(baryta_light *light, const baryta_plane *linear,
                                const baryta_tone *tone, const baryta_look *look, int32_t threads,
                                const baryta_span *span);
void baryta_light_close(baryta_light *light);

/* In place on part of a row, count at most BARYTA_LIGHT_CHUNK, by colour. */
enum { BARYTA_LIGHT_CHUNK = 512 };
void baryta_light_row(const baryta_light *light, int32_t y, int32_t x0, int32_t count,
                      float *const rgb[3]);

/* Local contrast gives detail, stops above the base, a gain of
 *   strength local_contrast detail / (1 + |detail|) EV. */
static const float baryta_contrast_strength = 0.8f;
/* The vignette, the fall-off of a lens: with tan^2 of the field angle = k r^2, cos^4 is
 * 1 / (1 + k r^2)^2. */
static inline float baryta_light_fall(const baryta_light *light, int32_t x, int32_t y) {
    const float w = (float)light->width;
    const float h = (float)light->height;
    const float scale = 4.0f * light->vignette / (w * w + h * h);
    const float u = (float)x + 0.5f - 0.5f * w;
    const float v = (float)y + 0.5f - 0.5f * h;
    const float fall = 1.0f + scale * (u * u + v * v);
    return 1.0f / (fall * fall);
}
/* Luminance in stops for local contrast; the floor keeps noise in black from counting. */
float baryta_stops(float luminance);

#endif
