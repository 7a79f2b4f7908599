/* Development: calibrate, demosaic, denoise, highlights, colour, tile by tile into the result. */
#include "develop.h"

#include <stdlib.h>
#include <string.h>

#include "domain.h"

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
}

static void mono_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                     float *restrict line, float *restrict out) {
    read_row(work, y, x0, count, line);
    for (int32_t x = 0; x < count; x++) {
        const float value = baryta_to_domain(line[x]);
        out[3 * x] = out[3 * x + 1] = out[3 * x + 2] = value;
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
        baryta_tile_load(tile, x0, y0, mosaic->width, mosaic->height, read_row, work);
        baryta_tile_green(tile);
        baryta_tile_chroma(tile);
    }
    for (int32_t y = 0; y < rows; y++) {
        if (work->mono) {
            mono_row(work, y0 + y, x0, columns, tile->line, tile->rgb);
        } else {
            baryta_tile_row(tile, y, columns, tile->rgb);
        }
        if (all->finish) {
            baryta_finish_row(work, y0 + y, x0, columns, tile->rgb);
        }
        float *out = (float *)baryta_row(work->linear, y0 + y) + 3 * (int64_t)x0;
        memcpy(out, tile->rgb, 3 * (size_t)columns * sizeof(float));
    }
}

baryta_status baryta_develop(const baryta_plane *mosaic, const baryta_develop_options *options,
                             const baryta_plane *linear, baryta_progress progress, void *user) {
    if (!baryta_develop_options_valid(options) || !baryta_plane_valid(mosaic, 2, 2) ||
        !baryta_plane_valid(linear, 12, 4) || !baryta_same_size(mosaic, linear) ||
        mosaic->width < 16 || mosaic->height < 16 || !baryta_cfa_valid(options->format.colour)) {
        return BARYTA_BAD_ARGUMENT;
    }
    job all = {.work = {.mosaic = mosaic, .linear = linear, .options = options}, .finish = 1};
    all.work.mono = baryta_cfa_mono(options->format.colour);
    for (int i = 0; i < 9; i++) {
        all.work.matrix[i] = options->matrix[i] * options->exposure;
    }
    all.across = baryta_pieces(mosaic->width, BARYTA_TILE_WIDTH);
    all.scratch = baryta_scratch(options->threads, sizeof(baryta_tile) / sizeof(float), &all.part);
    if (all.scratch == NULL) {
        return BARYTA_NO_MEMORY;
    }
    const baryta_span span = {progress, user, 0.0f, 1.0f};
    const baryta_status status = baryta_for_each(baryta_tile_count(linear), all.across,
                                                 options->threads, develop_tile, &all, &span);
    free(all.scratch);
    return status;
}
