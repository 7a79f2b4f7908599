/* The phases that bring the sites of a cell to one point. */
#include "burst_channels.h"

#include <math.h>

void burst_make_phases(burst_phases *phases) {
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        int u, v;
        burst_frequency(bin, &u, &v);
        for (int site = 0; site < 4; site++) {
            /* At the Nyquist frequency a half shift is ambiguous: left alone. */
            const int across = u == 4 ? 0 : u * (site % 2), down = v == 4 ? 0 : v * (site / 2);
            const float angle = 3.14159265f * (float)(across + down) / 8.0f;
            phases->cosine[bin][site] = cosf(angle);
            phases->sine[bin][site] = sinf(angle);
        }
    }
}
