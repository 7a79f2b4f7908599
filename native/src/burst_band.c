/* A stretch of a frame as three full planes, by the linear 5x5 filters of Malvar, He and Cutler
 * ("High-quality linear interpolation for demosaicing of Bayer-patterned color images", 2004).
 *
 * Columns of equal parity lie together, so that every neighbour of a run of like sites is a run of
 * its own and the loops are plain ones over contiguous floats. */
#include "burst.h"

static int32_t mirrored(int32_t y, int32_t height) {
    y = y < 0 ? -y : y;
    return y >= height ? 2 * (height - 1) - y : y;
}

static float *band_row(const burst_band *band, int plane, int32_t row, int parity) {
    return band->plane[plane] + ((size_t)row * 2 + (size_t)parity) * (size_t)band->length;
}

/* One row's samples to their planes, normalised, colours evened out, edges mirrored. */
static void split_row(const baryta_merge *merge, const uint16_t *restrict in, float gain,
                      int32_t site_row, burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    for (int parity = 0; parity < 2; parity++) {
        const int site = 2 * site_row + parity;
        const int colour = merge->options.format.colour[site];
        const float factor = merge->scale.gain[site] * gain * merge->colour_gain[colour];
        const float offset = merge->scale.black[site] * factor;
        const float top = merge->colour_gain[colour] * gain; /* the frame's own white */
        float *restrict out = band_row(band, merge->mono ? 0 : colour, row, parity) + BURST_PAD;
        const int32_t count = (width + 1 - parity) / 2;
        for (int32_t i = 0; i < count; i++) {
            const float value = (float)in[2 * i + parity] * factor - offset;
            out[i] = value < top ? value : top;
        }
        for (int32_t i = 1; i <= BURST_PAD; i++) {
            out[-i] = out[parity == 0 ? i : i - 1];
        }
        const int32_t slack = band->length - BURST_PAD;
        for (int32_t i = count; i < slack; i++) {
            const int32_t mirror = 2 * (width - 1) - (2 * i + parity);
            out[i] = out[mirror > 0 ? (mirror - parity) / 2 : 0];
        }
    }
}

/* The two missing colours at the row's sites of one parity that hold red or blue. */
static void fill_chroma_site(const burst_band *band, int own, int32_t row, int parity) {
    const int far = 2 - own; /* blue at red, red at blue */
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict c = band_row(band, own, row, parity);
    const float *restrict side = band_row(band, 1, row, 1 - parity) + left;
    const float *restrict green = band_row(band, 1, row, parity);
    const float *restrict corner = band_row(band, far, row, 1 - parity) + left;
    float *restrict g = band_row(band, 1, row, parity);
    float *restrict f = band_row(band, far, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        const float cross = c[i - 1] + c[i + 1] + c[i - 2 * line] + c[i + 2 * line];
        const float near = side[i] + side[i + 1] + green[i - line] + green[i + line];
        const float diagonal =
            corner[i - line] + corner[i + 1 - line] + corner[i + line] + corner[i + 1 + line];
        g[i] = 0.5f * c[i] + 0.25f * near - 0.125f * cross;
        f[i] = 0.75f * c[i] + 0.25f * diagonal - 0.1875f * cross;
    }
}

/* Red and blue at the row's green sites of one parity; beside is the colour in the same row. */
static void fill_green_site(const burst_band *band, int beside, int32_t row, int parity) {
    const int above = 2 - beside;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict c = band_row(band, 1, row, parity);
    const float *restrict corner = band_row(band, 1, row, 1 - parity) + left;
    const float *restrict side = band_row(band, beside, row, 1 - parity) + left;
    const float *restrict up = band_row(band, above, row, parity);
    float *restrict b = band_row(band, beside, row, parity);
    float *restrict a = band_row(band, above, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        const float diagonal =
            corner[i - line] + corner[i + 1 - line] + corner[i + line] + corner[i + 1 + line];
        const float wide = c[i - 1] + c[i + 1];
        const float tall = c[i - 2 * line] + c[i + 2 * line];
        const float centre = 0.625f * c[i] - 0.125f * diagonal;
        b[i] = centre + 0.5f * (side[i] + side[i + 1]) - 0.125f * wide + 0.0625f * tall;
        a[i] = centre + 0.5f * (up[i - line] + up[i + line]) - 0.125f * tall + 0.0625f * wide;
    }
}

void burst_fill_band(const baryta_merge *merge, const baryta_plane *frame, float exposure,
                     burst_band *band) {
    for (int32_t row = 0; row < band->rows; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        split_row(merge, baryta_row(frame, y), 1.0f / exposure, y & 1, band, row);
    }
    if (merge->mono) {
        return;
    }
    for (int32_t row = 2; row < band->rows - 2; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        const int *colour = &merge->options.format.colour[2 * (y & 1)];
        for (int parity = 0; parity < 2; parity++) {
            if (colour[parity] == 1) {
                fill_green_site(band, colour[1 - parity], row, parity);
            } else {
                fill_chroma_site(band, colour[parity], row, parity);
            }
        }
    }
}
