/* The fast local Laplacian filter against its definition in double precision, pixel by pixel; the
 * curve's promises; the vectorised row against plain arithmetic. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "planes.h"
#include "tone.h"
#include "tone_pyramid.h"

enum { W = 46, H = 35, LEVELS = 3, PIXELS = W * H };

static uint32_t state = 1;

static double random_unit(void) {
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / 16777216.0;
}

static int inside(int at, int size) {
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

static double curve_at(const baryta_tone_curve *curve, double stops) {
    const double u = stops - log2(0.18);
    const double dark = fmax(-u - 0.5, 0.0) * fmax(-u - 0.5, 0.0);
    const double bright = fmax(u - 0.5, 0.0) * fmax(u - 0.5, 0.0);
    const double light = 1.0 - (double)curve->floor * exp2(-stops);
    return stops + (double)curve->lift * light * dark / (dark + (double)curve->low) -
           (double)curve->drop * bright / (bright + (double)curve->high);
}

/* ---- the definition ---- */

static const double binomial[5] = {0.0625, 0.25, 0.375, 0.25, 0.0625};

static void reduce(const double *from, int w, int h, double *to) {
    const int half = (w + 1) / 2;
    for (int y = 0; y < (h + 1) / 2; y++) {
        for (int x = 0; x < half; x++) {
            double sum = 0.0;
            for (int i = 0; i < 25; i++) {
                const int row = inside(2 * y + i / 5 - 2, h);
                sum += binomial[i / 5] * binomial[i % 5] *
                       from[row * w + inside(2 * x + i % 5 - 2, w)];
            }
            to[y * half + x] = sum;
        }
    }
}

/* Zeros between the coarse pixels, then four times the kernel. */
static double expand(const double *coarse, int w, int h, int x, int y) {
    double sum = 0.0;
    for (int i = 0; i < 25; i++) {
        const int v = y + i / 5 - 2;
        const int u = x + i % 5 - 2;
        if (v % 2 == 0 && u % 2 == 0) {
            sum += 4.0 * binomial[i / 5] * binomial[i % 5] *
                   coarse[inside(v / 2, h) * w + inside(u / 2, w)];
        }
    }
    return sum;
}

static void pyramid(const double *map, double levels[LEVELS][PIXELS], int w[LEVELS],
                    int h[LEVELS]) {
    w[0] = W;
    h[0] = H;
    for (int i = 0; i < PIXELS; i++) {
        levels[0][i] = map[i];
    }
    for (int i = 1; i < LEVELS; i++) {
        reduce(levels[i - 1], w[i - 1], h[i - 1], levels[i]);
        w[i] = (w[i - 1] + 1) / 2;
        h[i] = (h[i - 1] + 1) / 2;
    }
}

static void filter(const double *map, const baryta_tone_curve *curve, double *result) {
    static double own[LEVELS][PIXELS];
    static double around[LEVELS][PIXELS];
    static double out[LEVELS][PIXELS];
    static double remapped[PIXELS];
    int w[LEVELS];
    int h[LEVELS];
    const int last = LEVELS - 1;
    pyramid(map, own, w, h);
    for (int i = 0; i < w[last] * h[last]; i++) {
        out[last][i] = curve_at(curve, own[last][i]);
    }
    for (int level = last - 1; level >= 0; level--) {
        for (int p = 0; p < w[level] * h[level]; p++) {
            const double g = own[level][p];
            for (int i = 0; i < PIXELS; i++) {
                const double d = map[i] - g;
                const double far = curve_at(curve, map[i]);
                const double near = curve_at(curve, g) + d;
                const double weight = exp(-d * d / (2.0 * 1.4 * 1.4));
                remapped[i] = weight * near + (1.0 - weight) * far;
            }
            pyramid(remapped, around, w, h);
            const int x = p % w[level];
            const int y = p / w[level];
            out[level][p] = around[level][p] -
                            expand(around[level + 1], w[level + 1], h[level + 1], x, y) +
                            expand(out[level + 1], w[level + 1], h[level + 1], x, y);
        }
    }
    for (int i = 0; i < PIXELS; i++) {
        result[i] = out[0][i];
    }
}

static void filter_matches_its_definition(void) {
    static float stops[PIXELS];
    static float gain[2][PIXELS];
    static double map[PIXELS];
    static double wanted[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        const int bright = i % W + i / W > 40;
        stops[i] = (float)(0.5 * random_unit() + (bright ? 1.0 : -7.0) + 0.03 * (i % W));
        map[i] = (double)stops[i];
    }
    const baryta_tone_curve curve = baryta_tone_curve_of(stops, PIXELS, 1.0f, 0.0005f);
    CHECK(curve.lift > 0.5f && curve.drop > 0.2f);
    CHECK(baryta_tone_filter(stops, W, H, &curve, gain[0], 1) == BARYTA_OK);
    CHECK(baryta_tone_filter(stops, W, H, &curve, gain[1], 3) == BARYTA_OK);
    filter(map, &curve, wanted);
    for (int i = 0; i < PIXELS; i++) {
        /* What interpolating between levels a stop apart may cost. */
        CHECK(fabs(map[i] + (double)gain[0][i] - wanted[i]) < 0.02);
        CHECK(!(gain[0][i] < gain[1][i]) && !(gain[0][i] > gain[1][i]));
    }
}

