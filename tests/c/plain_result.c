/* The mean of reference and frames, shrunk tile by tile. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>

static int32_t folded(int32_t at, int32_t length) {
    const int32_t inner = at < 0 ? -1 - at : at;
    return inner >= length ? 2 * length - 1 - inner : inner;
}

/* What tiles say of a cell, blended under their squared windows. */
static double blended(const plain_plane *tiles, int32_t x, int32_t y) {
    double sum = 0.0;
    for (int n = 0; n < 4; n++) {
        const int across = x % 4 + 4 * (1 - n % 2), down = y % 4 + 4 * (1 - n / 2);
        const double w = plain_window(across) * plain_window(down);
        sum += w * w * plain_at(tiles, x / 4 + n % 2, y / 4 + n / 2);
    }
    return sum;
}

/* What the frames add to a cell of the reference. */
static double by_frames(const plain_sums *sums, int site, int32_t x, int32_t y) {
    return plain_at(&sums->sum[site], x, y) / (1.0 + blended(&sums->present, x, y));
}

/* A site's cell of the mean; beyond the edges the cells are mirrored, the last one too. */
static double mean_at(const plain_sums *sums, int site, int32_t x, int32_t y) {
    const int32_t u = folded(x, sums->cells_w), v = folded(y, sums->cells_h);
    return plain_at(&sums->cells[site], u, v) +
           by_frames(sums, site, u, v) * blended(&sums->belief[site], u, v);
}

/* Energy of the frames' part in samples, each over its own noise, and how many there are. */
typedef struct energy {
    double all, unclipped;
    double count; /* of those not clipped */
} energy;

static energy energy_of(const plain_sums *sums, int site, int32_t tx, int32_t ty) {
    energy found = {0.0, 0.0, 0.0};
    for (int i = 0; i < 64; i++) {
        const int32_t x = 4 * (tx - 1) + i % 8, y = 4 * (ty - 1) + i / 8;
        if (x < 0 || y < 0 || 2 * x + 1 >= sums->width || 2 * y + 1 >= sums->height) {
            continue;
        }
        const double w = plain_window(i % 8) * plain_window(i / 8);
        const double own = plain_at(&sums->cells[site], x, y), more = by_frames(sums, site, x, y);
        const double noise = (double)sums->noise->shot[site] * fmax(own + more, 0.0) +
                             (double)sums->noise->read[site];
        const double here = w * w * fmin(more * more / noise, 16.0);
        found.all += here;
        found.unclipped += own < 0.9999 ? here : 0.0;
        found.count += own < 0.9999 ? w * w : 0.0;
    }
    return found;
}

static double ratio(double expected, double seen) {
    return seen > expected ? expected / seen : 1.0;
}

/* By how much less than expected, at most 1, the frames' part in a tile varies: in all sites, and
 * in each by itself. */
static void believe(plain_sums *sums, int32_t tx, int32_t ty) {
    const int32_t at = ty * sums->present.width + tx;
    const double frames = 1.0 + sums->present.data[at];
    double expected = 0.0, all = 0.0, unclipped = 0.0, count = 0.0;
    for (int i = 0; i < 64; i++) {
        const double part = sums->agreed.data[64 * at + i] / frames;
        expected += (part * part + 0.83 * part / frames) / 64.0;
    }
    energy own[4];
    for (int s = 0; s < 4; s++) {
        own[s] = energy_of(sums, s, tx, ty);
        all += own[s].all;
        unclipped += own[s].unclipped;
        count += own[s].count;
    }
    for (int s = 0; s < 4; s++) {
        const double others = expected * (count - own[s].count + 0.01);
        const double usual = fmax((unclipped - own[s].unclipped) / fmax(others, 1e-12), 1.0);
        const double belief = fmin(ratio(expected * usual * (own[s].count + 7.2), own[s].unclipped),
                                   ratio(1.2 * expected * count, all));
        sums->belief[s].data[at] = fmax(belief, 1.0 / 64.0);
    }
}

