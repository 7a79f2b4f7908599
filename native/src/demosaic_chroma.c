/* Red and blue where they are missing, predicted from green.
 *
 * Each chroma site fits its colour as a straight line of green by least squares over the 3x3 sites
 * of its colour round it (the local linear model of K. He, J. Sun, X. Tang, "Guided image
 * filtering", ECCV 2010), drawn towards slope 1 where green hardly changes. A missing value is the
 * mean of what the nearest sites' lines say for the green there. Slope 1 alone would be the usual
 * interpolation of colour differences, which is wrong along the edges of saturated colours.
 */
#include "demosaic.h"

enum { PAD = BARYTA_TILE_PAD, STRIDE = BARYTA_TILE_STRIDE };

static const float prior = 9.0f * 0.002f; /* of slope 1, in units of nine variances of green */

static void fit_row(baryta_tile *tile, int32_t y) {
    const int parity = baryta_chroma_parity(tile->colour, y);
    float sum_green[STRIDE];
    float sum_chroma[STRIDE];
    float sum_square[STRIDE];
    float sum_product[STRIDE];
    const float *sample = tile->sample[parity][y];
    const float *own = tile->own[y];
    for (int32_t i = PAD - 1; i < tile->half + PAD + 1; i++) {
        float green = 0.0f;
        float chroma = 0.0f;
        float square = 0.0f;
        float product = 0.0f;
        for (int32_t step = -2 * STRIDE; step <= 2 * STRIDE; step += 2 * STRIDE) {
            const float c = sample[i + step];
            const float g = c + own[i + step];
            green += g;
            chroma += c;
            square += g * g;
            product += g * c;
        }
        sum_green[i] = green;
        sum_chroma[i] = chroma;
        sum_square[i] = square;
        sum_product[i] = product;
    }
    float *restrict slope = tile->slope[y];
    float *restrict base = tile->base[y];
    const float ninth = 1.0f / 9.0f;
    for (int32_t i = PAD; i < tile->half + PAD; i++) {
        const float green = sum_green[i - 1] + sum_green[i] + sum_green[i + 1];
        const float chroma = sum_chroma[i - 1] + sum_chroma[i] + sum_chroma[i + 1];
        const float square = sum_square[i - 1] + sum_square[i] + sum_square[i + 1];
        const float product = sum_product[i - 1] + sum_product[i] + sum_product[i + 1];
        const float spread = square - green * green * ninth;
        const float common = product - green * chroma * ninth;
        const float a = (common + prior) / ((spread > 0.0f ? spread : 0.0f) + prior);
        slope[i] = a;
        base[i] = sample[i] - a * (sample[i] + own[i]);
    }
}

void baryta_tile_chroma(baryta_tile *tile) {
    for (int32_t y = 12; y < tile->rows - 12; y++) {
        fit_row(tile, y);
    }
    for (int32_t y = 13; y < tile->rows - 13; y++) {
        /* The other colour's sites are the four diagonal neighbours. */
        const int parity = baryta_chroma_parity(tile->colour, y);
        const int32_t first = PAD + parity - 1;
        const float *slope0 = tile->slope[y - 1] + first;
        const float *slope1 = tile->slope[y + 1] + first;
        const float *base0 = tile->base[y - 1] + first;
        const float *base1 = tile->base[y + 1] + first;
        const float *sample = tile->sample[parity][y] + PAD;
        const float *own = tile->own[y] + PAD;
        float *restrict other = tile->other[y] + PAD;
        for (int32_t k = 0; k < tile->half; k++) {
            const float slope = (slope0[k] + slope1[k + 1]) + (slope0[k + 1] + slope1[k]);
            const float base = (base0[k] + base1[k + 1]) + (base0[k + 1] + base1[k]);
            other[k] = 0.25f * (base + slope * (sample[k] + own[k]));
        }
    }
}

/* Values at the sites of one kind and at those between them to a row. */
static void interleave(const float *restrict first, const float *restrict second, int32_t pairs,
                       float *restrict out) {
    for (int32_t k = 0; k < pairs; k++) {
        out[2 * k] = first[k];
        out[2 * k + 1] = second[k];
    }
}

void baryta_tile_row(baryta_tile *tile, int32_t row, int32_t count) {
    const int32_t y = row + BARYTA_TILE_MARGIN;
    const int parity = baryta_chroma_parity(tile->colour, y);
    const int32_t start = PAD + BARYTA_TILE_MARGIN / 2;
    const int32_t step = start - parity;
    const int32_t chroma = tile->colour[(y & 1) * 2 + parity];
    const float *sample = tile->sample[parity][y] + start;
    const float *green = tile->sample[!parity][y] + start;
    const float *own = tile->own[y] + start;
    const float *cross = tile->other[y] + start;
    const float *slope = tile->slope[y] + step;
    const float *base = tile->base[y] + step;
    const float *slope_above = tile->slope[y - 1] + start;
    const float *slope_below = tile->slope[y + 1] + start;
    const float *base_above = tile->base[y - 1] + start;
    const float *base_below = tile->base[y + 1] + start;
    const int32_t pairs = (count + 1) / 2;
    float at_chroma[BARYTA_TILE_WIDTH / 2]; /* green at chroma sites */
    float beside[BARYTA_TILE_WIDTH / 2]; /* the row's colour at green sites */
    float across[BARYTA_TILE_WIDTH / 2]; /* the other one there */
    for (int32_t k = 0; k < pairs; k++) {
        const float g = green[k];
        at_chroma[k] = sample[k] + own[k];
        beside[k] = 0.5f * ((base[k] + base[k + 1]) + (slope[k] + slope[k + 1]) * g);
        across[k] =
            0.5f * ((base_above[k] + base_below[k]) + (slope_above[k] + slope_below[k]) * g);
    }
    if (parity == 0) {
        interleave(sample, beside, pairs, tile->rgb[chroma]);
        interleave(at_chroma, green, pairs, tile->rgb[1]);
        interleave(cross, across, pairs, tile->rgb[2 - chroma]);
    } else {
        interleave(beside, sample, pairs, tile->rgb[chroma]);
        interleave(green, at_chroma, pairs, tile->rgb[1]);
        interleave(across, cross, pairs, tile->rgb[2 - chroma]);
    }
}
