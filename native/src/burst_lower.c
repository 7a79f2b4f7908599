/* A defect found late is taken out of what the frames have added against it. */
#include "burst.h"
#include "fft8.h"

void burst_lower_reference(baryta_merge *merge, int32_t x, int32_t y, float by) {
    const burst_grid *grid = &merge->grid;
    const int32_t cx = x / 2, cy = y / 2;
    const int site = 2 * (y & 1) + (x & 1);
    for (int32_t ty = cy / 4; ty <= cy / 4 + 1; ty++) {
        for (int32_t tx = cx / 4; tx <= cx / 4 + 1; tx++) {
            const int32_t x0 = 4 * (tx - 1), y0 = 4 * (ty - 1);
            v4 tile[64] = {{0.0f}};
            const int at = 8 * (cy - y0) + (cx - x0);
            tile[at][site] = by * burst_window[cx - x0] * burst_window[cy - y0];
            fft8_spectrum s;
            fft8_forward(tile, &s);
            const uint16_t *agreed = burst_agreed(merge, tx, ty);
            for (int bin = 0; bin < FFT8_BINS; bin++) {
                const float weight = (float)agreed[bin] * (1.0f / (256.0f * 64.0f));
                s.re[bin] *= weight;
                s.im[bin] *= weight;
            }
            fft8_inverse(&s, tile);
            for (int32_t i = 0; i < 64; i++) {
                const int32_t u = x0 + i % 8, v = y0 + i / 8;
                if (u >= 0 && v >= 0 && u < grid->cells_w && v < grid->cells_h) {
                    merge->sum[(size_t)v * (size_t)grid->cells_w + (size_t)u] +=
                        tile[i] * (burst_window[i % 8] * burst_window[i / 8]);
                }
            }
        }
    }
}
