/* Packed sensor rows to 16-bit samples, at the speed of memory. */
#include "unpack.h"
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

/* MIPI CSI-2 RAW14: four high bytes, then the four groups of six low bits, first sample lowest. */
static void unpack_14(const uint8_t *restrict in, uint16_t *restrict out, int32_t width,
                      int32_t shift) {
    for (int32_t i = 0; i < width; i += 4) {
        const uint8_t *p = in + (size_t)i / 4 * 7;
        const uint32_t low = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16;
        const int32_t count = width - i < 4 ? width - i : 4;
        for (int32_t k = 0; k < count; k++) {
            out[i + k] = (uint16_t)(((uint32_t)p[k] << 6 | (low >> (6 * k) & 63u)) >> shift);
        }
    }
}

static void unpack_words(const uint16_t *restrict in, uint16_t *restrict out, int32_t width,
                         int32_t shift) {
    for (int32_t x = 0; x < width; x++) {
        out[x] = (uint16_t)(in[x] >> shift);
    }
}

/* Bytes that a row of samples takes; 0 for a packing there is not. */
static int64_t row_bytes(baryta_packing packing, int64_t width) {
    switch (packing) {
    case BARYTA_U16:
        return width * 2;
    case BARYTA_CSI2P10:
        return (width + 3) / 4 * 5;
    case BARYTA_CSI2P12:
        return (width + 1) / 2 * 3;
    case BARYTA_CSI2P14:
        return (width + 3) / 4 * 7;
    case BARYTA_PISP_COMP1:
        return (width + 7) / 8 * 8;
    }
    return 0;
}

static void unpack_row(const void *in, baryta_packing packing, uint16_t *out, int32_t width,
                       int32_t shift) {
    switch (packing) {
    case BARYTA_U16:
        unpack_words(in, out, width, shift);
        break;
    case BARYTA_CSI2P10:
        unpack_10(in, out, width, shift);
        break;
    case BARYTA_CSI2P12:
        unpack_12(in, out, width, shift);
        break;
    case BARYTA_CSI2P14:
        unpack_14(in, out, width, shift);
        break;
    case BARYTA_PISP_COMP1:
        baryta_unpack_pisp(in, out, width, shift);
        break;
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
    const int64_t needed = row_bytes(packing, packed->width);
    if (needed == 0 || packed->stride < needed) {
        return BARYTA_BAD_ARGUMENT;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < samples->height; y++) {
        unpack_row(baryta_row(packed, y), packing, baryta_row(samples, y), samples->width, shift);
    }
    return BARYTA_OK;
}
