/* Development: calibrate, demosaic, denoise, highlights, colour, tile by tile into the result. */
#include "develop.h"

#include <stdlib.h>
#include <string.h>

#include "denoise.h"
#include "denoise_noise.h"
#include "pixels_routines.h"

typedef struct job {
    baryta_development work;
    float *scratch;
    size_t part;
    int32_t across;
    int finish;
} job;

static void read_row(const void *context, int32_t y, int32_t x, int32_t count, float *out) {
    const baryta_development *work = context;
    baryta_calibrate_row(work->mosaic, work->options, y, x, count, out);
    if (!work->mono) {
        baryta_whiten_row(work->mosaic, work->options, y, x, count, out);
    }
}

static void mono_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                     baryta_tile *tile) {
    read_row(work, y, x0, count, tile->line);
    for (int c = 0; c < 3; c++) {
        for (int32_t x = 0; x < count; x++) {
            tile->rgb[c][x] = tile->line[x];
        }
    }
}

static void develop_tile(void *context, int32_t item, int32_t thread) {
    const job *all = context;
    const baryta_development *work = &all->work;
    const baryta_plane *mosaic = work->mosaic;
    baryta_tile *tile = (baryta_tile *)(void *)(all->scratch + (size_t)thread * all->part);
    const int32_t x0 = item % all->across * BARYTA_TILE_WIDTH;
    const int32_t y0 = item / all->across * BARYTA_TILE_HEIGHT;
    const int32_t columns = baryta_min(BARYTA_TILE_WIDTH, mosaic->width - x0);
    const int32_t rows = baryta_min(BARYTA_TILE_HEIGHT, mosaic->height - y0);
    if (!work->mono) {
        memcpy(tile->colour, work->options->format.colour, sizeof tile->colour);
        baryta_tile_load(tile, x0, y0, mosaic->width, mosaic->height, work->knee, read_row, work);
        baryta_tile_green(tile);
        baryta_tile_chroma(tile);
    }
    for (int32_t y = 0; y < rows; y++) {
        if (work->mono) {
            mono_row(work, y0 + y, x0, columns, tile);
        } else {
            baryta_tile_row(tile, y, columns);
        }
        if (all->finish) {
            float *const rgb[3] = {tile->rgb[0], tile->rgb[1], tile->rgb[2]};
            if (!work->mono) {
                baryta_inverse_row(work, y0 + y, x0, columns, NULL, NULL, rgb);
            }
            float *out = (float *)baryta_row(work->linear, y0 + y) + 3 * (int64_t)x0;
            baryta_finish_row(work, y0 + y, x0, columns, rgb, out);
            continue;
        }
        for (int c = 0; c < 3; c++) {
            memcpy(baryta_denoise_plane(work->linear, y0 + y, c) + x0, tile->rgb[c],
                   (size_t)columns * sizeof(float));
        }
    }
}

typedef struct cleaning {
    baryta_denoiser denoiser;
    const baryta_development *work;
} cleaning;

static void clean_row(void *context, int32_t item, int32_t thread) {
    const cleaning *at = context;
    const baryta_plane *linear = at->work->linear;
    float *rgb[3];
    const float *keep[2];
    baryta_denoise_row(&at->denoiser, item, thread, rgb, keep);
    baryta_inverse_row(at->work, item, 0, linear->width, keep[0], keep[1], rgb);
    baryta_finish_row(at->work, item, 0, linear->width, rgb, baryta_row(linear, item));
}

/* The second pass, where there is denoising to do: the first one left its image in the domain. */
static baryta_status denoise_and_finish(const baryta_development *work, baryta_span span) {
    cleaning at = {.work = work};
    const float middle = span.from + 0.3f * (span.to - span.from);
    const baryta_span measure = {span.progress, span.user, span.from, middle};
    const baryta_span apply = {span.progress, span.user, middle, span.to};
    baryta_status status = baryta_denoise_open(&at.denoiser, work, &measure);
    if (status == BARYTA_OK) {
        status = baryta_for_each(work->linear->height, 128, work->options->threads, clean_row, &at,
                                 &apply);
        baryta_denoise_close(&at.denoiser);
    }
    return status;
}

baryta_status baryta_develop_here(const baryta_plane *mosaic, const baryta_develop_options *options,
                                  const baryta_plane *linear, baryta_progress progress,
                                  void *user) {
    if (!baryta_develop_options_valid(options) || !baryta_plane_valid(mosaic, 2, 2) ||
        !baryta_plane_valid(linear, 12, 4) || !baryta_same_size(mosaic, linear) ||
        mosaic->width < 16 || mosaic->height < 16 || !baryta_cfa_valid(options->format.colour)) {
        return BARYTA_BAD_ARGUMENT;
    }
    job all = {.work = {.mosaic = mosaic, .linear = linear, .options = options}};
    all.work.mono = baryta_cfa_mono(options->format.colour);
    for (int i = 0; i < 9; i++) {
        all.work.matrix[i] = options->matrix[i] * options->exposure;
    }
    all.across = baryta_pieces(mosaic->width, BARYTA_TILE_WIDTH);
    all.scratch = baryta_scratch(options->threads, sizeof(baryta_tile) / sizeof(float), &all.part);
    if (all.scratch == NULL) {
        return BARYTA_NO_MEMORY;
    }
    baryta_develop_noise(&all.work);
    all.finish = all.work.mono || !(options->denoise > 0.0f);
    const baryta_span span = {progress, user, 0.0f, all.finish ? 1.0f : 0.6f};
    baryta_status status = baryta_for_each(baryta_tile_count(linear), all.across, options->threads,
                                           develop_tile, &all, &span);
    free(all.scratch);
    if (status == BARYTA_OK && !all.finish) {
        const baryta_span rest = {progress, user, span.to, 1.0f};
        status = denoise_and_finish(&all.work, rest);
    }
    return status;
}
