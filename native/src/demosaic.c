/* Demosaicing tile by tile: tiles with margins are loaded, interpolated in the domain of domain.h
 * (demosaic_green.c, then demosaic_chroma.c) and written back as light. */
#include "demosaic.h"

#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "planes.h"
#include "tiles.h"

enum { MARGIN = BARYTA_TILE_MARGIN, PAD = BARYTA_TILE_PAD };

/* Mirrored about the first and the last sample, which keeps the parity and so the colour. */
static int32_t mirror(int32_t i, int32_t length) {
    i = i < 0 ? -i : i;
    return i < length ? i : 2 * (length - 1) - i;
}

void baryta_tile_load(baryta_tile *tile, int32_t x0, int32_t y0, int32_t width, int32_t height,
                      float knee, baryta_reader reader, const void *context) {
    const int32_t columns = baryta_min(BARYTA_TILE_WIDTH, width - x0);
    tile->rows = baryta_min(BARYTA_TILE_HEIGHT, height - y0) + 2 * MARGIN;
    tile->half = (columns + 1) / 2 + MARGIN;
    const int32_t first = x0 - MARGIN;
    const int32_t end = first + 2 * tile->half;
    const int32_t left = baryta_max(first, 0);
    const int32_t right = baryta_min(end, width);
    float *line = tile->line;
    for (int32_t y = 0; y < tile->rows; y++) {
        reader(context, mirror(y0 + y - MARGIN, height), left, right - left, line + left - first);
        for (int32_t x = first; x < left; x++) {
            line[x - first] = line[mirror(x, width) - first];
        }
        for (int32_t x = right; x < end; x++) { /* the outermost of an odd width is not used */
            line[x - first] = line[baryta_max(mirror(x, width), left) - first];
        }
        float *restrict even = tile->sample[0][y] + PAD;
        float *restrict odd = tile->sample[1][y] + PAD;
        for (int32_t k = 0; k < tile->half; k++) {
            even[k] = baryta_to_domain(line[2 * k], knee);
            odd[k] = baryta_to_domain(line[2 * k + 1], knee);
        }
    }
}

typedef struct job {
    const baryta_plane *in;
    const baryta_plane *out;
    float *scratch;
    size_t part;
    const int32_t *colour;
    int32_t across;
} job;

static void read_row(const void *context, int32_t y, int32_t x, int32_t count, float *out) {
    const float *row = baryta_row(context, y);
    memcpy(out, row + x, (size_t)count * sizeof(float));
}

static void demosaic_tile(void *context, int32_t item, int32_t thread) {
    const job *work = context;
    baryta_tile *tile = (baryta_tile *)(void *)(work->scratch + (size_t)thread * work->part);
    memcpy(tile->colour, work->colour, sizeof tile->colour);
    const int32_t x0 = item % work->across * BARYTA_TILE_WIDTH;
    const int32_t y0 = item / work->across * BARYTA_TILE_HEIGHT;
    const int32_t columns = baryta_min(BARYTA_TILE_WIDTH, work->in->width - x0);
    const int32_t rows = baryta_min(BARYTA_TILE_HEIGHT, work->in->height - y0);
    baryta_tile_load(tile, x0, y0, work->in->width, work->in->height, baryta_domain_knee, read_row,
                     work->in);
    baryta_tile_green(tile);
    baryta_tile_chroma(tile);
    for (int32_t y = 0; y < rows; y++) {
        baryta_tile_row(tile, y, columns);
        for (int c = 0; c < 3; c++) {
            for (int32_t i = 0; i < columns; i++) {
                tile->rgb[c][i] = baryta_from_domain(tile->rgb[c][i], baryta_domain_knee);
            }
        }
        float *out = (float *)baryta_row(work->out, y0 + y) + 3 * (int64_t)x0;
        baryta_zip(tile->rgb[0], tile->rgb[1], tile->rgb[2], columns, out);
    }
}

static void copy_mono(const baryta_plane *in, const baryta_plane *out, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < in->height; y++) {
        const float *from = baryta_row(in, y);
        float *to = baryta_row(out, y);
        for (int32_t x = 0; x < in->width; x++) {
            to[3 * x] = to[3 * x + 1] = to[3 * x + 2] = from[x];
        }
    }
}

baryta_status baryta_demosaic(const baryta_plane *normalised, const int32_t colour[4],
                              const baryta_plane *rgb, int32_t threads) {
    if (colour == NULL || !baryta_cfa_valid(colour) || !baryta_threads_valid(threads) ||
        !baryta_plane_valid(normalised, 4, 4) || !baryta_plane_valid(rgb, 12, 4) ||
        !baryta_same_size(normalised, rgb) || normalised->width < 16 || normalised->height < 16) {
        return BARYTA_BAD_ARGUMENT;
    }
    if (baryta_cfa_mono(colour)) {
        copy_mono(normalised, rgb, threads);
        return BARYTA_OK;
    }
    job work = {.in = normalised, .out = rgb, .colour = colour};
    work.across = baryta_pieces(rgb->width, BARYTA_TILE_WIDTH);
    work.scratch = baryta_scratch(threads, sizeof(baryta_tile) / sizeof(float), &work.part);
    if (work.scratch == NULL) {
        return BARYTA_NO_MEMORY;
    }
    const baryta_status status =
        baryta_for_each(baryta_tile_count(rgb), 0, threads, demosaic_tile, &work, NULL);
    free(work.scratch);
    return status;
}
