/* A moved frame sampled at the reference's sites, minus the reference.
 *
 * Each block of 8x8 samples takes the colour planes of the demosaiced band at its displacement,
 * with a separable Lanczos kernel of three lobes. A separable kernel over a block of one
 * displacement has one set of weights, and the even and odd columns lie apart, so that four sites
 * of a colour are one vector. */
#include "burst_routines.h"
#include "lanes.h"

#include <math.h>
#include <string.h>

enum { TAPS = BURST_TAPS, BEFORE = BURST_BEFORE };

static void split_reference(const baryta_merge *merge, int32_t block_row, float *out) {
    const burst_grid *grid = &merge->grid;
    const int32_t length = grid->blocks_w * 4;
    for (int32_t r = 0; r < 8; r++) {
        const int32_t y = block_row * 8 + r;
        float *restrict even = out + (size_t)r * 2 * (size_t)length;
        float *restrict odd = even + length;
        if (y >= grid->height) {
            memset(even, 0, sizeof(float) * 2 * (size_t)length);
            continue;
        }
        const uint16_t *restrict in = merge->reference + (size_t)y * (size_t)grid->width;
        const int site = 2 * (y & 1);
        const float g0 = merge->scale.gain[site], b0 = merge->scale.black[site] * g0;
        const float g1 = merge->scale.gain[site + 1], b1 = merge->scale.black[site + 1] * g1;
        const int32_t pairs = grid->width / 2;
        for (int32_t i = 0; i < pairs; i++) {
            const float a = (float)in[2 * i] * g0 - b0;
            const float b = (float)in[2 * i + 1] * g1 - b1;
            even[i] = a < 1.0f ? a : 1.0f;
            odd[i] = b < 1.0f ? b : 1.0f;
        }
        if (grid->width % 2 != 0) {
            const float a = (float)in[grid->width - 1] * g0 - b0;
            even[pairs] = a < 1.0f ? a : 1.0f;
        }
    }
}

/* Clears what lies outside the reference or came from outside the frame; returns its share. */
static float mask_block(const burst_grid *grid, int32_t x0, int32_t y0, float dx, float dy,
                        v4 site[4][4]) {
    float lost = 0.0f;
    for (int s = 0; s < 4; s++) {
        for (int j = 0; j < 4; j++) {
            const int32_t y = y0 + 2 * j + s / 2;
            const float ty = (float)y + dy;
            for (int i = 0; i < 4; i++) {
                const int32_t x = x0 + 2 * i + s % 2;
                const float tx = (float)x + dx;
                if (y >= grid->height || x >= grid->width || tx < 0.0f || ty < 0.0f ||
                    tx > (float)(grid->width - 1) || ty > (float)(grid->height - 1)) {
                    site[s][j][i] = 0.0f;
                    lost += 1.0f / 64.0f;
                }
            }
        }
    }
    return lost;
}

/* With another exposure one frame clips where the other does not: clears what either has lost;
 * returns its share. */
static float mask_clipped(const baryta_merge *merge, const baryta_plane *frame, int32_t bx,
                          int32_t by, const float *reference, v4 site[4][4]) {
    enum { REACH = 3, SIDE = 8 + 2 * REACH };
    const burst_grid *grid = &merge->grid;
    const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    const int32_t x0 = 8 * bx + (int32_t)lrintf(merge->flow.x[at]) - REACH;
    const int32_t y0 = 8 * by + (int32_t)lrintf(merge->flow.y[at]) - REACH;
    const float white = merge->options.format.white * BURST_CLIPPED;
    uint8_t lost[SIDE][SIDE] = {{0}};
    int any = 0;
    float missing = 0.0f;
    for (int32_t y = 0; y < SIDE; y++) {
        for (int32_t x = 0; x < SIDE; x++) {
            if (x0 + x >= 0 && y0 + y >= 0 && x0 + x < grid->width && y0 + y < grid->height) {
                const uint16_t *row = baryta_row(frame, y0 + y);
                lost[y][x] = (float)row[x0 + x] >= white;
                any |= lost[y][x];
            }
        }
    }
    const size_t length = (size_t)grid->blocks_w * 4;
    for (int s = 0; s < 4; s++) {
        for (int j = 0; j < 4; j++) {
            const float *ref =
                reference + ((size_t)(2 * j + s / 2) * 2 + (size_t)(s % 2)) * length + 4 * bx;
            for (int i = 0; i < 4; i++) {
                int hit = ref[i] >= BURST_CLIPPED;
                for (int32_t v = 0; any && v <= 2 * REACH; v++) {
                    for (int32_t u = 0; u <= 2 * REACH; u++) {
                        hit |= lost[2 * j + s / 2 + v][2 * i + s % 2 + u];
                    }
                }
                site[s][j][i] = hit ? 0.0f : site[s][j][i];
                missing += hit ? 1.0f / 64.0f : 0.0f;
            }
        }
    }
    return missing;
}

