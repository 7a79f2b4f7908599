/* A moved frame sampled at the reference's sites, minus the reference.
 *
 * Each block of 8x8 samples takes the colour planes of the demosaiced band at its displacement,
 * with a separable kernel of six taps. A separable kernel over a block of one displacement has one
 * set of weights; as sites of a colour are two columns apart, neighbouring pairs of samples are
 * what neighbouring sites take. Blocks side by side, a run, are sampled at once where they have the
 * same whole displacement, each with its own weights. */
#include "burst_routines.h"
#include "lanes.h"

#include <math.h>
#include <string.h>

enum { TAPS = BURST_TAPS, BEFORE = BURST_BEFORE, RUN = LANES / 4, STAGE = 4 * LANES };
enum { AHEAD = 128 }; /* samples that are asked for in time: more rows than are foreseen */

/* Of the reference's rows 8 by to 8 by + 7 what lies in LANES blocks from bx on, by row of cells
 * and site; zero beyond its edges. */
static void split_reference(const baryta_merge *merge, int32_t bx, int32_t by, float *out) {
    const burst_grid *grid = &merge->grid;
    /* None is left where the last tile is the first of its lanes. */
    const int32_t left = grid->width - 8 * bx, width = left < 2 * STAGE ? left : 2 * STAGE;
    for (int32_t r = 0; r < 8; r++) {
        float *even = out + 2 * r * STAGE, *odd = even + STAGE;
        uint16_t copy[2 * STAGE] = {0};
        if (width <= 0 || 8 * by + r >= grid->height) {
            memset(even, 0, sizeof(float) * 2 * STAGE);
            continue;
        }
        const size_t row = (size_t)(8 * by + r) * (size_t)grid->width;
        const uint16_t *in = merge->reference + row + 8 * bx;
        for (int32_t i = 0; i < 2 * STAGE && left >= 4 * STAGE; i += 32) {
            __builtin_prefetch(in + 2 * STAGE + i); /* for the blocks beside, by lines */
        }
        if (width < 2 * STAGE) {
            in = memcpy(copy, in, (size_t)width * sizeof *in);
        }
        const int site = 2 * (r & 1);
        const float g0 = merge->scale.gain[site], b0 = merge->scale.black[site] * g0;
        const float g1 = merge->scale.gain[site + 1], b1 = merge->scale.black[site + 1] * g1;
        for (int32_t i = 0; i < STAGE; i += LANES) {
            vf a, b;
            vf_split_samples(in + 2 * i, &a, &b);
            vf_store(even + i, vf_min(a * g0 - b0, vf_all(1.0f)));
            vf_store(odd + i, vf_min(b * g1 - b1, vf_all(1.0f)));
        }
    }
}

/* A sample's bit among its block's. */
static inline uint64_t bit_of(int s, int j, int i) {
    return (uint64_t)1 << (16 * s + 4 * j + i);
}

/* Clears what lies outside the reference or came from outside the frame; returns which. stage: by
 * row of cells and site, the block's four cells in each. */
static uint64_t mask_block(const baryta_merge *merge, int32_t bx, int32_t by, float *stage) {
    const burst_grid *grid = &merge->grid;
    const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    const float dx = merge->flow.x[at], dy = merge->flow.y[at];
    const int32_t x0 = 8 * bx, y0 = 8 * by;
    uint64_t lost = 0;
    for (int s = 0; s < 4; s++) {
        for (int j = 0; j < 4; j++) {
            const int32_t y = y0 + 2 * j + s / 2;
            const float ty = (float)y + dy;
            for (int i = 0; i < 4; i++) {
                const int32_t x = x0 + 2 * i + s % 2;
                const float tx = (float)x + dx;
                if (y >= grid->height || x >= grid->width || tx < 0.0f || ty < 0.0f ||
                    tx > (float)(grid->width - 1) || ty > (float)(grid->height - 1)) {
                    stage[(4 * j + s) * STAGE + i] = 0.0f;
                    lost |= bit_of(s, j, i);
                }
            }
        }
    }
    return lost;
}

/* With another exposure one frame clips where the other does not, and round lights resampling
 * leaves fringes: clears what either frame has lost; returns which. */
