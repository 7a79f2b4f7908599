/* The encoder with any size, precision, stride and room: what it says it wrote decodes to the
 * samples. */
#include "fuzz_input.h"
#include "jpeg_decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input in = fuzz_begin(data, size);
    const int32_t width = fuzz_side(&in, 2) & (in.wild ? -1 : -2);
    const int32_t height = fuzz_side(&in, 1);
    const uint32_t shift = fuzz_byte(&in) % 16;
    const uint32_t room = fuzz_byte(&in);
    baryta_plane samples;
    uint8_t *memory = fuzz_plane(&in, 2, 2, width, height, &samples);
    if (memory == NULL) {
        return 0;
    }
    const int valid = width > 0 && height > 0 && width % 2 == 0 && width <= 32768 &&
                      height <= 32768 && samples.stride >= 2 * width && samples.stride % 2 == 0;
    if (valid) {
        for (int32_t y = 0; y < height; y++) {
            uint16_t *row = (uint16_t *)(void *)(memory + y * samples.stride);
            for (int32_t x = 0; x < width; x++) {
                row[x] = (uint16_t)(row[x] >> shift);
            }
        }
    }
    const int64_t most = valid ? (int64_t)width * height * 4 + 1024 : 64;
    const int64_t capacity = room < 128 ? most : most * (int64_t)(room - 128) / 128;
    uint8_t *coded = malloc(capacity > 0 ? (size_t)capacity : 1);
    CHECK(coded != NULL);
    int64_t written = 0;
    const baryta_status status = baryta_lossless_jpeg_encode(&samples, coded, capacity, &written);
    if (!valid) {
        CHECK(status == BARYTA_BAD_ARGUMENT);
    } else if (status == BARYTA_TOO_SMALL) {
        CHECK(room >= 128);
    } else {
        CHECK(status == BARYTA_OK && written <= capacity);
        uint16_t *decoded = malloc((size_t)width * (size_t)height * sizeof *decoded);
        CHECK(decoded != NULL && decode(coded, written, width, height, decoded) == 0);
        for (int32_t y = 0; y < height; y++) {
            CHECK(memcmp(decoded + (int64_t)y * width, memory + y * samples.stride,
                         (size_t)width * 2) == 0);
        }
        free(decoded);
    }
    free(coded);
    free(memory);
    return 0;
}