static void sample_site(const burst_band *band, int plane, int32_t x, int32_t y, const float *wx,
                        const float *wy, v4 out[4]) {
    enum { ROWS = TAPS + 6 };
    const ptrdiff_t length = band->length;
    const int32_t from = x - BEFORE + 2 * BURST_PAD; /* its taps alternate between the parities */
    const ptrdiff_t near = (from & 1) * length + (from >> 1);
    const ptrdiff_t far = (1 - (from & 1)) * length + ((from + 1) >> 1);
    v4 row[ROWS];
    for (int r = 0; r < ROWS; r++) {
        const float *line = burst_band_row(band, plane, y - BEFORE + r, 0);
        v4 sum = v4_load(line + near) * wx[0];
        for (int t = 1; t < TAPS; t++) {
            sum += v4_load(line + (t % 2 == 0 ? near : far) + t / 2) * wx[t];
        }
        row[r] = sum;
    }
    for (int j = 0; j < 4; j++) {
        v4 sum = row[2 * j] * wy[0];
        for (int t = 1; t < TAPS; t++) {
            sum += row[2 * j + t] * wy[t];
        }
        out[j] = sum;
    }
}

static float sample_block(const baryta_merge *merge, const burst_band *band, int32_t bx, int32_t by,
                          const float *reference, v4 site[4][4]) {
    const burst_grid *grid = &merge->grid;
    const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    const float dx = merge->flow.x[at], dy = merge->flow.y[at];
    const int32_t x0 = bx * 8, y0 = by * 8;
    const float floor_x = floorf(dx), floor_y = floorf(dy);
    const int32_t ix = (int32_t)floor_x, iy = (int32_t)floor_y;
    if (x0 + ix < -8 || x0 + ix > grid->width || y0 + iy < -8 || y0 + iy > grid->height) {
        memset(site, 0, sizeof(v4) * 16);
        return 1.0f;
    }
    const float *wx = merge->kernel[(int32_t)((dx - floor_x) * BURST_PHASES + 0.5f)];
    const float *wy = merge->kernel[(int32_t)((dy - floor_y) * BURST_PHASES + 0.5f)];
    const size_t length = (size_t)grid->blocks_w * 4;
    for (int s = 0; s < 4; s++) {
        const int colour = merge->options.format.colour[s];
        sample_site(band, merge->mono ? 0 : colour, x0 + ix + s % 2, y0 + iy + s / 2, wx, wy,
                    site[s]);
        const float even_out = 1.0f / merge->colour_gain[colour];
        for (int j = 0; j < 4; j++) {
            const float *ref = reference + ((size_t)(2 * j + s / 2) * 2 + (size_t)(s % 2)) * length;
            const v4 value = site[s][j] * even_out;
            site[s][j] = v4_min(value, v4_all(1.0f)) - v4_load(ref + 4 * bx);
        }
    }
    const int inside = x0 + ix >= 0 && y0 + iy >= 0 && x0 + ix + 9 <= grid->width &&
                       y0 + iy + 9 <= grid->height && x0 + 8 <= grid->width &&
                       y0 + 8 <= grid->height;
    if (!inside) {
        return mask_block(grid, x0, y0, dx, dy, site);
    }
    return 0.0f;
}

void burst_difference(const baryta_merge *merge, const baryta_plane *frame, const burst_band *band,
                      int32_t block_row, float *reference, v4 *difference, float *cover) {
    const burst_grid *grid = &merge->grid;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    split_reference(merge, block_row, reference);
    for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
        v4 site[4][4];
        float lost = sample_block(merge, band, bx, block_row, reference, site);
        if (merge->exposure != 1.0f) {
            lost += mask_clipped(merge, frame, bx, block_row, reference, site);
        }
        cover[bx + 1] = fmaxf(1.0f - lost, 0.0f);
        for (int j = 0; j < 4; j++) {
            v4_transpose(&site[0][j], &site[1][j], &site[2][j], &site[3][j]);
            v4 *out = difference + (size_t)j * row + (size_t)(bx + 1) * 4;
            for (int i = 0; i < 4; i++) {
                out[i] = site[i][j];
            }
        }
    }
    cover[0] = cover[1];
    cover[grid->blocks_w + 1] = cover[grid->blocks_w];
}
