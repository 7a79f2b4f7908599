/* The mean of reference and frames, shrunk tile by tile. */
#include "plain.h"

static int32_t folded(int32_t at, int32_t length) {
    const int32_t inner = at < 0 ? -1 - at : at;
    return inner >= length ? 2 * length - 1 - inner : inner;
}

/* 1 / the number of frames, the tiles' numbers blended under their squared windows. */
static double frame_share(const plain_plane *present, int32_t x, int32_t y) {
    double frames = 1.0;
    for (int n = 0; n < 4; n++) {
        const int across = x % 4 + 4 * (1 - n % 2), down = y % 4 + 4 * (1 - n / 2);
        const double w = plain_window(across) * plain_window(down);
        frames += w * w * plain_at(present, x / 4 + n % 2, y / 4 + n / 2);
    }
    return 1.0 / frames;
}

/* A site's cell of the mean; beyond the edges the cells are mirrored, the last one too. */
static double mean_at(const plain_sums *sums, int site, int32_t x, int32_t y) {
    const int32_t u = folded(x, sums->cells_w), v = folded(y, sums->cells_h);
    return plain_at(&sums->cells[site], u, v) +
           plain_at(&sums->sum[site], u, v) * frame_share(&sums->present, u, v);
}

static double shrink_tile(const plain_sums *sums, double strength, int32_t tx, int32_t ty,
                          plain_plane merged[4]) {
    const int32_t at = ty * sums->present.width + tx;
    const double *variance = sums->variance.data + 4 * (ptrdiff_t)at;
    double complex spectrum[4][64];
    double mean[4], noise[4];
    for (int s = 0; s < 4; s++) {
        double cell[64];
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
    const double left = plain_shrink(spectrum, noise, sums->agreed.data + 64 * (ptrdiff_t)at,
                                     1.0 + sums->present.data[at], strength);
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

double plain_result(const plain_sums *sums, double strength, plain_plane merged[4]) {
    const int32_t width = sums->present.width, height = sums->present.height;
    double left = 0.0;
    for (int32_t ty = 0; ty < height; ty++) {
        for (int32_t tx = 0; tx < width; tx++) {
            const double own = shrink_tile(sums, strength, tx, ty, merged);
            left += ty < height - 1 ? own / (width * (height - 1)) : 0.0;
        }
    }
    return left;
}