static uint64_t mask_clipped(const baryta_merge *merge, const baryta_plane *frame, int32_t bx,
                             int32_t by, int32_t reach, const float *reference, float *stage) {
    enum { REACH = 3, SIDE = 8 + 2 * REACH };
    const burst_grid *grid = &merge->grid;
    const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    const int32_t x0 = 8 * bx + (int32_t)lrintf(merge->flow.x[at]) - REACH;
    const int32_t y0 = 8 * by + (int32_t)lrintf(merge->flow.y[at]) - REACH;
    float white[4];
    for (int s = 0; s < 4; s++) {
        white[s] = merge->scale.black[s] + BURST_CLIPPED / merge->scale.gain[s];
    }
    uint8_t lost[SIDE][SIDE] = {{0}};
    int any = 0;
    uint64_t missing = 0;
    for (int32_t y = 0; y < SIDE; y++) {
        for (int32_t x = 0; x < SIDE; x++) {
            if (x0 + x >= 0 && y0 + y >= 0 && x0 + x < grid->width && y0 + y < grid->height) {
                const uint16_t *row = baryta_row(frame, y0 + y);
                lost[y][x] = (float)row[x0 + x] >= white[2 * ((y0 + y) & 1) + ((x0 + x) & 1)];
                any |= lost[y][x];
            }
        }
    }
    for (int s = 0; s < 4; s++) {
        for (int j = 0; j < 4; j++) {
            const float *ref = reference + (4 * j + s) * STAGE;
            for (int i = 0; i < 4; i++) {
                int hit = ref[i] >= BURST_CLIPPED;
                for (int32_t v = REACH - reach; any && v <= REACH + reach; v++) {
                    for (int32_t u = REACH - reach; u <= REACH + reach; u++) {
                        hit |= lost[2 * j + s / 2 + v][2 * i + s % 2 + u];
                    }
                }
                float *own = &stage[(4 * j + s) * STAGE + i];
                *own = hit ? 0.0f : *own;
                missing |= hit ? bit_of(s, j, i) : 0;
            }
        }
    }
    return missing;
}

/* The rows that blocks are sampled from: of the first plane; others are so much further. */
typedef struct rows_of {
    const int16_t *row[TAPS + 7];
    ptrdiff_t stride;
    int32_t y; /* BEFORE rows after the first one */
} rows_of;

static void find_rows(const burst_band *band, int32_t y, rows_of *rows) {
    rows->y = y;
    rows->stride = 2 * (ptrdiff_t)band->length;
    uint32_t slot = burst_slot(band, y - BEFORE);
    for (int i = 0; i < TAPS + 7; i++) {
        rows->row[i] =
            band->finished + (ptrdiff_t)slot * band->planes * rows->stride + 2 * BURST_PAD;
        slot = slot + 1 < band->rows ? slot + 1 : 0;
    }
}

/* Rounded to the samples' own unit, in the low halves. */
static inline vi sample_row(const int16_t *p, const vi wx[TAPS / 2]) {
    vi sum = (vi){0} + BURST_ONE / 2, pairs[TAPS / 2];
    vi_load_threes(p, pairs);
    for (int t = 0; t < TAPS / 2; t++) {
        sum = vi_dot_add(sum, pairs[t], wx[t]);
    }
    return sum;
}

/* out: four rows of cells, each of a run's cells from column x on, in units of BURST_ONE squared;
 * s: its site.
 *
 * No row overflows sixteen bit: the weights' sizes sum to less than 1.6, those that are negative to
 * less than 0.3, and samples are from -1/4 to 5/4. */
static inline void sample_site(const rows_of *rows, int32_t plane, int32_t x, int s, const vi *wx,
                               const vi *wy, vi out[4]) {
    enum { PAIRS = TAPS / 2 + 3 };
    const ptrdiff_t further = plane * rows->stride + x + s % 2 - BEFORE;
    vi pair[PAIRS];
    for (int n = 0; n < PAIRS; n++) {
        if (LANES > 4 && s != 2) { /* the second green's plane has been asked for */
            __builtin_prefetch(rows->row[2 * n + s / 2] + further + AHEAD);
            __builtin_prefetch(rows->row[2 * n + 1 + s / 2] + further + AHEAD);
        }
        const vi upper = sample_row(rows->row[2 * n + s / 2] + further, wx);
        const vi lower = sample_row(rows->row[2 * n + 1 + s / 2] + further, wx);
        pair[n] = vi_join(upper >> 14, (vi)((vu)lower << 2));
    }
    for (int j = 0; j < 4; j++) {
        vi sum = vi_dot(pair[j], wy[0]);
        for (int t = 1; t < TAPS / 2; t++) {
            sum = vi_dot_add(sum, pair[j + t], wy[t]);
        }
        out[j] = sum;
    }
}

