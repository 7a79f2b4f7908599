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
static void sum_columns(const burst_band *band, int32_t row, int parity, int colour) {
    const ptrdiff_t length = band->length;
    const float *green[3], *chroma[3];
    for (int k = 0; k < 3; k++) {
        green[k] = burst_band_row(band, 1, row + 2 * (k - 1), parity);
        chroma[k] = burst_band_row(band, colour, row + 2 * (k - 1), parity);
    }
    float *out = band->across;
    for (int32_t i = 0; i < band->length; i += LANES) {
        const vf g0 = vf_load(green[0] + i), c0 = vf_load(chroma[0] + i);
        const vf g1 = vf_load(green[1] + i), c1 = vf_load(chroma[1] + i);
        const vf g2 = vf_load(green[2] + i), c2 = vf_load(chroma[2] + i);
        vf_store(out + i, g0 + g1 + g2);
        vf_store(out + length + i, c0 + c1 + c2);
        vf_store(out + 2 * length + i, g0 * g0 + g1 * g1 + g2 * g2);
        vf_store(out + 3 * length + i, g0 * c0 + g1 * c1 + g2 * c2);
    }
}

static inline vf three(const float *p) {
    return vf_load(p - 1) + vf_load(p) + vf_load(p + 1);
}

void burst_demosaic_fit(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int p = colour[0] == 1 ? 1 : 0;
    const ptrdiff_t length = band->length;
    sum_columns(band, row, p, colour[p]);
    const float *sums = band->across;
    const float *green = burst_band_row(band, 1, row, p);
    const float *chroma = burst_band_row(band, colour[p], row, p);
    float *slope = burst_spare_row(band, BURST_SLOPE, row, p);
    float *base = burst_spare_row(band, BURST_BASE, row, p);
    const float ninth = 1.0f / 9.0f;
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const vf g = three(sums + i), c = three(sums + length + i);
        const vf spread = three(sums + 2 * length + i) - g * g * ninth;
        const vf common = three(sums + 3 * length + i) - g * c * ninth;
        const vf a = (common + prior) / (vf_max(spread, vf_all(0.0f)) + prior);
        vf_store(slope + i, a);
        vf_store(base + i, vf_load(chroma + i) - a * vf_load(green + i));
    }
}

/* Back from the square-root domain: nothing else asks for these in it. */
static inline vf raised(vf value, float offset) {
    return value * value - offset;
}

/* Blue at red sites or red at blue sites, from the lines of the four corners. */
static void far_colour(const burst_band *band, int far, int32_t row, int parity) {
    const int other = 1 - parity;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *slope_up = burst_spare_row(band, BURST_SLOPE, row - 1, other) + left;
    const float *slope_low = burst_spare_row(band, BURST_SLOPE, row + 1, other) + left;
    const float *base_up = burst_spare_row(band, BURST_BASE, row - 1, other) + left;
    const float *base_low = burst_spare_row(band, BURST_BASE, row + 1, other) + left;
    const float *green = burst_band_row(band, 1, row, parity);
    float *out = burst_band_row(band, far, row, parity);
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const vf slope = vf_load(slope_up + i) + vf_load(slope_up + i + 1) +
                         vf_load(slope_low + i) + vf_load(slope_low + i + 1);
        const vf base = vf_load(base_up + i) + vf_load(base_up + i + 1) + vf_load(base_low + i) +
                        vf_load(base_low + i + 1);
        vf_store(out + i, raised(0.25f * (base + slope * vf_load(green + i)), band->offset));
    }
}

/* Red and blue at green sites, from the lines of the two neighbours of each. */
static void both_colours(const burst_band *band, int beside, int32_t row, int parity) {
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *slope = burst_spare_row(band, BURST_SLOPE, row, 1 - parity) + left;
    const float *base = burst_spare_row(band, BURST_BASE, row, 1 - parity) + left;
    const float *slope_up = burst_spare_row(band, BURST_SLOPE, row - 1, parity);
    const float *slope_low = burst_spare_row(band, BURST_SLOPE, row + 1, parity);
    const float *base_up = burst_spare_row(band, BURST_BASE, row - 1, parity);
    const float *base_low = burst_spare_row(band, BURST_BASE, row + 1, parity);
    const float *green = burst_band_row(band, 1, row, parity);
    float *along = burst_band_row(band, beside, row, parity);
    float *down = burst_band_row(band, 2 - beside, row, parity);
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const vf g = vf_load(green + i);
        const vf beside_g = 0.5f * (vf_load(base + i) + vf_load(base + i + 1) +
                                    (vf_load(slope + i) + vf_load(slope + i + 1)) * g);
        const vf above_g = 0.5f * (vf_load(base_up + i) + vf_load(base_low + i) +
                                   (vf_load(slope_up + i) + vf_load(slope_low + i)) * g);
        vf_store(along + i, raised(beside_g, band->offset));
        vf_store(down + i, raised(above_g, band->offset));
    }
}

void burst_demosaic_chroma(const burst_band *band, int32_t row, const int32_t colour[2]) {
    for (int parity = 0; parity < 2; parity++) {
        if (colour[parity] == 1) {
            both_colours(band, colour[1 - parity], row, parity);
        } else {
            far_colour(band, 2 - colour[parity], row, parity);
        }
    }
}
