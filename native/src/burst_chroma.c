/* Red and blue where they are missing, predicted from green.
 *
 * Each red or blue site fits its colour as a straight line of green by least squares over the 3x3
 * sites of its colour round it (the local linear model of K. He, J. Sun, X. Tang, "Guided image
 * filtering", ECCV 2010), drawn towards slope 1 where green hardly changes. A missing value is the
 * mean of what the nearest sites' lines say for the green there. Slope 1 alone, the usual
 * interpolation of colour differences, is wrong along the edges of saturated colours, and every
 * frame wrong there is one that the blend rejects. */
#include "burst_routines.h"
#include "lanes.h"

static const float prior = 9.0f * 0.0005f; /* of slope 1, in units of nine variances of green */

/* Sums down three sites of a colour: of green, the colour, green squared, and their product. */
typedef struct down {
    vf green, chroma, squares, products;
} down;

static inline down sum_down(const float *const green[3], const float *const chroma[3], int32_t i) {
    const vf g0 = vf_load(green[0] + i), c0 = vf_load(chroma[0] + i);
    const vf g1 = vf_load(green[1] + i), c1 = vf_load(chroma[1] + i);
    const vf g2 = vf_load(green[2] + i), c2 = vf_load(chroma[2] + i);
    return (down){g0 + g1 + g2, c0 + c1 + c2, g0 * g0 + g1 * g1 + g2 * g2,
                  g0 * c0 + g1 * c1 + g2 * c2};
}

/* With what lies beside. */
static inline vf three(vf before, vf own, vf next) {
    return vf_before(before, own) + own + vf_after(own, next);
}

void burst_demosaic_fit(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int p = colour[0] == 1 ? 1 : 0;
    const float *green[3], *chroma[3];
    for (int k = 0; k < 3; k++) {
        green[k] = burst_spare_row(band, BURST_GREEN, row + 2 * (k - 1), p);
        chroma[k] = burst_spare_row(band, BURST_RAW, row + 2 * (k - 1), p);
    }
    float *slope = burst_spare_row(band, BURST_SLOPE, row, p);
    float *base = burst_spare_row(band, BURST_BASE, row, p);
    const float ninth = 1.0f / 9.0f;
    down before = sum_down(green, chroma, BURST_EDGE - LANES);
    down own = sum_down(green, chroma, BURST_EDGE);
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const down next = sum_down(green, chroma, i + LANES);
        const vf g = three(before.green, own.green, next.green);
        const vf c = three(before.chroma, own.chroma, next.chroma);
        const vf spread = three(before.squares, own.squares, next.squares) - g * g * ninth;
        const vf common = three(before.products, own.products, next.products) - g * c * ninth;
        const vf a = (common + prior) / (vf_max(spread, vf_all(0.0f)) + prior);
        vf_store(slope + i, a);
        vf_store(base + i, vf_load(chroma[1] + i) - a * vf_load(green[1] + i));
        before = own;
        own = next;
    }
}

/* Back from the square-root domain, to whole numbers. */
typedef struct scale {
    float unit, offset;
} scale;

static scale scale_of(const burst_band *band, int32_t colour) {
    return (scale){band->unit[colour], band->unit[colour] * band->offset};
}

static inline vf light(vf root, scale s) {
    return root * root * s.unit - s.offset;
}

/* What lines tell may be anything. */
static inline vf foretold(vf root, scale s) {
    return vf_min(vf_all(BURST_HIGHEST), light(root, s));
}

static inline void store(int16_t *out, const vf sides[2], int p) {
    vf_store_whole(out, sides[p], sides[1 - p], BURST_LOWEST, BURST_HIGHEST);
}

/* Finishes a row: blue at red sites or red at blue sites from the lines of the four corners, red
 * and blue at green sites from the lines of the two neighbours of each. p: the parity of the red or
 * blue sites, whose neighbours to the left and right are columns i + left and one further; a
 * constant, lest pairs be joined in memory. */
__attribute__((always_inline)) static inline void finish_row(const burst_band *band, int32_t row,
                                                             int32_t own, int p) {
    const int32_t far = 2 - own;
    const ptrdiff_t aside = p == 0 ? -1 : 1, p_left = p == 0 ? 0 : -1;
    const float *slope = burst_spare_row(band, BURST_SLOPE, row, p) + p_left;
    const float *base = burst_spare_row(band, BURST_BASE, row, p) + p_left;
    const float *slope_up = burst_spare_row(band, BURST_SLOPE, row - 1, 1 - p);
    const float *slope_low = burst_spare_row(band, BURST_SLOPE, row + 1, 1 - p);
    const float *base_up = burst_spare_row(band, BURST_BASE, row - 1, 1 - p);
    const float *base_low = burst_spare_row(band, BURST_BASE, row + 1, 1 - p);
    const float *green_at_p = burst_spare_row(band, BURST_GREEN, row, p);
    const float *own_at_p = burst_spare_row(band, BURST_RAW, row, p);
    const float *green_at_q = burst_spare_row(band, BURST_RAW, row, 1 - p);
    int16_t *rows[3];
    scale scales[3];
    for (int colour = 0; colour < 3; colour++) {
        rows[colour] = burst_band_row(band, colour, row) - 2 * BURST_PAD;
        scales[colour] = scale_of(band, colour);
    }
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const vf g = vf_load(green_at_p + i), h = vf_load(green_at_q + i);
        const vf slopes = vf_load(slope_up + i) + vf_load(slope_low + i);
        const vf bases = vf_load(base_up + i) + vf_load(base_low + i);
        const vf corners =
            slopes + (vf_load(slope_up + aside + i) + vf_load(slope_low + aside + i));
        const vf corner_bases =
            bases + (vf_load(base_up + aside + i) + vf_load(base_low + aside + i));
        const vf beside = vf_load(slope + i) + vf_load(slope + i + 1);
        const vf beside_bases = vf_load(base + i) + vf_load(base + i + 1);
        const vf greens[2] = {light(g, scales[1]), light(h, scales[1])};
        const vf owns[2] = {light(vf_load(own_at_p + i), scales[own]),
                            foretold(0.5f * (beside_bases + beside * h), scales[own])};
        const vf fars[2] = {foretold(0.25f * (corner_bases + corners * g), scales[far]),
                            foretold(0.5f * (bases + slopes * h), scales[far])};
        store(rows[1] + 2 * i, greens, p);
        store(rows[own] + 2 * i, owns, p);
        store(rows[far] + 2 * i, fars, p);
    }
}

void burst_demosaic_chroma(const burst_band *band, int32_t row, const int32_t colour[2]) {
    if (colour[0] != 1) {
        finish_row(band, row, colour[0], 0);
    } else {
        finish_row(band, row, colour[1], 1);
    }
}
