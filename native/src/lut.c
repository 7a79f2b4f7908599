/* Shaper and 3D table. The shaper is asinh, near linear in the shadows and logarithmic above; the
 * table is read by tetrahedral interpolation (US 3893166, 1975, long expired; the cell's cube is
 * cut along its grey diagonal), which keeps neutrals neutral and needs four nodes. */
#include <math.h>
#include <stdlib.h>

#include "fastmath.h"
#include "look.h"
#include "tiles.h"

typedef float four __attribute__((vector_size(16)));

baryta_status baryta_table_open(baryta_table *table, const baryta_look *look) {
    const int64_t nodes = (int64_t)look->size * look->size * look->size;
    table->nodes = aligned_alloc(64, (size_t)(nodes * 16 + 63) / 64 * 64);
    if (table->nodes == NULL) {
        return BARYTA_NO_MEMORY;
    }
    for (int64_t i = 0; i < nodes; i++) {
        for (int c = 0; c < 3; c++) {
            table->nodes[4 * i + c] = look->table[3 * i + c];
        }
        table->nodes[4 * i + 3] = 0.0f;
    }
    table->size = look->size;
    table->before = 1.0f / look->shaper_scale;
    table->after = (float)(look->size - 1) / asinhf(look->shaper_maximum / look->shaper_scale);
    table->maximum = look->shaper_maximum;
    return BARYTA_OK;
}

void baryta_table_close(baryta_table *table) {
    free(table->nodes);
    table->nodes = NULL;
}

enum { CHUNK = 64 };

/* Positions in the table, in nodes. NaN counts as black. */
static void shape(const baryta_table *table, const float *restrict in, int32_t samples,
                  float *restrict at) {
    const float maximum = table->maximum;
    for (int32_t i = 0; i < samples; i++) {
        float x = in[i] > 0.0f ? in[i] : 0.0f;
        x = x < maximum ? x : maximum;
        at[i] = baryta_asinh(x * table->before) * table->after;
    }
}

static inline int32_t cell(float at, int32_t last, float *share) {
    int32_t i = (int32_t)at;
    i = i < last ? i : last;
    *share = at - (float)i;
    return i;
}

void baryta_table_row(const baryta_table *table, const float *in, int32_t count, float *out) {
    const int32_t last = table->size - 2;
    const int32_t to_blue = 4;
    const int32_t to_green = 4 * table->size;
    const int32_t to_red = 4 * table->size * table->size;
    const int32_t opposite = to_red + to_green + to_blue;
    float at[3 * CHUNK];
    for (int32_t first = 0; first < count; first += CHUNK) {
        const int32_t n = baryta_min(CHUNK, count - first);
        shape(table, in + 3 * first, 3 * n, at);
        float *to = out + 3 * first;
        for (int32_t i = 0; i < n; i++) {
            float r;
            float g;
            float b;
            const int32_t red = cell(at[3 * i], last, &r);
            const int32_t green = cell(at[3 * i + 1], last, &g);
            const int32_t blue = cell(at[3 * i + 2], last, &b);
            const float *node = table->nodes + red * to_red + green * to_green + blue * to_blue;
            /* Along the edge of the largest share, across the face, to the opposite corner. */
            const float gb_most = g > b ? g : b;
            const float gb_least = g > b ? b : g;
            const int32_t gb_step = g > b ? to_green : to_blue;
            const int32_t gb_other = g > b ? to_blue : to_green;
            const float most = r > gb_most ? r : gb_most;
            const int32_t step = r > gb_most ? to_red : gb_step;
            const float least = r < gb_least ? r : gb_least;
            const int32_t missing = r < gb_least ? to_red : gb_other;
            const float middle = r + g + b - most - least;
            const four v0 = *(const four *)(const void *)node;
            const four v1 = *(const four *)(const void *)(node + step);
            const four v2 = *(const four *)(const void *)(node + opposite - missing);
            const four v3 = *(const four *)(const void *)(node + opposite);
            const four v = v0 + most * (v1 - v0) + middle * (v2 - v1) + least * (v3 - v2);
            to[3 * i] = v[0];
            to[3 * i + 1] = v[1];
            to[3 * i + 2] = v[2];
        }
    }
}

baryta_status baryta_apply_table(const baryta_plane *linear, const baryta_look *look,
                                 const baryta_plane *encoded, int32_t threads) {
    if (!baryta_table_valid(look) || !baryta_plane_valid(linear, 12, 4) ||
        !baryta_plane_valid(encoded, 12, 4) || !baryta_same_size(linear, encoded) ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    baryta_table table;
    const baryta_status status = baryta_table_open(&table, look);
    if (status != BARYTA_OK) {
        return status;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < linear->height; y++) {
        baryta_table_row(&table, baryta_row(linear, y), linear->width, baryta_row(encoded, y));
    }
    baryta_table_close(&table);
    return BARYTA_OK;
}
