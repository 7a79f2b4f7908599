/* Packed samples one at a time, as the MIPI CSI-2 specification and the kernel's description of the
 * Pi 5's compressed raw (pixfmt-srggb8-pisp-comp.rst, mode 1) put them. */
#include "plain.h"

/* A level of a mode, in 65536ths of full scale. */
static uint32_t pisp_level(uint32_t mode, uint32_t q) {
    switch (mode) {
    case 0: /* 321 fine levels, then steps twice as large */
        return q <= 320 ? 16 * q : 32 * (q - 160);
    case 1:
        return 64 * q;
    case 2:
        return 128 * q;
    default: /* 95 levels, then steps twice as large */
        return q <= 94 ? 256 * q : 512 * (q - 47);
    }
}

static uint32_t pisp_joint(uint32_t code, int second) {
    const uint32_t high = code / 2816, rest = code % 2816;
    return second ? rest / 16 : 16 * high + rest % 16;
}

/* An outer level from its neighbour. */
static uint32_t pisp_outer(uint32_t mode, uint32_t inner, uint32_t field) {
    if (mode == 2 && inner >= 448) {
        return 384 + field;
    }
    return (inner > 64 ? inner - 64 : 0) + field;
}

static uint32_t pisp_sample(const uint8_t *row, int32_t x) {
    const uint8_t *p = row + x / 8 * 8 + x % 2 * 4; /* the even samples' word, the odd ones' */
    const uint32_t word =
        (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    const uint32_t mode = word & 3;
    const int32_t place = x % 8 / 2;
    uint32_t q;
    if (mode == 3) {
        q = pisp_joint(word >> (place < 2 ? 2 : 17) & 32767, place % 2);
    } else {
        const uint32_t a = word >> 2 & 511, b = word >> 11 & 127;
        uint32_t inner[2] = {a, 384 + b};
        if (mode != 2 || a < 384) { /* the smaller one, and the difference */
            inner[0] = b < 64 ? a + 64 - b : a;
            inner[1] = b < 64 ? a : a + b - 64;
        }
        q = place == 0   ? pisp_outer(mode, inner[0], word >> 18 & 127)
            : place == 3 ? pisp_outer(mode, inner[1], word >> 25)
                         : inner[place - 1];
    }
    const uint32_t value = pisp_level(mode, q) + 2048;
    return value < 65536 ? value : 65535;
}

uint32_t plain_unpack(const uint8_t *row, baryta_packing packing, int32_t x) {
    switch (packing) {
    case BARYTA_CSI2P10:
        return (uint32_t)row[x / 4 * 5 + x % 4] << 2 |
               (uint32_t)(row[x / 4 * 5 + 4] >> (2 * (x % 4)) & 3);
    case BARYTA_CSI2P12:
        return (uint32_t)row[x / 2 * 3 + x % 2] << 4 |
               (uint32_t)(row[x / 2 * 3 + 2] >> (4 * (x % 2)) & 15);
    case BARYTA_CSI2P14: {
        uint32_t low = 0;
        for (int bit = 0; bit < 6; bit++) {
            const int at = 6 * (x % 4) + bit;
            low |= (uint32_t)(row[x / 4 * 7 + 4 + at / 8] >> at % 8 & 1) << bit;
        }
        return (uint32_t)row[x / 4 * 7 + x % 4] << 6 | low;
    }
    case BARYTA_PISP_COMP1:
        return pisp_sample(row, x);
    default:
        return (uint32_t)row[2 * x] | (uint32_t)row[2 * x + 1] << 8;
    }
}
