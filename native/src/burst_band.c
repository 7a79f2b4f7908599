/* A stretch of a frame, normalised, split by the parity of its columns and demosaiced.
 *
 * Columns of equal parity lie together, so that every neighbour of a run of like sites is a run of
 * its own and all loops are plain ones over contiguous floats. Rows pass through the stages one
 * after the other, each a few rows behind the one before, while they are in the cache. */
#include "burst.h"

#include <math.h>

static int32_t mirrored(int32_t y, int32_t height) {
    y = y < 0 ? -y : y;
    return y >= height ? 2 * (height - 1) - y : y;
}

static float normalised(const baryta_merge *merge, int32_t site, float sample) {
    const int32_t colour = merge->options.format.colour[site];
    const float factor = merge->scale.gain[site] / merge->exposure * merge->colour_gain[colour];
    return (sample - merge->scale.black[site]) * factor;
}

/* One row's samples to their planes, the colours evened out, clipped at the frame's own white. */
static void split_row(const baryta_merge *merge, const uint16_t *restrict in, int32_t y,
                      const burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    for (int parity = 0; parity < 2; parity++) {
        const int site = 2 * (y & 1) + parity;
        const int colour = merge->options.format.colour[site];
        const float offset = normalised(merge, site, 0.0f);
        const float factor = normalised(merge, site, 1.0f) - offset;
        const float top = merge->colour_gain[colour] / merge->exposure;
        float *restrict out = burst_band_row(band, merge->mono ? 0 : colour, row, parity);
        out += BURST_PAD;
        const int32_t count = (width + 1 - parity) / 2;
        for (int32_t i = 0; i < count; i++) {
            const float value = (float)in[2 * i + parity] * factor + offset;
            out[i] = value < top ? value : top;
        }
    }
}

/* Overwrites the defects that the frame shares with the reference. */
static void patch_row(const baryta_merge *merge, int32_t y, const burst_band *band, int32_t row) {
    int32_t low = 0, high = merge->suspects;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (merge->suspect[middle].y < y) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < merge->suspects && merge->suspect[low].y == y; low++) {
        const burst_suspect *s = &merge->suspect[low];
        if (s->patched) {
            const int parity = s->x & 1, site = 2 * (y & 1) + parity;
            const int plane = merge->mono ? 0 : merge->options.format.colour[site];
            float *out = burst_band_row(band, plane, row, parity) + BURST_PAD;
            out[s->x / 2] = normalised(merge, site, (float)s->patch);
        }
    }
}

/* Mirrors the columns beyond either edge; parity is kept. */
static void mirror_edges(const baryta_merge *merge, int32_t y, const burst_band *band,
                         int32_t row) {
    const int32_t width = merge->grid.width;
    for (int parity = 0; parity < 2; parity++) {
        const int colour = merge->options.format.colour[2 * (y & 1) + parity];
        float *out = burst_band_row(band, merge->mono ? 0 : colour, row, parity) + BURST_PAD;
        for (int32_t i = 1; i <= BURST_PAD; i++) {
            out[-i] = out[parity == 0 ? i : i - 1];
        }
        for (int32_t i = (width + 1 - parity) / 2; i < band->length - BURST_PAD; i++) {
            const int32_t mirror = 2 * (width - 1) - (2 * i + parity);
            out[i] = out[mirror > 0 ? (mirror - parity) / 2 : 0];
        }
    }
}

/* To the square-root domain, where noise is even and colours' edges run alike. */
static void lower_row(const baryta_merge *merge, int32_t y, const burst_band *band, int32_t row,
                      float offset) {
    for (int parity = 0; parity < 2; parity++) {
        const int colour = merge->options.format.colour[2 * (y & 1) + parity];
        float *restrict own = burst_band_row(band, colour, row, parity);
        float *restrict raw = burst_band_row(band, BURST_RAW, row, parity);
        for (int32_t i = 0; i < band->length; i++) {
            const float value = own[i] + offset;
            raw[i] = own[i] = sqrtf(value > 0.0f ? value : 0.0f);
        }
    }
}

/* And back. */
static void raise_row(const burst_band *band, int32_t row, float offset) {
    for (int c = 0; c < 3; c++) {
        float *restrict p = burst_band_row(band, c, row, 0);
        for (int32_t i = 0; i < 2 * band->length; i++) {
            p[i] = p[i] * p[i] - offset;
        }
    }
}

void burst_fill_band(const baryta_merge *merge, const baryta_plane *frame, burst_band *band) {
    float read = 0.0f;
    for (int site = 0; site < 4; site++) {
        read = fmaxf(read, merge->options.noise.read[site]);
    }
    const float offset = (0.01f + 5.0f * sqrtf(read)) / merge->exposure;
    const int32_t *colour = merge->options.format.colour;
    /* The last stage runs 8 rows behind the first. */
    for (int32_t row = 0; row < band->rows + 1; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        if (row < band->rows) {
            split_row(merge, baryta_row(frame, y), y, band, row);
            patch_row(merge, y, band, row);
            mirror_edges(merge, y, band, row);
            if (!merge->mono) {
                lower_row(merge, y, band, row, offset);
            }
        }
        if (merge->mono) {
            continue;
        }
        if (row >= 4 && row < band->rows) {
            burst_demosaic_down(band, row - 2, colour[2 * ((band->first + row) & 1)] == 1 ? 0 : 1);
        }
        if (row >= 8 && row < band->rows) {
            burst_demosaic_smooth(band, row - 4);
        }
        if (row >= 12 && row < band->rows) {
            burst_demosaic_green(band, row - 6, &colour[2 * ((band->first + row) & 1)]);
        }
        if (row >= 14 && row < band->rows) {
            burst_demosaic_chroma(band, row - 7, &colour[2 * ((band->first + row + 1) & 1)]);
        }
        if (row >= 15 && row < band->rows + 1) { /* the rows that are complete */
            raise_row(band, row - 8, offset);
        }
    }
}
