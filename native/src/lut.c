/* Shaper and 3D table. The shaper is asinh, near linear in the shadows and logarithmic above; the
 * table is read by tetrahedral interpolation (US 3893166, 1975, long expired; the cell's cube is
 * cut along its grey diagonal), which keeps neutrals neutral and needs four nodes. */
#include <math.h>
#include <stdlib.h>

#include "fastmath.h"
#include "look.h"
#include "planes.h"
#include "tiles.h"
#include "vec4.h"

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

enum { CHUNK = 128 };

/* Positions in the table, in nodes. NaN counts as black. */
static void shape(const baryta_table *table, const float *restrict in, int32_t count,
                  float *restrict at) {
    const float maximum = table->maximum;
    for (int32_t i = 0; i < count; i++) {
        float x = in[i] > 0.0f ? in[i] : 0.0f;
        x = x < maximum ? x : maximum;
        at[i] = baryta_asinh(x * table->before) * table->after;
    }
}

/* Where a pixel's four nodes are, in floats, and the shares of the steps between them. */
typedef struct places {
    int32_t node[CHUNK];
    int32_t step[CHUNK];
    int32_t missing[CHUNK];
    float most[CHUNK];
    float middle[CHUNK];
    float least[CHUNK];
} places;

static inline int32_t cell(float at, int32_t last) {
    const int32_t i = (int32_t)at;
    return i < last ? i : last;
}

/* Along the edge of the largest share, across the face, to the opposite corner. */
static void locate(const baryta_table *table, float at[3][CHUNK], int32_t count,
                   places *restrict to) {
    const int32_t last = table->size - 2;
    const int32_t to_blue = 4;
    const int32_t to_green = 4 * table->size;
    const int32_t to_red = 4 * table->size * table->size;
    for (int32_t i = 0; i < count; i++) {
        const int32_t red = cell(at[0][i], last);
        const int32_t green = cell(at[1][i], last);
        const int32_t blue = cell(at[2][i], last);
        const float r = at[0][i] - (float)red;
        const float g = at[1][i] - (float)green;
        const float b = at[2][i] - (float)blue;
        const float gb_most = g > b ? g : b;
        const float gb_least = g > b ? b : g;
        const int32_t gb_step = g > b ? to_green : to_blue;
        const int32_t gb_other = g > b ? to_blue : to_green;
        const float most = r > gb_most ? r : gb_most;
        const float least = r < gb_least ? r : gb_least;
        to->node[i] = red * to_red + green * to_green + blue * to_blue;
        to->step[i] = r > gb_most ? to_red : gb_step;
        to->missing[i] = r < gb_least ? to_red : gb_other;
        to->most[i] = most;
        to->middle[i] = r + g + b - most - least;
        to->least[i] = least;
    }
}

static inline v4 interpolate(const float *nodes, int32_t opposite, const places *at, int32_t i) {
    const float *node = nodes + at->node[i];
    const v4 v0 = v4_load(node);
    const v4 v1 = v4_load(node + at->step[i]);
    const v4 v2 = v4_load(node + opposite - at->missing[i]);
    const v4 v3 = v4_load(node + opposite);
    return v0 + at->most[i] * (v1 - v0) + at->middle[i] * (v2 - v1) + at->least[i] * (v3 - v2);
}

void baryta_table_row(const baryta_table *table, int32_t count, float *const rgb[3]) {
    const int32_t opposite = 4 * (table->size * table->size + table->size + 1);
    float at[3][CHUNK];
    places found;
    for (int32_t first = 0; first < count; first += CHUNK) {
        const int32_t n = baryta_min(CHUNK, count - first);
        for (int c = 0; c < 3; c++) {
            shape(table, rgb[c] + first, n, at[c]);
        }
        locate(table, at, n, &found);
        float *red = rgb[0] + first;
        float *green = rgb[1] + first;
        float *blue = rgb[2] + first;
        int32_t i = 0;
        for (; i + 4 <= n; i += 4) {
            v4 a = interpolate(table->nodes, opposite, &found, i);
            v4 b = interpolate(table->nodes, opposite, &found, i + 1);
            v4 c = interpolate(table->nodes, opposite, &found, i + 2);
            v4 d = interpolate(table->nodes, opposite, &found, i + 3);
            v4_transpose(&a, &b, &c, &d);
            v4_store(red + i, a);
            v4_store(green + i, b);
            v4_store(blue + i, c);
        }
        for (; i < n; i++) {
            const v4 pixel = interpolate(table->nodes, opposite, &found, i);
            red[i] = pixel[0];
            green[i] = pixel[1];
            blue[i] = pixel[2];
        }
    }
}

static void apply_row(const baryta_table *table, const float *in, int32_t width, float *out) {
    float rgb[3][CHUNK];
    float *const colours[3] = {rgb[0], rgb[1], rgb[2]};
    for (int32_t x = 0; x < width; x += CHUNK) {
        const int32_t n = baryta_min(CHUNK, width - x);
        baryta_unzip(in + 3 * (int64_t)x, n, rgb[0], rgb[1], rgb[2]);
        baryta_table_row(table, n, colours);
        baryta_zip(rgb[0], rgb[1], rgb[2], n, out + 3 * (int64_t)x);
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
        apply_row(&table, baryta_row(linear, y), linear->width, baryta_row(encoded, y));
    }
    baryta_table_close(&table);
    return BARYTA_OK;
}
