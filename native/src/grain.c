/* A. Newson, N. Faraj, B. Galerne, J. Delon, "Realistic film grain rendering", IPOL 7, 2017: the
 * spread of grain follows sqrt(u (1 - u)) (render.c applies that law); its texture is white noise
 * filtered to the size of a grain. */
#include "grain.h"

#include "blur.h"

size_t baryta_grain_scratch(int32_t columns, int32_t rows, int32_t reach) {
    const size_t w = (size_t)columns + 2 * (size_t)reach;
    const size_t h = (size_t)rows + 2 * (size_t)reach;
    return 3 * w * h;
}

/* Mixes a position into 32 random bits (two rounds of multiply and shift). */
static inline uint32_t hash(uint32_t x, uint32_t row) {
    uint32_t h = x * 0x9e3779b1u ^ row;
    h = (h ^ (h >> 15)) * 0x85ebca6bu;
    h = (h ^ (h >> 13)) * 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/* White noise of variance 1, near Gaussian: the sum of four random bytes. */
static void white(uint32_t seed, int32_t x0, int32_t y, int32_t count, float *restrict out) {
    const uint32_t row = hash((uint32_t)y, seed * 0x27d4eb2fu + 0x165667b1u);
    const float scale = 1.0f / 147.79941f; /* standard deviation of that sum */
    for (int32_t i = 0; i < count; i++) {
        const uint32_t h = hash((uint32_t)(x0 + i), row);
        const uint32_t pairs = (h & 0x00ff00ffu) + ((h >> 8) & 0x00ff00ffu);
        const int32_t sum = (int32_t)((pairs & 0xffffu) + (pairs >> 16));
        out[i] = (float)(sum - 510) * scale;
    }
}

const float *baryta_grain_tile(const baryta_grain *grain, int32_t x0, int32_t y0, int32_t columns,
                               int32_t rows, float *scratch) {
    const int64_t wide = columns + 2 * grain->reach;
    const int64_t tall = rows + 2 * grain->reach;
    float *noise = scratch;
    for (int32_t y = 0; y < tall; y++) {
        white(grain->seed, x0 - grain->reach, y0 - grain->reach + y, (int32_t)wide,
              noise + y * wide);
    }
    if (grain->reach == 0) {
        return noise;
    }
    float *between = noise + wide * tall;
    float *soft = between + wide * tall;
    baryta_convolve(noise, columns, rows, grain->kernel, grain->reach, between, soft);
    return soft;
}
