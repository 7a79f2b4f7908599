/* Packed sensor rows to 16-bit samples, at the speed of memory. */
#include "core.h"

/* MIPI CSI-2 RAW10: four high bytes, then the four pairs of low bits, first sample lowest. */
static void unpack_10(const uint8_t *restrict in, uint16_t *restrict out, int32_t width,
                      int32_t shift) {
    const int32_t whole = width / 4;
    for (int32_t i = 0; i < whole; i++) {
        const uint8_t *p = in + (size_t)i * 5;
        const uint32_t low = p[4];
        uint16_t *q = out + (size_t)i * 4;
        q[0] = (uint16_t)(((uint32_t)p[0] << 2 | (low & 3u)) >> shift);
        q[1] = (uint16_t)(((uint32_t)p[1] << 2 | (low >> 2 & 3u)) >> shift);
        q[2] = (uint16_t)(((uint32_t)p[2] << 2 | (low >> 4 & 3u)) >> shift);
        q[3] = (uint16_t)(((uint32_t)p[3] << 2 | low >> 6) >> shift);
    }
    const uint8_t *p = in + (size_t)whole * 5;
    for (int32_t k = 0; k < width % 4; k++) {
        out[whole * 4 + k] =
            (uint16_t)(((uint32_t)p[k] << 2 | ((uint32_t)p[4] >> (2 * k) & 3u)) >> shift);
    }
}

/* MIPI CSI-2 RAW12: two high bytes, then the two low nibbles, first sample lowest. */
static void unpack_12(const uint8_t *restrict in, uint16_t *restrict out, int32_t width,
                      int32_t shift) {
    const int32_t whole = width / 2;
    for (int32_t i = 0; i < whole; i++) {
        const uint8_t *p = in + (size_t)i * 3;
        uint16_t *q = out + (size_t)i * 2;
        q[0] = (uint16_t)(((uint32_t)p[0] << 4 | (p[2] & 15u)) >> shift);
        q[1] = (uint16_t)(((uint32_t)p[1] << 4 | (uint32_t)p[2] >> 4) >> shift);
    }
    if (width % 2 != 0) {
        const uint8_t *p = in + (size_t)whole * 3;
        out[width - 1] = (uint16_t)(((uint32_t)p[0] << 4 | (p[2] & 15u)) >> shift);
    }
}

static void unpack_words(const uint16_t *restrict in, uint16_t *restrict out, int32_t width,
                         int32_t shift) {
    for (int32_t x = 0; x < width; x++) {
        out[x] = (uint16_t)(in[x] >> shift);
    }
}

baryta_status baryta_unpack(const baryta_plane *packed, baryta_packing packing, int32_t shift,
                            const baryta_plane *samples, int32_t threads) {
    const int64_t word = packing == BARYTA_U16 ? 2 : 1;
    if (!baryta_plane_valid(packed, word, word) || !baryta_plane_valid(samples, 2, 2) ||
        !baryta_same_size(packed, samples) || shift < 0 || shift > 15 ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int64_t width = packed->width;
    if ((packing == BARYTA_CSI2P10 && packed->stride < (width + 3) / 4 * 5) ||
        (packing == BARYTA_CSI2P12 && packed->stride < (width + 1) / 2 * 3) ||
        (packing != BARYTA_U16 && packing != BARYTA_CSI2P10 && packing != BARYTA_CSI2P12)) {
        return BARYTA_BAD_ARGUMENT;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < samples->height; y++) {
        const void *in = baryta_row(packed, y);
        uint16_t *out = baryta_row(samples, y);
        if (packing == BARYTA_CSI2P10) {
            unpack_10(in, out, samples->width, shift);
        } else if (packing == BARYTA_CSI2P12) {
            unpack_12(in, out, samples->width, shift);
        } else {
            unpack_words(in, out, samples->width, shift);
        }
    }
    return BARYTA_OK;
}
