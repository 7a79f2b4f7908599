/* Packed rows of any size and stride: refused, or unpacked as the standard says, sample by sample.
 */
#include "fuzz_input.h"
#include "plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input in = fuzz_begin(data, size);
    const int32_t width = fuzz_side(&in, 1);
    const int32_t height = fuzz_side(&in, 1);
    const uint32_t packing = fuzz_byte(&in) % (in.wild ? 6 : 5); /* 5 is none */
    const int32_t shift = fuzz_odd(&in) ? -1 : (int32_t)(fuzz_byte(&in) % 17);
    const int32_t threads = 1 + (int32_t)(fuzz_byte(&in) % 2);
    baryta_plane packed;
    baryta_plane samples;
    /* So many bytes for the samples of a row as a frame of this packing has; the view counts
     * samples. */
    const int64_t bytes = packing == BARYTA_CSI2P10      ? (width + 3LL) / 4 * 5
                          : packing == BARYTA_CSI2P12    ? (width + 1LL) / 2 * 3
                          : packing == BARYTA_CSI2P14    ? (width + 3LL) / 4 * 7
                          : packing == BARYTA_PISP_COMP1 ? (width + 7LL) / 8 * 8
                                                         : 2LL * width;
    uint8_t *from = fuzz_rows(&in, bytes > 0 ? bytes : 0, packing == BARYTA_U16 ? 2 : 1, width,
                              height, &packed);
    uint8_t *to = fuzz_plane(&in, 2, 2, width, height, &samples);
    if (from != NULL && to != NULL) {
        const baryta_status status =
            baryta_unpack(&packed, (baryta_packing)packing, shift, &samples, threads);
        CHECK(status == BARYTA_OK || status == BARYTA_BAD_ARGUMENT);
        CHECK(status != BARYTA_OK || (packing < 5 && shift >= 0 && shift < 16));
        for (int32_t y = 0; status == BARYTA_OK && y < height; y++) {
            for (int32_t x = 0; x < width; x++) {
                uint16_t sample;
                memcpy(&sample, to + y * samples.stride + 2 * x, sizeof sample);
                CHECK(sample ==
                      plain_unpack(from + y * packed.stride, (baryta_packing)packing, x) >> shift);
            }
        }
    }
    free(from);
    free(to);
    return 0;
}