static plain_left shrink_tile(const plain_sums *sums, double strength, int32_t tx, int32_t ty,
                              plain_plane merged[4]) {
    const int32_t at = ty * sums->present.width + tx;
    const double *variance = sums->variance.data + 4 * (ptrdiff_t)at;
    double complex spectrum[4][64];
    double mean[4], noise[4], belief = 0.0;
    for (int s = 0; s < 4; s++) {
        double cell[64];
        belief += 0.25 * sums->belief[s].data[at];
        mean[s] = 0.0;
        noise[s] = 16.0 * variance[s]; /* the window's energy */
        for (int i = 0; i < 64; i++) {
            cell[i] = mean_at(sums, s, 4 * (tx - 1) + i % 8, 4 * (ty - 1) + i / 8);
            mean[s] += cell[i] / 64.0;
        }
        for (int i = 0; i < 64; i++) {
            cell[i] = (cell[i] - mean[s]) * plain_window(i % 8) * plain_window(i / 8);
        }
        plain_dft(cell, spectrum[s]);
    }
    const plain_left left =
        plain_shrink(spectrum, noise, sums->agreed.data + 64 * (ptrdiff_t)at,
                     (1.0 + sums->present.data[at]) / belief, strength * belief);
    for (int s = 0; s < 4; s++) {
        double cell[64];
        plain_dft_back(spectrum[s], cell);
        for (int i = 0; i < 64; i++) {
            const int32_t x = 4 * (tx - 1) + i % 8, y = 4 * (ty - 1) + i / 8;
            const double w = plain_window(i % 8) * plain_window(i / 8);
            if (x >= 0 && y >= 0 && x < merged[s].width && y < merged[s].height) {
                merged[s].data[(ptrdiff_t)y * merged[s].width + x] += w * (cell[i] + w * mean[s]);
            }
        }
    }
    return left;
}

/* A sample and the reference's, weighed by their variances (best linear unbiased estimate of two
 * correlated ones): what tiles have spread of bright samples' noise may exceed a dark one's own. */
static void keep_dark(const plain_sums *sums, const plain_left *tiles, plain_plane merged[4]) {
    for (int32_t i = 0; i < 4 * merged->width * merged->height; i++) {
        const int s = i % 4, x = i / 4 % merged->width, y = i / 4 / merged->width;
        double spread = 0.0, stays = 0.0, own = 0.0;
        for (int n = 0; n < 4; n++) { /* means of the tiles round the block */
            const int32_t at = (y / 4 + n / 2) * sums->present.width + x / 4 + n % 2;
            spread += 0.25 * 2.0 * tiles[at].spread * sums->variance.data[4 * at + s];
            stays += 0.25 * (tiles[at].all - tiles[at].spread);
            own += 0.25 * tiles[at].own;
        }
        double *value = &merged[s].data[y * merged[s].width + x];
        const double alone =
            (double)sums->noise->shot[s] * fmax(*value, 0.0) + (double)sums->noise->read[s];
        const double variance = stays * alone + spread, common = own * alone;
        const double part = (variance - common) / fmax(variance + alone - 2.0 * common, 1e-12);
        *value += fmin(fmax(part, 0.0), 1.0) * (plain_at(&sums->cells[s], x, y) - *value);
    }
}

double plain_result(plain_sums *sums, double strength, plain_plane merged[4]) {
    const int32_t width = sums->present.width, height = sums->present.height;
    plain_left *tiles = calloc((size_t)(width * height), sizeof *tiles);
    double left = 0.0;
    if (tiles == NULL) {
        exit(1);
    }
    for (int32_t i = 0; i < width * height; i++) {
        believe(sums, i % width, i / width);
    }
    for (int32_t ty = 0; ty < height; ty++) {
        for (int32_t tx = 0; tx < width; tx++) {
            plain_left *own = &tiles[ty * width + tx];
            *own = shrink_tile(sums, strength, tx, ty, merged);
            left += ty < height - 1 ? own->all / (width * (height - 1)) : 0.0;
        }
    }
    keep_dark(sums, tiles, merged);
    free(tiles);
    return left;
}
