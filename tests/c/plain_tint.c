/* By how much a frame has more of each colour than the reference, tile by tile of 32x32 samples. */
#include "core.h"
#include "plain.h"

#include <math.h>

enum { SIDE = 32, ROOM = 4096, COLOURS = 3 };

typedef struct tile {
    double own[COLOURS], other[COLOURS], light;
    int known;
} tile;

/* The first two rows of every four; whether nothing clips. */
static int mean_of(const plain_view *view, const baryta_plane *plane, double exposure, int32_t x,
                   int32_t y, double mean[COLOURS]) {
    double count[COLOURS] = {0.0};
    mean[0] = mean[1] = mean[2] = 0.0;
    for (int32_t n = 0; n < SIDE * SIDE; n++) {
        const int32_t v = y + n / SIDE, u = x + n % SIDE, site = 2 * (v & 1) + (u & 1);
        if (n / SIDE % 4 < 2) {
            const double black = (double)view->format->black[site];
            const uint16_t *row = baryta_row(plane, v);
            const double light = (row[u] - black) / ((double)view->format->white - black);
            if (light >= 0.98) {
                return 0;
            }
            mean[view->format->colour[site]] += light / exposure;
            count[view->format->colour[site]] += 1.0;
        }
    }
    for (int colour = 0; colour < COLOURS; colour++) {
        mean[colour] /= fmax(count[colour], 1.0);
    }
    return 1;
}

/* dark: -1 tiles darker than the border, 1 brighter ones, 0 all. Writes value and error; returns
 * the part of the tiles that goes with what was found before. */
static double compare(const plain_view *view, const baryta_noise *noise, const tile *tiles,
                      int32_t count, int colour, int bright, double border, double found[2]) {
    const double before = found[0], by = fmax(before, 1.0);
    const double samples = colour == 1 ? 256.0 : 128.0;
    double own = 0.0, other = 0.0, variance = 0.0, agree = 0.0, asked = 0.0;
    int site = 0;
    while (view->format->colour[site] != colour) {
        site++;
    }
    for (int32_t k = 0; k < count; k++) {
        const tile *t = &tiles[k];
        if (!t->known || (bright < 0 && t->light >= border) || (bright > 0 && t->light < border)) {
            continue;
        }
        const double shot = (double)noise->shot[site], read = (double)noise->read[site];
        const double of_noise =
            (1.0 + by * by) * (shot * t->light + read) / samples + pow(0.02 * t->light, 2.0);
        asked += 1.0;
        if (before <= 0.0 ||
            fabs(t->other[colour] - before * t->own[colour]) <= 3.0 * sqrt(of_noise)) {
            const double weight = 1.0 / (t->light + read / shot);
            own += weight * t->own[colour];
            other += weight * t->other[colour];
            variance += weight * weight * of_noise;
            agree += 1.0;
        }
    }
    const int tells = agree >= 12.0 && own > 4.0 * sqrt(variance);
    found[0] = tells ? fmax(other / own, 0.0) : 0.0;
    found[1] = tells ? sqrt(variance) / own : 1.0;
    return asked > 0.0 ? agree / asked : 0.0;
}

void plain_tint(const plain_view *view, const baryta_noise *noise, int32_t dx, int32_t dy,
                double tint[3]) {
    static tile tiles[ROOM];
    const int32_t columns = view->reference->width / SIDE, rows = view->reference->height / SIDE;
    const int32_t every = 1 + columns * rows / 192;
    double border = 0.0, known = 0.0, ratio[COLOURS], error[COLOURS], differs = 0.0;
    int32_t count = 0;
    tint[0] = tint[1] = tint[2] = 1.0;
    for (int32_t k = 0; k < columns * rows; k += every) {
        const int32_t x = k % columns * SIDE, y = k / columns * SIDE;
        tile *t = &tiles[count++];
        t->light = 0.0;
        t->known = x + dx >= 0 && y + dy >= 0 && x + dx + SIDE <= view->frame->width &&
                   y + dy + SIDE <= view->frame->height &&
                   mean_of(view, view->reference, 1.0, x, y, t->own) &&
                   mean_of(view, view->frame, view->exposure, x + dx, y + dy, t->other);
        for (int colour = 0; colour < COLOURS && t->known; colour++) {
            t->light += fmax(t->own[colour] + t->other[colour], 0.0) / 6.0;
        }
        border += t->light;
        known += t->known;
    }
    border /= fmax(known, 1.0);
    for (int colour = 0; colour < COLOURS; colour++) {
        double all[2] = {0.0, 1.0}, agree = 0.0;
        for (int pass = 0; pass < 4; pass++) {
            agree = compare(view, noise, tiles, count, colour, 0, border, all);
        }
        double dark[2] = {all[0], all[1]}, bright[2] = {all[0], all[1]};
        compare(view, noise, tiles, count, colour, -1, border, dark);
        compare(view, noise, tiles, count, colour, 1, border, bright);
        const int alike =
            dark[0] <= 0.0 || bright[0] <= 0.0 ||
            fabs(dark[0] - bright[0]) < 0.2 * fabs(all[0] - 1.0) + 4.0 * (dark[1] + bright[1]);
        if (agree < 0.7 || all[0] >= 3.0 || all[0] <= 1.0 / 3.0 || !alike) {
            return;
        }
        ratio[colour] = all[0];
        error[colour] = all[1];
    }
    for (int n = 0; n < COLOURS; n++) {
        const int m = (n + 1) % COLOURS;
        if (fabs(ratio[n] - ratio[m]) > 4.0 * hypot(error[n], error[m])) {
            differs = fmax(differs, fmax(ratio[n] / ratio[m], ratio[m] / ratio[n]));
        }
    }
    for (int colour = 0; colour < COLOURS && differs > 1.01; colour++) {
        tint[colour] = ratio[colour];
    }
}
