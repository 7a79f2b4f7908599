/* The gain is found on a map of the whole picture, at most 384 pixels a side whatever the
 * picture's size, so that a preview gets the same one. There it is fitted to the stops of light
 * as a line a neighbourhood (K. He, J. Sun, "Fast guided filter", arXiv:1505.00996); the lines are
 * smooth, and the full-size picture, put into them, brings its edges along. */
#include "tone.h"

#include <stdlib.h>
#include <string.h>

#include "blur.h"
#include "planes.h"
#include "tone_pyramid.h"

static const int32_t fit_reach = 2; /* map pixels */
static const float flat_variance = 0.05f; /* stops^2: below it the gain is a mean */
static const float deviations = 2.0f; /* of the noise: the floor */
static const float least_floor = 0.0005f; /* eight and a half stops below grey */

int baryta_tone_wanted(const baryta_look *look) {
    return look->tone_mapping > 0.0f;
}

typedef struct job {
    const baryta_tone *tone;
    const baryta_plane *linear;
    float *stops;
} job;

/* One row of the map: stops of the blocks' mean light. */
static void reduce_row(void *context, int32_t item, int32_t thread) {
    (void)thread;
    const job *work = context;
    const baryta_blocks *blocks = &work->tone->blocks;
    const int32_t width = work->linear->width;
    const int32_t first = item * blocks->block;
    const int32_t last = baryta_min(first + blocks->block, work->linear->height);
    float *out = work->stops + (int64_t)item * blocks->columns;
    float sums[BARYTA_TONE_CHUNK];
    float luminance[BARYTA_TONE_CHUNK];
    float light[3][BARYTA_TONE_CHUNK];
    const float *const colours[3] = {light[0], light[1], light[2]};
    const int32_t chunk = BARYTA_TONE_CHUNK / blocks->block * blocks->block;
    for (int32_t x0 = 0; x0 < width; x0 += chunk) {
        const int32_t count = baryta_min(chunk, width - x0);
        memset(sums, 0, sizeof sums);
        for (int32_t y = first; y < last; y++) {
            const float *row = (const float *)baryta_row(work->linear, y) + 3 * (int64_t)x0;
            baryta_unzip(row, count, light[0], light[1], light[2]);
            baryta_tone_luminance(colours, count, luminance);
            for (int32_t x = 0; x < count; x++) {
                sums[x] += luminance[x];
            }
        }
        for (int32_t begin = 0; begin < count; begin += blocks->block) {
            const int32_t end = baryta_min(begin + blocks->block, count);
            float sum = 0.0f;
            for (int32_t x = begin; x < end; x++) {
                sum += sums[x];
            }
            const float pixels = (float)((last - first) * (end - begin));
            out[(x0 + begin) / blocks->block] = baryta_tone_stops(sum / pixels, work->tone->floor);
        }
    }
}

/* Least squares: on entry slope holds the gain, on return the gain is slope * stops + offset. */
static void fit(const baryta_tone *tone, float *stops, float *square, float *between,
                int32_t threads) {
    const int32_t w = tone->blocks.columns;
    const int32_t h = tone->blocks.rows;
    const int64_t count = (int64_t)w * h;
    for (int64_t i = 0; i < count; i++) {
        tone->offset[i] = stops[i] * tone->slope[i];
        square[i] = stops[i] * stops[i];
    }
    baryta_box(stops, w, h, fit_reach, between, threads);
    baryta_box(square, w, h, fit_reach, between, threads);
    baryta_box(tone->slope, w, h, fit_reach, between, threads);
    baryta_box(tone->offset, w, h, fit_reach, between, threads);
    for (int64_t i = 0; i < count; i++) {
        const float gain = tone->slope[i];
        const float spread = square[i] - stops[i] * stops[i];
        const float common = tone->offset[i] - stops[i] * gain;
        tone->slope[i] = common / ((spread > 0.0f ? spread : 0.0f) + flat_variance);
        tone->offset[i] = gain - tone->slope[i] * stops[i];
    }
    baryta_box(tone->slope, w, h, fit_reach, between, threads);
    baryta_box(tone->offset, w, h, fit_reach, between, threads);
}

baryta_status baryta_tone_open(baryta_tone *tone, const baryta_plane *linear,
                               const baryta_look *look, int32_t threads, const baryta_span *span) {
    const int32_t block =
        baryta_pieces(baryta_max(linear->width, linear->height), BARYTA_TONE_SIDE);
    *tone = (baryta_tone){.floor = fmaxf(deviations * look->tone_noise, least_floor)};
    tone->blocks = (baryta_blocks){block, baryta_pieces(linear->width, block),
                                   baryta_pieces(linear->height, block)};
    const size_t plane = (size_t)tone->blocks.columns * (size_t)tone->blocks.rows;
    tone->maps = malloc(6 * plane * sizeof(float));
    if (tone->maps == NULL) {
        return BARYTA_NO_MEMORY;
    }
    tone->slope = tone->maps;
    tone->offset = tone->maps + plane;
    tone->gain = tone->maps + 2 * plane;
    float *stops = tone->maps + 3 * plane;
    job work = {tone, linear, stops};
    baryta_status status = baryta_for_each(tone->blocks.rows, baryta_max(1, 256 / block), threads,
                                           reduce_row, &work, span);
    if (status == BARYTA_OK) {
        const baryta_tone_curve curve =
            baryta_tone_curve_of(stops, (int64_t)plane, look->tone_mapping, tone->floor);
        tone->least = -curve.drop;
        tone->most = curve.lift;
        status = baryta_tone_filter(stops, tone->blocks.columns, tone->blocks.rows, &curve,
                                    tone->slope, threads);
    }
    if (status != BARYTA_OK || !(tone->most - tone->least > 0.0f)) {
        baryta_tone_close(tone);
        return status;
    }
    memcpy(tone->gain, tone->slope, plane * sizeof(float));
    fit(tone, stops, stops + plane, stops + 2 * plane, threads);
    return BARYTA_OK;
}

void baryta_tone_close(baryta_tone *tone) {
    free(tone->maps);
    tone->maps = NULL;
}
