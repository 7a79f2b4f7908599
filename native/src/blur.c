#include "blur.h"

#include <math.h>

#include "lanes.h"
#include "tiles.h"

int32_t baryta_kernel(float radius, int power, float kernel[BARYTA_KERNEL_REACH + 1]) {
    kernel[0] = 1.0f;
    if (!(radius > 0.2f)) {
        return 0;
    }
    const int32_t reach = baryta_min((int32_t)ceilf(3.0f * radius), BARYTA_KERNEL_REACH);
    float sum = 0.0f;
    for (int32_t i = 0; i <= reach; i++) {
        const float d = (float)i / radius;
        kernel[i] = expf(-0.5f * d * d);
        sum += (i == 0 ? 1.0f : 2.0f) * (power == 2 ? kernel[i] * kernel[i] : kernel[i]);
    }
    const float scale = 1.0f / (power == 2 ? sqrtf(sum) : sum);
    for (int32_t i = 0; i <= reach; i++) {
        kernel[i] *= scale;
    }
    return reach;
}

static void weigh(const float *restrict centre, int32_t count, int64_t step, const float *kernel,
                  int32_t reach, float *restrict to) {
    int32_t x = 0;
    for (; x + LANES <= count; x += LANES) {
        const float *at = centre + x;
        vf sum = kernel[0] * vf_load(at);
        for (int64_t i = 1; i <= reach; i++) {
            sum += kernel[i] * (vf_load(at - i * step) + vf_load(at + i * step));
        }
        vf_store(to + x, sum);
    }
    for (; x < count; x++) {
        float sum = kernel[0] * centre[x];
        for (int64_t i = 1; i <= reach; i++) {
            sum += kernel[i] * (centre[x - i * step] + centre[x + i * step]);
        }
        to[x] = sum;
    }
}

void baryta_convolve(const float *restrict from, int32_t columns, int32_t rows, const float *kernel,
                     int32_t reach, float *restrict between, float *restrict to) {
    const int64_t wide = columns + 2 * reach;
    for (int64_t y = 0; y < rows + 2 * reach; y++) {
        weigh(from + y * wide + reach, columns, 1, kernel, reach, between + y * columns);
    }
    for (int64_t y = 0; y < rows; y++) {
        weigh(between + (y + reach) * columns, columns, columns, kernel, reach, to + y * columns);
    }
}

static void box_row(const float *restrict in, int32_t width, int32_t reach, float *restrict out) {
    const float scale = 1.0f / (float)(2 * reach + 1);
    double sum = 0.0; /* a running sum in single precision would drift */
    for (int32_t x = -reach; x <= reach; x++) {
        sum += (double)in[baryta_max(0, baryta_min(x, width - 1))];
    }
    for (int32_t x = 0; x < width; x++) {
        out[x] = (float)sum * scale;
        sum += (double)in[baryta_min(x + reach + 1, width - 1)];
        sum -= (double)in[baryta_max(x - reach, 0)];
    }
}

enum { STRIP = 32 };

static void box_strip(const float *restrict in, int32_t width, int32_t height, int32_t reach,
                      int32_t first, float *restrict out) {
    const float scale = 1.0f / (float)(2 * reach + 1);
    const int32_t n = baryta_min(STRIP, width - first);
    double sum[STRIP] = {0};
    for (int32_t y = -reach; y <= reach; y++) {
        const float *row = in + (int64_t)baryta_max(0, baryta_min(y, height - 1)) * width + first;
        for (int32_t x = 0; x < n; x++) {
            sum[x] += (double)row[x];
        }
    }
    for (int32_t y = 0; y < height; y++) {
        float *to = out + (int64_t)y * width + first;
        const float *enter = in + (int64_t)baryta_min(y + reach + 1, height - 1) * width + first;
        const float *leave = in + (int64_t)baryta_max(y - reach, 0) * width + first;
        for (int32_t x = 0; x < n; x++) {
            to[x] = (float)sum[x] * scale;
            sum[x] += (double)enter[x] - (double)leave[x];
        }
    }
}

void baryta_box(float *plane, int32_t width, int32_t height, int32_t reach, float *between,
                int32_t threads) {
    if (reach < 1) {
        return;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < height; y++) {
        const int64_t row = (int64_t)y * width;
        box_row(plane + row, width, reach, between + row);
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t x = 0; x < width; x += STRIP) {
        box_strip(between, width, height, reach, x, plane);
    }
}

void baryta_blur(float *plane, int32_t width, int32_t height, float deviation, float *between,
                 int32_t threads) {
    /* A box of reach r has the variance r (r + 1) / 3: the three reaches that come nearest. */
    const float wanted = 3.0f * deviation * deviation;
    int32_t r = 0;
    int32_t last = 0;
    float least = wanted;
    const int32_t start = (int32_t)(0.8f * deviation);
    for (int32_t first = start; first <= start + (int32_t)(0.4f * deviation) + 2; first++) {
        for (int32_t third = baryta_max(0, first - 2); third <= first + 2; third++) {
            const int32_t sum = 2 * first * (first + 1) + third * (third + 1);
            const float error = fabsf((float)sum - wanted);
            if (error < least) {
                least = error;
                r = first;
                last = third;
            }
        }
    }
    baryta_box(plane, width, height, r, between, threads);
    baryta_box(plane, width, height, r, between, threads);
    baryta_box(plane, width, height, last, between, threads);
}
