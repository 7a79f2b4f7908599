/* The normal equations of aligning one image to another, row by row, in lanes.
 *
 * Sums go by sixteen columns, whatever the number of lanes, so that they are the same bits. */
#include "burst_step.h"

#include "lanes.h"

#include <math.h>

enum { COLUMNS = MOST_LANES, PARTS = COLUMNS / LANES };

/* The four neighbours of places in an image, as bytes: upper left, upper right, lower ones. */
static inline vu gather(const uint8_t *image, int32_t width, vi at) {
    vu four;
    for (int i = 0; i < LANES; i++) {
        uint16_t upper, lower;
        memcpy(&upper, image + at[i], sizeof upper);
        memcpy(&lower, image + at[i] + width, sizeof lower);
        four[i] = upper | (uint32_t)lower << 16;
    }
    return four;
}

static inline vf byte_of(vu four, int which) {
    return __builtin_convertvector((vi)(four >> (8 * which) & 255u), vf);
}

/* The same neighbours as numbers. Where hardly anything turns, places are side by side in a row:
 * then so are theirs. */
static inline void fetch(const uint8_t *image, int32_t width, vi at, vi lane, vi inside,
                         vf out[4]) {
    if (!vi_any(((at - lane) ^ at[0]) | ~inside)) {
        const uint8_t *p = image + at[0];
        out[0] = vf_load_bytes(p);
        out[1] = vf_load_bytes(p + 1);
        out[2] = vf_load_bytes(p + width);
        out[3] = vf_load_bytes(p + width + 1);
        return;
    }
    const vu four = gather(image, width, at);
    for (int i = 0; i < 4; i++) {
        out[i] = byte_of(four, i);
    }
}

/* LANES columns from x on. */
static inline void accumulate(const burst_step *s, int32_t x, int32_t y,
                              vf total[BURST_STEP_SUMS]) {
    vi lane;
    for (int i = 0; i < LANES; i++) {
        lane[i] = i;
    }
    const uint8_t *row = s->reference + (ptrdiff_t)y * s->width + x;
    const vf zero = vf_all(0.0f), px = __builtin_convertvector(lane + x, vf) - s->centre_x;
    const float py = (float)y - s->centre_y;
    vf u = s->centre_x + s->cosine * px - s->sine * py + s->shift_x;
    vf v = s->centre_y + s->sine * px + s->cosine * py + s->shift_y;
    const vi inside = (u >= zero) & (v >= zero) & (u < vf_all((float)(s->width - 1))) &
                      (v < vf_all((float)(s->height - 1))) & (lane + x < s->width - 1);
    u = vf_select(inside, u, zero);
    v = vf_select(inside, v, zero);
    const vi ix = __builtin_convertvector(u, vi), iy = __builtin_convertvector(v, vi);
    const vf fx = u - __builtin_convertvector(ix, vf), fy = v - __builtin_convertvector(iy, vf);
    vf four[4];
    fetch(s->other, s->width, iy * s->width + ix, lane, inside, four);
    const vf top = four[0] + fx * (four[1] - four[0]);
    const vf low = four[2] + fx * (four[3] - four[2]);
    const vf gx = 0.5f * (vf_load_bytes(row + 1) - vf_load_bytes(row - 1));
    const vf gy = 0.5f * (vf_load_bytes(row + s->width) - vf_load_bytes(row - s->width));
    const vf r = top + fy * (low - top) - vf_load_bytes(row) - s->offset;
    const vf k = 1.0f / (1.0f + r * r / (s->floor + s->slack * (gx * gx + gy * gy)));
    const vf w = vf_select(inside, k * k, zero);
    const vf ga = (gy * px - gx * py) * s->unit;
    const vf wx = w * gx, wy = w * gy, wa = w * ga;
    total[0] += wx * gx;
    total[1] += wx * gy;
    total[2] += wx * ga;
    total[3] += wx;
    total[4] += wy * gy;
    total[5] += wy * ga;
    total[6] += wy;
    total[7] += wa * ga;
    total[8] += wa;
    total[9] += w;
    total[10] += wx * r;
    total[11] += wy * r;
    total[12] += wa * r;
    total[13] += w * r;
    total[14] += vf_select(inside, vf_all(1.0f), zero);
    total[15] += vf_select(inside, 1.0f - k, zero);
}

void burst_step_row(const burst_step *s, int32_t y, int32_t first, int32_t end,
                    double sums[BURST_STEP_SUMS]) {
    vf total[PARTS][BURST_STEP_SUMS];
    for (int part = 0; part < PARTS; part++) {
        for (int i = 0; i < BURST_STEP_SUMS; i++) {
            total[part][i] = vf_all(0.0f);
        }
    }
    for (int32_t x = first; x < end; x += COLUMNS) {
        for (int part = 0; part < PARTS; part++) {
            accumulate(s, x + part * LANES, y, total[part]);
        }
    }
    for (int i = 0; i < BURST_STEP_SUMS; i++) {
        sums[i] = 0.0;
        for (int c = 0; c < COLUMNS; c++) {
            sums[i] += (double)total[c / LANES][i][c % LANES];
        }
    }
}

/* Cholesky on a 4x4 system; false if it is singular. */
static int solve(const double sums[BURST_STEP_SUMS], double out[4]) {
    double a[4][4], b[4];
    for (int i = 0, k = 0; i < 4; i++) {
        for (int j = i; j < 4; j++, k++) {
            a[i][j] = a[j][i] = sums[k];
        }
        b[i] = -sums[10 + i];
        a[i][i] += 1e-6 * sums[9] + 1e-9;
    }
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) {
                sum -= a[i][k] * a[j][k];
            }
            if (i == j && !(sum > 0.0)) {
                return 0;
            }
            a[i][j] = i == j ? sqrt(sum) : sum / a[j][j];
        }
    }
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < i; k++) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for (int i = 3; i >= 0; i--) {
        for (int k = i + 1; k < 4; k++) {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
        out[i] = b[i];
    }
    return 1;
}

double burst_take_step(const double sums[BURST_STEP_SUMS], double size, double radius,
                       burst_guess *guess) {
    double change[4];
    guess->misfit = sums[14] > 0.0 ? sums[15] / sums[14] : 1.0;
    if (sums[14] < 100.0 || !solve(sums, change)) {
        return 0.0;
    }
    guess->motion.x += change[0] * size;
    guess->motion.y += change[1] * size;
    guess->motion.angle += change[2] / radius;
    guess->offset -= change[3];
    return hypot(change[0], change[1]) + fabs(change[2]);
}