/* Where LANES blocks are sampled: whole displacement, fraction in 1/BURST_PHASES, and -1 where
 * there is something to sample, and where all of it lies inside both frames. */
typedef struct places {
    int32_t x[LANES], y[LANES], part_x[LANES], part_y[LANES], known[LANES], inside[LANES];
} places;

static inline vi split_displacement(const float *p, int32_t *part) {
    const vf value = vf_load(p);
    const vi cut = __builtin_convertvector(value, vi);
    const vi whole = cut + (vi)(value < __builtin_convertvector(cut, vf));
    const vf rest = value - __builtin_convertvector(whole, vf);
    const vi parts = __builtin_convertvector(rest * BURST_PHASES + 0.5f, vi);
    memcpy(part, &parts, sizeof parts);
    return whole;
}

static void find_places(const baryta_merge *merge, int32_t bx, int32_t by, places *p) {
    const burst_grid *grid = &merge->grid;
    const int32_t width = grid->width, height = grid->height;
    const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    const float *dx = merge->flow.x + at, *dy = merge->flow.y + at;
    float copy[2][LANES] = {{0.0f}};
    const int32_t blocks = grid->blocks_w - bx < LANES ? grid->blocks_w - bx : LANES;
    if (blocks < LANES) {
        dx = memcpy(copy[0], dx, (size_t)(blocks > 0 ? blocks : 0) * sizeof *dx);
        dy = memcpy(copy[1], dy, (size_t)(blocks > 0 ? blocks : 0) * sizeof *dy);
    }
    vi lane;
    for (int i = 0; i < LANES; i++) {
        lane[i] = i;
    }
    const vi own = 8 * (lane + bx);
    const vi whole_x = split_displacement(dx, p->part_x), x = whole_x + own;
    const vi whole_y = split_displacement(dy, p->part_y), y = whole_y + 8 * by;
    const vi known = (lane < blocks) & (x >= -8) & (x <= width) & (y >= -8) & (y <= height);
    vi inside = (x >= 0) & (y >= 0) & (x + 9 <= width) & (y + 9 <= height) & (own + 8 <= width);
    inside &= (vi){0} + (8 * by + 8 <= height ? -1 : 0);
    memcpy(p->x, &whole_x, sizeof p->x);
    memcpy(p->y, &whole_y, sizeof p->y);
    memcpy(p->known, &known, sizeof p->known);
    memcpy(p->inside, &inside, sizeof p->inside);
}

/* Samples all blocks of a run, from block n on, at the place of its block `first`, keeps those that
 * it is right for. */
static void sample_blocks(const baryta_merge *merge, const float *reference, const places *p, int n,
                          int first, int32_t x, const rows_of *rows, int todo[RUN], float *stage) {
    const int32_t *taps_x[RUN], *taps_y[RUN];
    int right[RUN], all = 1;
    for (int i = 0; i < RUN; i++) {
        right[i] = todo[i] && p->x[n + i] == p->x[n + first] && p->y[n + i] == p->y[n + first];
        todo[i] &= !right[i];
        all &= right[i];
        taps_x[i] = merge->kernel[right[i] ? p->part_x[n + i] : 0].pair;
        taps_y[i] = merge->kernel[right[i] ? p->part_y[n + i] : 0].pair;
    }
    vi wx[TAPS / 2], wy[TAPS / 2];
    for (int t = 0; t < TAPS / 2; t++) {
        wx[t] = vi_of_fours(taps_x, t);
        wy[t] = vi_of_fours(taps_y, t);
    }
    for (int s = 0; s < 4; s++) {
        const int colour = merge->options.format.colour[s];
        const float exposure = burst_exposure_of(merge, colour);
        const float unit = 1.0f / ((float)BURST_ONE * (float)BURST_ONE * exposure);
        vi sampled[4];
        sample_site(rows, merge->mono ? 0 : colour, x, s, wx, wy, sampled);
        for (int j = 0; j < 4; j++) {
            const float *ref = reference + (4 * j + s) * STAGE;
            const vf light = __builtin_convertvector(sampled[j], vf) * unit;
            const vf value = vf_min(light, vf_all(1.0f)) - vf_load(ref);
            float *out = stage + (4 * j + s) * STAGE;
            if (all) {
                vf_store(out, value);
                continue;
            }
            for (int i = 0; i < LANES; i++) {
                out[i] = right[i / 4] ? value[i] : out[i];
            }
        }
    }
}

