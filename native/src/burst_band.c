/* A frame's rows, normalised, split by the parity of their columns and demosaiced as they are
 * wanted.
 *
 * Columns of equal parity lie together, so that every neighbour of a run of like sites is a run of
 * its own and all loops are plain ones over contiguous floats. Rows pass through the stages one
 * after the other, each a few rows behind the one before, while they are in the cache. */
#include "burst_routines.h"
#include "lanes.h"

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
    const int32_t width = merge->grid.width, pairs = width / 2;
    const int site = 2 * (y & 1);
    const int32_t *colour = &merge->options.format.colour[site];
    const float offset0 = normalised(merge, site, 0.0f);
    const float offset1 = normalised(merge, site + 1, 0.0f);
    const float factor0 = normalised(merge, site, 1.0f) - offset0;
    const float factor1 = normalised(merge, site + 1, 1.0f) - offset1;
    const float top0 = merge->colour_gain[colour[0]] / merge->exposure;
    const float top1 = merge->colour_gain[colour[1]] / merge->exposure;
    float *restrict even = burst_band_row(band, merge->mono ? 0 : colour[0], row, 0) + BURST_PAD;
    float *restrict odd = burst_band_row(band, merge->mono ? 0 : colour[1], row, 1) + BURST_PAD;
    int32_t i = 0;
    for (; i + LANES <= pairs; i += LANES) {
        vf a, b;
        vf_split_samples(in + 2 * i, &a, &b);
        vf_store(even + i, vf_min(a * factor0 + offset0, vf_all(top0)));
        vf_store(odd + i, vf_min(b * factor1 + offset1, vf_all(top1)));
    }
    for (; i < pairs; i++) {
        const float a = (float)in[2 * i] * factor0 + offset0;
        const float b = (float)in[2 * i + 1] * factor1 + offset1;
        even[i] = a < top0 ? a : top0;
        odd[i] = b < top1 ? b : top1;
    }
    if (width % 2 != 0) {
        const float a = (float)in[width - 1] * factor0 + offset0;
        even[pairs] = a < top0 ? a : top0;
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
        for (int32_t i = (width + 1 - parity) / 2; i < band->length - BURST_PAD; i++) {
            const int32_t mirror = 2 * (width - 1) - (2 * i + parity);
            out[i] = out[mirror > 0 ? (mirror - parity) / 2 : 0];
        }
        for (int32_t i = 1; i <= BURST_PAD; i++) {
            out[-i] = out[parity == 0 ? i : i - 1];
        }
    }
}

/* To the square-root domain, where noise is even and colours' edges run alike. */
static void lower_row(const baryta_merge *merge, int32_t y, const burst_band *band, int32_t row) {
    for (int parity = 0; parity < 2; parity++) {
        const int colour = merge->options.format.colour[2 * (y & 1) + parity];
        float *restrict own = burst_band_row(band, colour, row, parity);
        float *restrict raw = burst_spare_row(band, BURST_RAW, row, parity);
        for (int32_t i = 0; i < band->length; i++) {
            const float value = own[i] + band->offset;
            raw[i] = own[i] = sqrtf(value > 0.0f ? value : 0.0f);
        }
    }
}

/* And back: what later rows are fitted by, green and the row's own colour. The others came so. */
static void raise_row(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int p = colour[0] == 1 ? 1 : 0;
    float *restrict green = burst_band_row(band, 1, row, 0);
    float *restrict own = burst_band_row(band, colour[p], row, p);
    for (int32_t i = 0; i < 2 * band->length; i++) {
        green[i] = green[i] * green[i] - band->offset;
    }
    for (int32_t i = 0; i < band->length; i++) {
        own[i] = own[i] * own[i] - band->offset;
    }
}

/* Takes in the next row and moves every row behind it by one stage. */
static void feed_row(const baryta_merge *merge, const baryta_plane *frame, burst_band *band) {
    const int32_t row = band->next, fed = row - band->first;
    const int32_t y = mirrored(row, merge->grid.height);
    const int32_t *colour = merge->options.format.colour;
    split_row(merge, baryta_row(frame, y), y, band, row);
    patch_row(merge, y, band, row);
    mirror_edges(merge, y, band, row);
    band->next++;
    if (merge->mono) {
        band->complete = row;
        return;
    }
    lower_row(merge, y, band, row);
    if (fed >= 4) {
        burst_demosaic_down(band, row - 2, colour[2 * (row & 1)] == 1 ? 0 : 1);
    }
    if (fed >= 8) {
        burst_demosaic_smooth(band, row - 4);
    }
    if (fed >= 12) {
        burst_demosaic_green(band, row - 6, &colour[2 * (row & 1)]);
    }
    if (fed >= 16) {
        burst_demosaic_fit(band, row - 8, &colour[2 * (row & 1)]);
    }
    if (fed >= 18) {
        burst_demosaic_chroma(band, row - 9, &colour[2 * ((row + 1) & 1)]);
    }
    if (fed >= 2 * BURST_LAG - 1) {
        raise_row(band, row - BURST_LAG, &colour[2 * (row & 1)]);
        band->complete = row - BURST_LAG;
    }
}

void burst_band_begin(const baryta_merge *merge, burst_band *band, int32_t from) {
    float read = 0.0f;
    for (int site = 0; site < 4; site++) {
        read = fmaxf(read, merge->options.noise.read[site]);
    }
    band->offset = (0.01f + 5.0f * sqrtf(read)) / merge->exposure;
    band->first = band->next = merge->mono ? from : from - BURST_LAG + 1;
    band->complete = from - 1;
}

void burst_band_reach(const baryta_merge *merge, const baryta_plane *frame, burst_band *band,
                      int32_t row) {
    while (band->complete < row) {
        feed_row(merge, frame, band);
    }
}
