/* The memory floor: every frame read once, one frame written, nothing else. */
#include "core.h"

baryta_status baryta_memory_floor(const baryta_plane *frames, int32_t count,
                                  const baryta_plane *mean, int32_t threads) {
    if (frames == NULL || count < 1 || count > 64 || !baryta_threads_valid(threads) ||
        !baryta_plane_valid(mean, 2, 2)) {
        return BARYTA_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!baryta_plane_valid(&frames[i], 2, 2) || !baryta_same_size(&frames[i], mean)) {
            return BARYTA_BAD_ARGUMENT;
        }
    }
    const uint32_t scale = (65536u + (uint32_t)count / 2u) / (uint32_t)count;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < mean->height; y++) {
        uint16_t *restrict out = baryta_row(mean, y);
        enum { CHUNK = 1024 };
        uint32_t sum[CHUNK];
        for (int32_t x0 = 0; x0 < mean->width; x0 += CHUNK) {
            const int32_t n = mean->width - x0 < CHUNK ? mean->width - x0 : CHUNK;
            const uint16_t *first = (const uint16_t *)baryta_row(&frames[0], y) + x0;
            for (int32_t x = 0; x < n; x++) {
                sum[x] = first[x];
            }
            for (int32_t i = 1; i < count; i++) {
                const uint16_t *in = (const uint16_t *)baryta_row(&frames[i], y) + x0;
                for (int32_t x = 0; x < n; x++) {
                    sum[x] += in[x];
                }
            }
            for (int32_t x = 0; x < n; x++) {
                const uint64_t value = ((uint64_t)sum[x] * scale) >> 16;
                out[x0 + x] = (uint16_t)(value > 65535u ? 65535u : value);
            }
        }
    }
    return BARYTA_OK;
}
