/* Half-size grey images whose noise has the same strength everywhere, and their pyramids. */
#include "burst.h"
#include "lanes.h"

#include <math.h>

/* Rows that a thread takes at a time; a level no wider takes less time than to wake a thread. */
enum { ROWS = 16, NARROW = 300 };

/* The generalised Anscombe transform 2/a sqrt(a x + 3/8 a^2 + r) for shot noise a and read noise r
 * (Murtagh, Starck, Bijaoui 1995), scaled to 8 bit; a grey pixel is the mean of four samples. */
void burst_stabilise(const baryta_noise *noise, burst_stabiliser *stabiliser) {
    float shot = 0.0f, read = 0.0f;
    for (int site = 0; site < 4; site++) {
        shot += 0.25f * noise->shot[site];
        read += 0.25f * noise->read[site];
    }
    shot = fmaxf(shot, 1e-6f);
    const float offset = 0.375f * shot * shot + read;
    const float low = sqrtf(offset), high = sqrtf(shot + offset);
    stabiliser->slope = shot;
    stabiliser->offset = offset;
    stabiliser->factor = 255.0f / (high - low);
    stabiliser->floor = stabiliser->factor * low - 0.5f; /* the half rounds */
    stabiliser->sigma = 0.5f * 0.5f * shot * stabiliser->factor;
}

void burst_halve(burst_pyramid *pyramid, int32_t threads) {
    for (int32_t level = 1; level < pyramid->levels; level++) {
        const int32_t width = pyramid->width[level], above = pyramid->width[level - 1];
#pragma omp parallel for num_threads(threads) schedule(dynamic, ROWS) if (width > NARROW)
        for (int32_t y = 0; y < pyramid->height[level]; y++) {
            const uint8_t *restrict in = pyramid->data[level - 1] + (size_t)above * 2 * (size_t)y;
            const uint8_t *restrict next = in + above;
            uint8_t *restrict out = pyramid->data[level] + (size_t)width * (size_t)y;
            for (int32_t x = 0; x < width; x++) {
                const unsigned sum =
                    (unsigned)in[2 * x] + in[2 * x + 1] + next[2 * x] + next[2 * x + 1];
                out[x] = (uint8_t)((sum + 2u) >> 2);
            }
        }
    }
}

/* LANES cells' rows of samples, none above its site's limit. */
static inline vf cut_pair_sums(const uint16_t *in, const uint16_t limit[2]) {
    uint16_t cut[2 * LANES];
    for (int i = 0; i < 2 * LANES; i++) {
        cut[i] = in[i] < limit[i % 2] ? in[i] : limit[i % 2];
    }
    return vf_pair_sums(cut);
}

static inline int32_t lower_of(uint16_t value, uint16_t limit) {
    return value < limit ? value : limit;
}

void burst_grey(baryta_merge *merge, const baryta_plane *frame, float exposure,
                burst_pyramid *pyramid) {
    const burst_stabiliser s = merge->stabiliser;
    const burst_scale scale = merge->scale;
    const int32_t width = pyramid->width[0];
    const int cutting = merge->cut > 0.0f;
    uint16_t limit[4];
    float gain = 0.0f, black = 0.0f;
    for (int site = 0; site < 4; site++) {
        const float high = scale.black[site] + merge->cut * exposure / scale.gain[site];
        limit[site] = (uint16_t)(cutting ? fminf(high, 65535.0f) : 65535.0f);
        gain += 0.25f * scale.gain[site] / exposure;
        black += scale.black[site];
    }
    gain *= 0.25f * s.slope;
    const float offset = s.offset - black * gain;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, ROWS)
    for (int32_t y = 0; y < pyramid->height[0]; y++) {
        const uint16_t *restrict in = baryta_row(frame, 2 * y);
        const uint16_t *restrict next = baryta_row(frame, 2 * y + 1);
        uint8_t *restrict out = pyramid->data[0] + (size_t)width * (size_t)y;
        int32_t x = burst_worked(merge, 2 * width) ? width : 0;
        for (; x + LANES <= width; x += LANES) {
            const vf sum =
                cutting ? cut_pair_sums(in + 2 * x, limit) + cut_pair_sums(next + 2 * x, limit + 2)
                        : vf_pair_sums(in + 2 * x) + vf_pair_sums(next + 2 * x);
            vf x4 = vf_max(sum * gain + offset, vf_all(0.0f));
            for (int i = 0; i < LANES; i++) {
                x4[i] = sqrtf(x4[i]);
            }
            const vf low = vf_max(x4 * s.factor - s.floor, vf_all(0.0f));
            vf_store_bytes(out + x, vf_min(low, vf_all(255.0f)));
        }
        for (; x < width; x++) {
            const int32_t sum = lower_of(in[2 * x], limit[0]) + lower_of(in[2 * x + 1], limit[1]) +
                                lower_of(next[2 * x], limit[2]) +
                                lower_of(next[2 * x + 1], limit[3]);
            const float x4 = (float)sum * gain + offset;
            const float root = sqrtf(x4 > 0.0f ? x4 : 0.0f) * s.factor - s.floor;
            const float low = root > 0.0f ? root : 0.0f;
            out[x] = (uint8_t)(int32_t)(low < 255.0f ? low : 255.0f);
        }
    }
    burst_halve(pyramid, merge->options.threads);
}

void burst_soften(const burst_pyramid *in, burst_pyramid *out, int32_t threads) {
    for (int32_t level = 0; level < in->levels; level++) {
        const int32_t width = in->width[level], height = in->height[level];
#pragma omp parallel for num_threads(threads) schedule(dynamic, ROWS) if (width > NARROW)
        for (int32_t y = 0; y < height; y++) {
            const uint8_t *restrict row = in->data[level] + (size_t)width * (size_t)y;
            const uint8_t *restrict up = y > 0 ? row - width : row;
            const uint8_t *restrict down = y + 1 < height ? row + width : row;
            uint8_t *restrict to = out->data[level] + (size_t)width * (size_t)y;
            to[0] = row[0];
            to[width - 1] = row[width - 1];
            for (int32_t x = 1; x < width - 1; x++) {
                const unsigned left = up[x - 1] + 2u * row[x - 1] + down[x - 1];
                const unsigned middle = up[x] + 2u * row[x] + down[x];
                const unsigned right = up[x + 1] + 2u * row[x + 1] + down[x + 1];
                to[x] = (uint8_t)((left + 2u * middle + right + 8u) >> 4);
            }
        }
    }
}