/* The run of blocks from n on of those from bx on. reference, stage: by row of cells and site, a
 * run's cells each; cover: by block. */
static void sample_run(const baryta_merge *merge, const baryta_plane *frame, const burst_band *band,
                       const places *p, int32_t bx, int32_t by, int n, rows_of *rows,
                       const float *reference, float *stage, float *cover) {
    int todo[RUN];
    for (int i = 0; i < RUN; i++) {
        todo[i] = p->known[n + i];
        for (int k = 0; k < 16 && !todo[i]; k++) {
            v4_store(stage + k * STAGE + 4 * i, v4_all(0.0f));
        }
    }
    for (int i = 0; i < RUN; i++) {
        if (todo[i]) {
            const int32_t y = 8 * by + p->y[n + i];
            if (rows->stride == 0 || rows->y != y) {
                find_rows(band, y, rows);
            }
            sample_blocks(merge, reference, p, n, i, 8 * (bx + n) + p->x[n + i], rows, todo, stage);
        }
    }
    for (int i = 0; i < RUN; i++) {
        const int32_t own = bx + n + i;
        uint64_t lost = p->known[n + i] ? 0 : ~(uint64_t)0;
        if (p->known[n + i] && !p->inside[n + i]) {
            lost |= mask_block(merge, own, by, stage + 4 * i);
        }
        const int copied =
            p->x[n + i] == 0 && p->y[n + i] == 0 && p->part_x[n + i] == 0 && p->part_y[n + i] == 0;
        if (p->known[n + i] && (!burst_as_bright(merge) || burst_tinted(merge) ||
                                (burst_at_rim(merge, own, by) && !copied))) {
            /* In much noise all but the innermost fringe drowns, and a collar of one frame's noise
             * shows. Without colours to be filled in there is no other. */
            const baryta_noise *noise = &merge->options.noise;
            const int noisy = noise->shot[1] + noise->read[1] > BURST_FRINGES_DROWN;
            const int32_t reach = copied                                             ? 0
                                  : burst_as_bright(merge) && (noisy || merge->mono) ? 1
                                                                                     : 3;
            lost |= mask_clipped(merge, frame, own, by, reach, reference + 4 * i, stage + 4 * i);
        }
        cover[i] = lost == 0 ? 1.0f : 1.0f - (float)__builtin_popcountll(lost) * (1.0f / 64.0f);
    }
}

void burst_difference(const baryta_merge *merge, const baryta_plane *frame, const burst_band *band,
                      int32_t bx, int32_t by, float *cells, float *cover) {
    _Alignas(64) float reference[16 * STAGE], stage[16 * STAGE];
    split_reference(merge, bx, by, reference);
    places p;
    find_places(merge, bx, by, &p);
    rows_of rows = {.stride = 0};
    for (int i = 0; i < LANES; i += RUN) {
        sample_run(merge, frame, band, &p, bx, by, i, &rows, reference + 4 * i, stage + 4 * i,
                   cover + i);
    }
    for (int32_t i = merge->grid.blocks_w - bx; i < LANES; i++) {
        cover[i] = cover[i - 1]; /* also the last one of the blocks before */
    }
    for (ptrdiff_t n = 0; n < 16; n++) {
        vf run[4];
        vf_unzip(stage + n * STAGE, run);
        for (ptrdiff_t c = 0; c < 4; c++) {
            float *own = cells + (4 * n + c) * BURST_CELLS + BURST_CHUNK;
            own[-1] = own[LANES - 1];
            vf_store(own, run[c]);
        }
    }
}