static void curve_keeps_its_promises(void) {
    float stops[100];
    for (int i = 0; i < 300; i++) {
        const double middle = -9.0 + 10.0 * random_unit();
        const double range = 12.0 * random_unit();
        for (int j = 0; j < 100; j++) {
            stops[j] = (float)(middle + range * (random_unit() - 0.5));
        }
        const baryta_tone_curve c = baryta_tone_curve_of(stops, 100, 1.0f, 0.001f);
        CHECK(c.lift >= 0.0f && c.lift <= 2.0f && c.drop >= 0.0f && c.drop <= 1.5f);
        if (range < 4.0 && fabs(middle - log2(0.18)) < 2.0) {
            CHECK(c.lift + c.drop < 0.01f);
        }
        for (double x = -9.9; x < 6.0; x += 0.1) {
            const double rise = (double)(baryta_tone_curve_at(&c, (float)(x + 0.05)) -
                                         baryta_tone_curve_at(&c, (float)(x - 0.05)));
            CHECK(rise > 0.0495 && rise < 0.25);
        }
    }
}

static void rows_match_plain_arithmetic(void) {
    enum { COLUMNS = 203, ROWS = 90 };
    static float linear[3 * COLUMNS * ROWS];
    static float row[3][COLUMNS];
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        const double level = i % COLUMNS < 100 ? 0.004 : 2.0;
        for (int c = 0; c < 3; c++) {
            linear[3 * i + c] = (float)(level * (0.5 + random_unit()));
        }
    }
    linear[9] = NAN;
    linear[10] = -1.0f;
    linear[11] = INFINITY;
    const baryta_plane plane = {linear, COLUMNS, ROWS, 12 * COLUMNS};
    const baryta_look look = {.tone_mapping = 1.0f};
    baryta_tone tone;
    CHECK(baryta_tone_open(&tone, &plane, &look, 2, NULL) == BARYTA_OK);
    CHECK(tone.maps != NULL);
    for (int y = 0; y < ROWS; y += 7) {
        const int x0 = y % 5;
        const int count = COLUMNS - x0 - y % 3;
        const float *in = linear + 3 * (y * COLUMNS + x0);
        float slope[COLUMNS + BARYTA_ENLARGE_MORE];
        float offset[COLUMNS + BARYTA_ENLARGE_MORE];
        baryta_enlarge(&tone.blocks, tone.slope, y, x0, count, slope);
        baryta_enlarge(&tone.blocks, tone.offset, y, x0, count, offset);
        baryta_unzip(in, count, row[0], row[1], row[2]);
        baryta_tone_row(&tone, y, x0, count, (float *const[3]){row[0], row[1], row[2]});
        for (int x = 0; x < count; x++) {
            double light[3];
            for (int c = 0; c < 3; c++) {
                const double value = (double)in[3 * x + c];
                light[c] = value > 0.0 ? fmin(value, 65504.0) : 0.0;
            }
            const double sum = 0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2];
            const double stops = log2(fmin(sum, 64.0) + (double)tone.floor);
            const double gain = (double)slope[x] * stops + (double)offset[x];
            const double factor = exp2(fmin(fmax(gain, (double)tone.least), (double)tone.most));
            for (int c = 0; c < 3; c++) {
                const double wanted = light[c] * factor;
                CHECK(fabs((double)row[c][x] - wanted) <= 3e-6 * wanted);
            }
        }
    }
    baryta_tone_close(&tone);
}

/* The maps for another renderer are those of this one. */
static void maps_are_the_renderers(void) {
    enum { COLUMNS = 61, ROWS = 47 };
    static float linear[3 * COLUMNS * ROWS];
    static float lines[2 * COLUMNS * ROWS];
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        for (int c = 0; c < 3; c++) {
            linear[3 * i + c] = (float)((i % COLUMNS < 20 ? 0.004 : 2.0) * (0.5 + random_unit()));
        }
    }
    const baryta_plane plane = {linear, COLUMNS, ROWS, 12 * COLUMNS};
    const baryta_plane maps = {lines, COLUMNS, ROWS, 8 * COLUMNS};
    baryta_look look = {.tone_mapping = 1.0f};
    baryta_tone_range range;
    baryta_tone tone;
    CHECK(baryta_tone_open(&tone, &plane, &look, 2, NULL) == BARYTA_OK && tone.maps != NULL);
    CHECK(baryta_tone_maps(&plane, &look, &maps, &range, 1) == BARYTA_OK);
    CHECK(range.floor == tone.floor && range.least == tone.least && range.most == tone.most);
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        CHECK(lines[2 * i] == tone.slope[i] && lines[2 * i + 1] == tone.offset[i]);
    }
    baryta_tone_close(&tone);
    look.tone_mapping = 0.0f;
    CHECK(baryta_tone_maps(&plane, &look, &maps, &range, 1) == BARYTA_OK);
    CHECK(range.least == 0.0f && range.most == 0.0f && lines[0] == 0.0f && lines[1] == 0.0f);
    const baryta_plane wide = {linear, 385, 1, 12 * 385}, wide_maps = {lines, 385, 1, 8 * 385};
    CHECK(baryta_tone_maps(&wide, &look, &wide_maps, &range, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_tone_maps(&plane, NULL, &maps, &range, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_tone_maps(&plane, &look, &maps, NULL, 1) == BARYTA_BAD_ARGUMENT);
}

int main(void) {
    filter_matches_its_definition();
    curve_keeps_its_promises();
    rows_match_plain_arithmetic();
    maps_are_the_renderers();
    return 0;
}
