/* A frame's rows, normalised, split by the parity of their columns and demosaiced as they are
 * wanted.
 *
 * Until they are finished columns of equal parity lie together, so that every neighbour of a run of
 * like sites is a run of its own and all loops are plain ones over contiguous floats. Rows pass
 * through the stages one after the other, each a few rows behind the one before, while they are in
 * the cache. */
#include "burst_routines.h"
#include "lanes.h"

#include <math.h>
#include <string.h>

static int32_t mirrored(int32_t y, int32_t height) {
    y = y < 0 ? -y : y;
    return y >= height ? 2 * (height - 1) - y : y;
}

static float normalised(const baryta_merge *merge, int32_t site, float sample) {
    const int32_t colour = merge->options.format.colour[site];
    const float exposure = burst_exposure_of(merge, colour);
    const float factor = merge->scale.gain[site] / exposure * merge->colour_gain[colour];
    return (sample - merge->scale.black[site]) * factor;
}

/* How a row's samples of one parity are taken in: normalised, the colours evened out, clipped at
 * the frame's own white, and raised for the square root. */
typedef struct intake {
    float factor, offset, top;
} intake;

static intake intake_of(const baryta_merge *merge, const burst_band *band, int32_t site) {
    const float zero = normalised(merge, site, 0.0f);
    const int32_t colour = merge->options.format.colour[site];
    return (intake){normalised(merge, site, 1.0f) - zero, zero + band->offset,
                    merge->colour_gain[colour] / burst_exposure_of(merge, colour) + band->offset};
}

/* To the square-root domain, where noise is even and colours' edges run alike. */
static inline vf rooted(vf sample, intake in) {
    const vf value = vf_min(sample * in.factor + in.offset, vf_all(in.top));
    return vf_sqrt(vf_max(value, vf_all(0.0f)));
}

/* One row's samples to the demosaic's first floats; next: the row that follows, asked for in time.
 */
static void split_row(const baryta_merge *merge, const uint16_t *restrict in, const uint16_t *next,
                      int32_t y, const burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width, pairs = width / 2;
    const intake first = intake_of(merge, band, 2 * (y & 1));
    const intake second = intake_of(merge, band, 2 * (y & 1) + 1);
    float *restrict even = burst_spare_row(band, BURST_RAW, row, 0) + BURST_PAD;
    float *restrict odd = burst_spare_row(band, BURST_RAW, row, 1) + BURST_PAD;
    for (int32_t i = 0; i < pairs; i += LANES) {
        uint16_t copy[2 * LANES] = {0};
        const uint16_t *from = in + 2 * i;
        __builtin_prefetch(next + 2 * i);
        if (i + LANES > pairs) {
            from = memcpy(copy, from, (size_t)(width - 2 * i) * sizeof *copy);
        }
        vf a, b;
        vf_split_samples(from, &a, &b);
        vf_store(even + i, rooted(a, first));
        vf_store(odd + i, rooted(b, second));
    }
    if (width % 2 != 0 && pairs % LANES == 0) {
        even[pairs] = rooted(vf_all((float)in[width - 1]), first)[0];
    }
}

/* The same of a mono frame, whose rows are finished so. */
static void take_row(const baryta_merge *merge, const uint16_t *restrict in, int32_t y,
                     const burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    intake side[2];
    for (int parity = 0; parity < 2; parity++) {
        side[parity] = intake_of(merge, band, 2 * (y & 1) + parity);
        side[parity].factor *= band->unit[1];
        side[parity].offset *= band->unit[1];
    }
    int16_t *restrict out = burst_band_row(band, 0, row);
    for (int32_t x = 0; x < width; x += 2 * LANES) {
        uint16_t copy[2 * LANES] = {0};
        const uint16_t *from = in + x;
        if (x + 2 * LANES > width) {
            from = memcpy(copy, from, (size_t)(width - x) * sizeof *copy);
        }
        vf even, odd;
        vf_split_samples(from, &even, &odd);
        vf_store_whole(out + x, even * side[0].factor + side[0].offset,
                       odd * side[1].factor + side[1].offset, BURST_LOWEST, BURST_ONE);
    }
}

