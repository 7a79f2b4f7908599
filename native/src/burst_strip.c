/* The strips of rows that threads work on: what they need of the frame, and their memory. */
#include "burst.h"

#include <math.h>
#include <string.h>

static void band_free(burst_band *band) {
    burst_release(band->finished);
    burst_release(band->memory);
}

/* All but the finished rows. */
static int band_make(burst_band *band, int32_t blocks_w, int mono) {
    band->length = baryta_round_up(blocks_w * 4 + 2 * BURST_PAD + 16, 16);
    band->planes = mono ? 1 : 3;
    const size_t row = 2 * (size_t)band->length;
    size_t rows = 0;
    for (int c = 0; c < BURST_SPARES && !mono; c++) {
        rows += (size_t)burst_spare_rows[c];
    }
    /* All in one, so that it lies on few pages: their number counts where so many rows are read. */
    band->memory = burst_allocate(row * rows, sizeof(float));
    if (band->memory == NULL) {
        return 0;
    }
    float *next = band->memory;
    for (int c = 0; c < BURST_SPARES && !mono; c++) {
        band->spare[c] = next;
        next += row * (size_t)burst_spare_rows[c];
    }
    return 1;
}

int burst_strips_grow(baryta_merge *merge, int32_t rows) {
    const uint32_t capacity = (uint32_t)baryta_round_up(rows + 1, 8); /* they come in pairs */
    for (int32_t i = 0; i < merge->options.threads; i++) {
        burst_band *band = &merge->strip[i].band;
        if (band->rows < capacity) {
            burst_release(band->finished);
            const size_t row = 2 * (size_t)band->length * (size_t)band->planes;
            band->finished = burst_allocate(row * capacity, sizeof(int16_t));
            band->rows = band->finished != NULL ? capacity : 0;
        }
        if (band->finished == NULL) {
            return 0;
        }
    }
    return 1;
}

int burst_strips_make(baryta_merge *merge) {
    const burst_grid *g = &merge->grid;
    const int32_t threads = merge->options.threads;
    merge->strip = burst_allocate((size_t)threads, sizeof(burst_strip));
    if (merge->strip == NULL) {
        return 0;
    }
    const size_t columns = (size_t)g->columns;
    int made = 1;
    for (int32_t i = 0; i < threads; i++) {
        burst_strip *s = &merge->strip[i];
        s->first = (int32_t)((int64_t)g->blocks_h * i / threads);
        s->last = (int32_t)((int64_t)g->blocks_h * (i + 1) / threads);
        s->scratch = burst_allocate(BURST_RUNS * columns, sizeof(float));
        s->sampled = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
        s->rows = burst_allocate(2 * BURST_RUNS * columns, sizeof(float));
        s->back = burst_allocate(2 * BURST_RUNS * columns, sizeof(float));
        s->pending = burst_allocate(BURST_RUNS * BURST_CHUNK, sizeof(float));
        s->tile = burst_allocate(BURST_TILE_LISTS * columns, sizeof(float));
        made &= band_make(&s->band, g->blocks_w, merge->mono);
        made &= s->scratch != NULL && s->sampled != NULL && s->rows != NULL && s->back != NULL &&
                s->pending != NULL && s->tile != NULL;
        for (int h = 0; h < 2; h++) {
            s->cells[h] = burst_allocate(BURST_RUNS * columns, sizeof(float));
            s->cover[h] = burst_allocate(columns, sizeof(float));
            made &= s->cells[h] != NULL && s->cover[h] != NULL;
        }
    }
    return made;
}

void burst_strips_free(baryta_merge *merge) {
    for (int32_t i = 0; merge->strip != NULL && i < merge->options.threads; i++) {
        burst_strip *s = &merge->strip[i];
        band_free(&s->band);
        burst_release(s->scratch);
        burst_release(s->sampled);
        burst_release(s->rows);
        burst_release(s->back);
        burst_release(s->pending);
        burst_release(s->tile);
        for (int h = 0; h < 2; h++) {
            burst_release(s->cells[h]);
            burst_release(s->cover[h]);
        }
    }
    burst_release(merge->strip);
}

/* The kernel reaches 2 before and 3 after a block's 8. Blocks wholly outside the frame are not
 * sampled. */
void burst_sampled_rows(const baryta_merge *merge, int32_t by, int32_t *low, int32_t *high) {
    const burst_grid *grid = &merge->grid;
    const float *y = merge->flow.y + (size_t)by * (size_t)grid->blocks_w;
    float least = y[0], most = y[0];
    for (int32_t bx = 1; bx < grid->blocks_w; bx++) {
        least = y[bx] < least ? y[bx] : least;
        most = y[bx] > most ? y[bx] : most;
    }
    const float top = -9.0f, bottom = (float)grid->height, from = (float)(8 * by);
    *low = (int32_t)floorf(fminf(fmaxf(least + from, top), bottom)) - 2;
    *high = (int32_t)floorf(fminf(fmaxf(most + from, top), bottom)) + 10;
}

int32_t burst_plan_strips(baryta_merge *merge) {
    const burst_grid *grid = &merge->grid;
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        burst_sampled_rows(merge, by, &merge->rows_low[by], &merge->rows_high[by]);
    }
    /* A row stays as long as a later row of blocks asks for it. */
    for (int32_t by = grid->blocks_h - 2; by >= 0; by--) {
        const int32_t later = merge->rows_low[by + 1];
        merge->rows_low[by] = later < merge->rows_low[by] ? later : merge->rows_low[by];
    }
    int32_t most = 0, reached = merge->rows_high[0];
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        reached = merge->rows_high[by] > reached ? merge->rows_high[by] : reached;
        const int32_t kept = reached - merge->rows_low[by] + 1;
        most = kept > most ? kept : most;
    }
    return most;
}

static void swap(float *pair[2]) {
    float *const first = pair[0];
    pair[0] = pair[1];
    pair[1] = first;
}

void burst_swap_halves(burst_strip *strip) {
    swap(strip->cells);
    swap(strip->cover);
}
