/* The last steps of development: highlights, colour, exposure. */
#include "colour.h"
#include "develop.h"
#include "highlights.h"
#include "planes.h"

enum { CHUNK = 128 };

/* Clipping levels by channel: the white-balance gain times the site's shading gain. */
static void clip_levels(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                        float clip[3][CHUNK]) {
    const baryta_develop_options *options = work->options;
    for (int c = 0; c < 3; c++) {
        for (int32_t i = 0; i < count; i++) {
            clip[c][i] = options->white_balance[c];
        }
    }
    if (options->shading.gain == NULL) {
        return;
    }
    for (int site = 0; site < 4; site++) {
        const int32_t colour = options->format.colour[site];
        if (colour == 1 && site >= 2) {
            continue; /* the two greens are shaded alike */
        }
        float gain[CHUNK];
        baryta_shading_row(&options->shading, site, work->mosaic->width, work->mosaic->height, y,
                           x0, count, 1, gain);
        for (int32_t i = 0; i < count; i++) {
            clip[colour][i] = options->white_balance[colour] * gain[i];
        }
    }
}

void baryta_finish_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                       float *const rgb[3], float *restrict out) {
    float clip[3][CHUNK];
    const float *const levels[3] = {clip[0], clip[1], clip[2]};
    const int flat = work->options->shading.gain == NULL;
    for (int32_t i = 0; i < count; i += CHUNK) {
        const int32_t n = baryta_min(CHUNK, count - i);
        float *const part[3] = {rgb[0] + i, rgb[1] + i, rgb[2] + i};
        if (!work->mono) {
            if (i == 0 || !flat) {
                clip_levels(work, y, x0 + i, flat ? CHUNK : n, clip);
            }
            baryta_highlights_row(part, n, levels);
        }
        baryta_colour_row(part, n, work->matrix);
        baryta_zip(part[0], part[1], part[2], n, out + 3 * (int64_t)i);
    }
}