/* Overwrites the defects that the frame shares with the reference. */
static void patch_row(const baryta_merge *merge, int32_t y, const burst_band *band, int32_t row) {
    for (int32_t i = burst_suspect_from(merge, 0, y);
         i < merge->suspects && merge->suspect[i].y == y; i++) {
        const burst_suspect *s = &merge->suspect[i];
        if (s->patched) {
            const int parity = s->x & 1, site = 2 * (y & 1) + parity;
            if (merge->mono) {
                const float light = normalised(merge, site, (float)s->patch);
                burst_band_row(band, 0, row)[s->x] = burst_whole(light * band->unit[1]);
            } else {
                float *out = burst_spare_row(band, BURST_RAW, row, parity) + BURST_PAD;
                out[s->x / 2] = rooted(vf_all((float)s->patch), intake_of(merge, band, site))[0];
            }
        }
    }
}

/* Mirrors the columns beyond either edge; parity is kept. */
static void mirror_edges(const baryta_merge *merge, const burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    for (int parity = 0; parity < 2; parity++) {
        float *out = burst_spare_row(band, BURST_RAW, row, parity) + BURST_PAD;
        for (int32_t i = (width + 1 - parity) / 2; i < band->length - BURST_PAD; i++) {
            const int32_t mirror = 2 * (width - 1) - (2 * i + parity);
            out[i] = out[mirror > 0 ? (mirror - parity) / 2 : 0];
        }
        for (int32_t i = 1; i <= BURST_PAD; i++) {
            out[-i] = out[parity == 0 ? i : i - 1];
        }
    }
}

static void mirror_whole(const baryta_merge *merge, const burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    int16_t *out = burst_band_row(band, 0, row);
    for (int32_t x = width; x < 2 * (band->length - BURST_PAD); x++) {
        const int32_t mirror = 2 * (width - 1) - x;
        out[x] = out[mirror > 0 ? mirror : 0];
    }
    for (int32_t x = 1; x <= 2 * BURST_PAD; x++) {
        out[-x] = out[x];
    }
}

/* Takes in the next row of a mono frame. */
static void feed_mono(const baryta_merge *merge, const baryta_plane *frame, burst_band *band) {
    const int32_t row = band->next++, y = mirrored(row, merge->grid.height);
    take_row(merge, baryta_row(frame, y), y, band, row);
    patch_row(merge, y, band, row);
    mirror_whole(merge, band, row);
    band->complete = row;
}

/* Takes in the next two rows and moves all behind them by a stage. */
static void feed_pair(const baryta_merge *merge, const baryta_plane *frame, burst_band *band) {
    const int32_t height = merge->grid.height, first = band->next, fed = first - band->first;
    for (int32_t row = first; row < first + 2; row++) {
        const int32_t y = mirrored(row, height);
        const uint16_t *next = baryta_row(frame, mirrored(row + 1, height));
        split_row(merge, baryta_row(frame, y), next, y, band, row);
        patch_row(merge, y, band, row);
        mirror_edges(merge, band, row);
    }
    const int32_t *upper = &merge->options.format.colour[2 * (first & 1)];
    const int32_t *lower = &merge->options.format.colour[2 * ((first + 1) & 1)];
    if (fed >= 4) {
        burst_demosaic_down(band, first - 2, upper[0] == 1 ? 0 : 1);
    }
    if (fed >= 12) {
        burst_demosaic_green(band, first - 6, upper);
        burst_demosaic_green(band, first - 5, lower);
    }
    if (fed >= 16) {
        burst_demosaic_fit(band, first - 8, upper);
        burst_demosaic_fit(band, first - 7, lower);
    }
    if (fed >= 2 * BURST_LAG) {
        burst_demosaic_chroma(band, first - BURST_LAG, lower);
        burst_demosaic_chroma(band, first + 1 - BURST_LAG, upper);
        band->complete = first + 1 - BURST_LAG;
    }
    band->next = first + 2;
}

void burst_band_begin(const baryta_merge *merge, burst_band *band, int32_t from) {
    float read = 0.0f;
    for (int site = 0; site < 4; site++) {
        read = fmaxf(read, merge->options.noise.read[site]);
    }
    band->offset = merge->mono ? 0.0f : (0.01f + 5.0f * sqrtf(read)) / merge->exposure;
    for (int colour = 0; colour < 3; colour++) {
        band->unit[colour] =
            BURST_ONE * burst_exposure_of(merge, colour) / merge->colour_gain[colour];
    }
    band->first = band->next = merge->mono ? from : from - BURST_LAG;
    band->complete = from - 1;
}

void burst_band_reach(const baryta_merge *merge, const baryta_plane *frame, burst_band *band,
                      int32_t row) {
    while (band->complete < row) {
        if (merge->mono) {
            feed_mono(merge, frame, band);
        } else {
            feed_pair(merge, frame, band);
        }
    }
}
