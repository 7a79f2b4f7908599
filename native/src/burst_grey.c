/* Half-size grey images whose noise has the same strength everywhere, and their pyramids. */
#include "burst.h"
#include "lanes.h"

#include <math.h>

enum { ROWS = 16 }; /* that a thread takes at a time */
enum { AHEAD = 1024 }; /* samples that are asked for in time, across the ends of pages */

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

void burst_halve(const burst_pyramid *pyramid, int32_t first, int32_t last) {
    for (int32_t level = 1; level < pyramid->levels; level++) {
        const int32_t width = pyramid->width[level], above = pyramid->width[level - 1];
        const int32_t height = pyramid->height[level], end = last >> level;
        for (int32_t y = first >> level; y < (end < height ? end : height); y++) {
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

/* What makes grey of the mean of four samples, and what these are cut off at. */
typedef struct tone {
    burst_stabiliser stabiliser;
    float gain, offset;
    int cutting;
    uint16_t limit[4];
} tone;

static tone tone_of(const baryta_merge *merge, float exposure) {
    const burst_scale *scale = &merge->scale;
    tone t = {.stabiliser = merge->stabiliser, .cutting = merge->cut > 0.0f};
    float black = 0.0f;
    for (int site = 0; site < 4; site++) {
        const float high = scale->black[site] + merge->cut * exposure / scale->gain[site];
        t.limit[site] = (uint16_t)(t.cutting ? fminf(high, 65535.0f) : 65535.0f);
        t.gain += 0.25f * scale->gain[site] / exposure;
        black += scale->black[site];
    }
    t.gain *= 0.25f * t.stabiliser.slope;
    t.offset = t.stabiliser.offset - black * t.gain;
    return t;
}

static void grey_row(const tone *t, const uint16_t *restrict in, const uint16_t *restrict next,
                     uint8_t *restrict out, int32_t width) {
    const burst_stabiliser s = t->stabiliser;
    const uint16_t *limit = t->limit;
    const float gain = t->gain, offset = t->offset;
    int32_t x = 0;
    for (; x + LANES <= width; x += LANES) {
        __builtin_prefetch(in + 2 * x + AHEAD);
        __builtin_prefetch(next + 2 * x + AHEAD);
        const vf sum =
            t->cutting ? cut_pair_sums(in + 2 * x, limit) + cut_pair_sums(next + 2 * x, limit + 2)
                       : vf_pair_sums(in + 2 * x) + vf_pair_sums(next + 2 * x);
        const vf root = vf_sqrt(vf_max(sum * gain + offset, vf_all(0.0f)));
        const vf low = vf_max(root * s.factor - s.floor, vf_all(0.0f));
        vf_store_bytes(out + x, vf_min(low, vf_all(255.0f)));
    }
    for (; x < width; x++) {
        const int32_t sum = lower_of(in[2 * x], limit[0]) + lower_of(in[2 * x + 1], limit[1]) +
                            lower_of(next[2 * x], limit[2]) + lower_of(next[2 * x + 1], limit[3]);
        const float x4 = (float)sum * gain + offset;
        const float root = sqrtf(x4 > 0.0f ? x4 : 0.0f) * s.factor - s.floor;
        const float low = root > 0.0f ? root : 0.0f;
        out[x] = (uint8_t)(int32_t)(low < 255.0f ? low : 255.0f);
    }
}

void burst_grey(baryta_merge *merge, const baryta_plane *frame, float exposure,
                burst_pyramid *pyramid) {
    const tone t = tone_of(merge, exposure);
    const int32_t width = pyramid->width[0], height = pyramid->height[0];
    const int32_t threads = height > BURST_BAND ? merge->options.threads : 1;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int32_t first = 0; first < height; first += BURST_BAND) {
        const int32_t last = first + BURST_BAND;
        for (int32_t y = first; y < (last < height ? last : height); y++) {
            if (!burst_worked(merge, 2 * width)) {
                grey_row(&t, baryta_row(frame, 2 * y), baryta_row(frame, 2 * y + 1),
                         pyramid->data[0] + (size_t)width * (size_t)y, width);
            }
        }
        burst_halve(pyramid, first, last);
    }
}

void burst_soften(const burst_pyramid *in, burst_pyramid *out, int32_t threads) {
#pragma omp parallel num_threads(threads)
    for (int32_t level = 0; level < in->levels; level++) {
        const int32_t width = in->width[level], height = in->height[level];
#pragma omp for schedule(dynamic, ROWS) nowait
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
