/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PISP_COMP1 as Raspberry Pi's decoders read it (rpicam-apps, picamera2): a word holds four samples
 * of one colour. Its lowest two bits say how coarsely they are quantised: 0  steps of 16, from 5120
 * on of 32      2  steps of 128 1  steps of 64                          3  steps of 256, from 24064
 * on of 512 In 0 to 2, 9 bits hold the smaller of the middle two, 7 their difference, and 7 each
 * the outer two less their neighbour (with an allowance of 64 below). Mode 3 codes each sample by
 * itself. Black is taken off first: 2048 of 65535. The encoder takes the finest mode that can say
 * the four.
 */
#include "pixels.h"

#include <algorithm>

namespace softcam {
namespace {

constexpr int offset = 2048;

int quantised(int value, int mode) {
    switch (mode) {
    case 0:
        return std::min(value < 5120 ? (value + 8) / 16 : (value + 16) / 32 + 160, 2207);
    case 1:
        return std::min((value + 32) / 64, 1023);
    case 2:
        return std::min((value + 64) / 128, 511);
    default:
        return std::min(value < 24064 ? (value + 128) / 256 : (value + 256) / 512 + 47, 175);
    }
}

/* What the outer sample is told against: its neighbour less the allowance. */
int base(int neighbour, int mode) {
    int below = std::max(neighbour - 64, 0);
    return mode == 2 ? std::min(below, 384) : below;
}

/* The word in a mode; false if the mode cannot say these four. */
bool word_in(const int value[4], int mode, uint32_t *word) {
    int q[4];
    for (int k = 0; k < 4; k++)
        q[k] = quantised(value[k], mode);
    if (mode == 3) {
        uint32_t first = (q[0] & 15) + 16 * (q[1] + 176 * (q[0] >> 4));
        uint32_t second = (q[2] & 15) + 16 * (q[3] + 176 * (q[2] >> 4));
        *word = 3 | first << 2 | second << 17;
        return true;
    }
    int smaller, difference;
    if (mode == 2 && std::min(q[1], q[2]) >= 384) { /* both high: told apart */
        smaller = q[1];
        difference = q[2] - 384;
    } else if (q[1] > q[2]) {
        smaller = q[2];
        difference = 64 - (q[1] - q[2]);
    } else {
        smaller = q[1];
        difference = 64 + (q[2] - q[1]);
    }
    int left = q[0] - base(q[1], mode), right = q[3] - base(q[2], mode);
    if (smaller > 511 || difference < 0 || difference > 127 || left < 0 || left > 127 ||
        right < 0 || right > 127)
        return false;
    *word = static_cast<uint32_t>(mode) | static_cast<uint32_t>(smaller) << 2 |
            static_cast<uint32_t>(difference) << 11 | static_cast<uint32_t>(left) << 18 |
            static_cast<uint32_t>(right) << 25;
    return true;
}

} // namespace

void compress_row(const uint16_t *row, unsigned width, uint8_t *out) {
    for (unsigned x = 0; x < width; x += 8, out += 8)
        for (unsigned phase = 0; phase < 2; phase++) {
            int value[4];
            for (unsigned k = 0; k < 4; k++) {
                unsigned at = x + 2 * k + phase;
                if (at >= width)
                    at = width - 2 + phase;
                value[k] = std::max(row[at] - offset, 0);
            }
            uint32_t word = 0;
            for (int mode = 0; mode < 4; mode++)
                if (word_in(value, mode, &word))
                    break;
            for (int byte = 0; byte < 4; byte++)
                out[4 * phase + byte] = static_cast<uint8_t>(word >> 8 * byte);
        }
}

} // namespace softcam
