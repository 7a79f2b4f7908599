/* Whether a frame has other colours than the reference: a lamp of another light, or one whose
 * colour flickers. Samples are as the sensor counted them, no white balance has a part in it.
 *
 * Colour by colour the light of some tiles, added up, is compared; tiles that do not go with the
 * others, for something moves there, are left out. Where enough are left, and the dark ones say
 * what the bright ones say, the frame's samples of that colour are as if exposed so many times as
 * long. Sums, not tiles, are compared: of a dark room no tile by itself could tell. */
#include "burst.h"

#include <math.h>

enum { SIDE = 2 * BURST_TILE, ENOUGH = 192, FEWEST = 12, COLOURS = 3 };
enum { ALL, DARK, BRIGHT };

static const double most = 3.0; /* that is made up for, factor */
static const double least = 1.03; /* by which the colours differ that is worth it */
static const double misplaced = 0.02; /* what detail out of place adds to a ratio's deviation */
static const double agreement = 0.7; /* of the tiles */
static const double outlier = 3.0, certain = 4.0; /* deviations */

typedef struct tile {
    float own[COLOURS], other[COLOURS]; /* mean light, the frame's by its exposure */
    float light; /* of both, all colours; negative: not known */
} tile;

/* Mean light by colour of a tile at even x, y, of every second row of cells; 0 if some clips. */
static int tile_colours(const baryta_merge *merge, const uint16_t *samples, ptrdiff_t stride,
                        int32_t x, int32_t y, int32_t next, float by, float mean[COLOURS]) {
    float sum[COLOURS] = {0.0f}, count[COLOURS] = {0.0f}, of_site[4], top[4];
    const float cells = (float)burst_tile_sums(samples, stride, x, y, 2, next, of_site, top);
    for (int site = 0; site < 4; site++) {
        const int colour = merge->options.format.colour[site];
        const float black = merge->scale.black[site], gain = merge->scale.gain[site] * by;
        if ((top[site] - black) * merge->scale.gain[site] >= BURST_CLIPPED) {
            return 0;
        }
        sum[colour] += (of_site[site] / cells - black) * gain;
        count[colour] += 1.0f;
    }
    for (int colour = 0; colour < COLOURS; colour++) {
        mean[colour] = sum[colour] / fmaxf(count[colour], 1.0f);
    }
    return 1;
}

static tile look(const baryta_merge *merge, const baryta_plane *frame, const burst_motion *motion,
                 int32_t x, int32_t y, int32_t next) {
    tile t = {.light = -1.0f};
    int32_t u, v;
    if (burst_tile_place(merge, motion, x, y, &u, &v) &&
        tile_colours(merge, merge->reference, merge->grid.width, x, y, next, 1.0f, t.own) &&
        tile_colours(merge, frame->data, frame->stride / 2, u, v, next, 1.0f / merge->exposure,
                     t.other)) {
        t.light = 0.0f;
        for (int colour = 0; colour < COLOURS; colour++) {
            t.light += fmaxf(t.own[colour] + t.other[colour], 0.0f) * (0.5f / COLOURS);
        }
    }
    return t;
}

/* The frame's light of a colour over the reference's, in some tiles. */
typedef struct ratio {
    double value, error;
    int32_t agree, asked;
} ratio;

/* One pass: of the tiles that go with a ratio found before, all where that is 0. */
static ratio compare(const baryta_merge *merge, const tile *tiles, int32_t count, int colour,
                     double before, int which, double border) {
    const int32_t *colours = merge->options.format.colour;
    const int site = colours[0] == colour   ? 0
                     : colours[1] == colour ? 1
                     : colours[2] == colour ? 2
                                            : 3;
    const double shot = (double)merge->options.noise.shot[site];
    const double read = (double)merge->options.noise.read[site] + 1e-12;
    const double samples = (colour == 1 ? 2.0 : 1.0) * SIDE * SIDE / 8.0;
    double own = 0.0, other = 0.0, variance = 0.0;
    ratio r = {0.0, 1.0, 0, 0};
    for (int32_t k = 0; k < count; k++) {
        const double light = (double)tiles[k].light;
        if (light < 0.0 || (which == DARK && light >= border) ||
            (which == BRIGHT && light < border)) {
            continue;
        }
        const double a = (double)tiles[k].own[colour], b = (double)tiles[k].other[colour];
        const double by = fmax(before, 1.0), unsure = misplaced * light;
        const double noise = (1.0 + by * by) * (shot * light + read) / samples + unsure * unsure;
        r.asked++;
        if (before > 0.0 && fabs(b - before * a) > outlier * sqrt(noise)) {
            continue;
        }
        const double weight = 1.0 / (light + read / (shot + 1e-9));
        own += weight * a;
        other += weight * b;
        variance += weight * weight * noise;
        r.agree++;
    }
    if (r.agree >= FEWEST && own > 4.0 * sqrt(variance)) {
        r.value = fmax(other / own, 0.0);
        r.error = sqrt(variance) / own;
    }
    return r;
}

/* By how much the frame has more of a colour; 0: cannot be told. */
static ratio find_ratio(const baryta_merge *merge, const tile *tiles, int32_t count, int colour,
                        double border) {
    ratio r = {0.0, 1.0, 0, 0};
    for (int pass = 0; pass < 4; pass++) {
        r = compare(merge, tiles, count, colour, r.value, ALL, border);
    }
    const ratio dark = compare(merge, tiles, count, colour, r.value, DARK, border);
    const ratio bright = compare(merge, tiles, count, colour, r.value, BRIGHT, border);
    const int alike = dark.value <= 0.0 || bright.value <= 0.0 ||
                      fabs(dark.value - bright.value) <
                          0.2 * fabs(r.value - 1.0) + certain * (dark.error + bright.error);
    const int found = r.agree >= agreement * r.asked && r.value < most && r.value > 1.0 / most;
    r.value = alike && found ? r.value : 0.0;
    return r;
}

void burst_find_tint(baryta_merge *merge, const baryta_plane *frame, const burst_motion *motion) {
    tile tiles[ENOUGH];
    const int32_t columns = merge->grid.width / SIDE, rows = merge->grid.height / SIDE;
    const int32_t every = 1 + columns * rows / ENOUGH, count = (columns * rows + every - 1) / every;
    if (merge->mono) {
        return;
    }
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t n = 0; n < count; n++) {
        const int32_t k = n * every;
        tiles[n] = look(merge, frame, motion, k % columns * SIDE, k / columns * SIDE, every * SIDE);
    }
    double border = 0.0, known = 1e-9;
    for (int32_t n = 0; n < count; n++) {
        border += tiles[n].light >= 0.0f ? (double)tiles[n].light : 0.0;
        known += tiles[n].light >= 0.0f;
    }
    ratio of[COLOURS];
    double differs = 0.0;
    for (int colour = 0; colour < COLOURS; colour++) {
        of[colour] = find_ratio(merge, tiles, count, colour, border / known);
    }
    for (int n = 0; n < COLOURS; n++) {
        const ratio a = of[n], b = of[(n + 1) % COLOURS];
        const double error = certain * hypot(a.error, b.error), apart = fabs(a.value - b.value);
        if (a.value <= 0.0 || b.value <= 0.0) {
            return;
        }
        differs = fmax(differs, apart > error ? fmax(a.value / b.value, b.value / a.value) : 0.0);
    }
    for (int colour = 0; colour < COLOURS && differs > least; colour++) {
        merge->tint[colour] = (float)of[colour].value;
    }
}
