/* Red and blue where they are missing, by interpolating their differences from green. */
#include "demosaic.h"

enum { PAD = BARYTA_TILE_PAD };

void baryta_tile_chroma(baryta_tile *tile) {
    for (int32_t y = 11; y < tile->rows - 11; y++) {
        /* The other colour's sites are the four diagonal neighbours. */
        const int32_t step = baryta_chroma_parity(tile->colour, y) - 1;
        const float *above = tile->own[y - 1] + PAD + step;
        const float *below = tile->own[y + 1] + PAD + step;
        float *restrict other = tile->other[y] + PAD;
        for (int32_t k = 0; k < tile->half; k++) {
            other[k] = 0.25f * ((above[k] + below[k + 1]) + (above[k + 1] + below[k]));
        }
    }
}

void baryta_tile_row(const baryta_tile *tile, int32_t row, int32_t count, float *restrict rgb) {
    const int32_t y = row + BARYTA_TILE_MARGIN;
    const int parity = baryta_chroma_parity(tile->colour, y);
    const int32_t start = PAD + BARYTA_TILE_MARGIN / 2;
    const int32_t step = -parity;
    const int32_t chroma = tile->colour[(y & 1) * 2 + parity];
    const int32_t other = 2 - chroma;
    const float *sample = tile->sample[parity][y] + start;
    const float *green = tile->sample[!parity][y] + start;
    const float *own = tile->own[y] + start;
    const float *cross = tile->other[y] + start;
    const float *own_above = tile->own[y - 1] + start;
    const float *own_below = tile->own[y + 1] + start;
    for (int32_t k = 0; 2 * k < count; k++) {
        float *a = rgb + 3 * (2 * k + parity);
        const float g = sample[k] + own[k];
        a[chroma] = sample[k];
        a[1] = g;
        a[other] = g - cross[k];
        float *b = rgb + 3 * (2 * k + !parity);
        b[chroma] = green[k] - 0.5f * (own[k + step] + own[k + step + 1]);
        b[1] = green[k];
        b[other] = green[k] - 0.5f * (own_above[k] + own_below[k]);
    }
}
