/* Lossless JPEG: what is encoded comes back through a decoder written from the standard. */
#include "baryta.h"
#include "check.h"
#include "huffman.h"
#include "jpeg_decoder.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 1 << 16 };

static int round_trip(const uint16_t *samples, int width, int height, int stride) {
    static uint8_t coded[MAX_SAMPLES * 4 + 1024];
    static uint16_t decoded[MAX_SAMPLES];
    const baryta_plane plane = {(void *)(uintptr_t)samples, width, height, stride * 2};
    int64_t size = 0;
    CHECK(baryta_lossless_jpeg_encode(&plane, coded, width * height * 4 + 1024, &size) ==
          BARYTA_OK);
    if (decode(coded, size, width, height, decoded) != 0) {
        return 1;
    }
    for (int y = 0; y < height; y++) {
        CHECK(memcmp(&decoded[y * width], &samples[y * stride], (size_t)width * 2) == 0);
    }
    /* Every smaller buffer is refused and never overrun. */
    uint8_t *tight = malloc((size_t)size);
    CHECK(tight != NULL);
    for (int64_t room = size - 1; room >= 0; room -= 1 + size / 50) {
        int64_t unused = 0;
        CHECK(baryta_lossless_jpeg_encode(&plane, tight, room, &unused) == BARYTA_TOO_SMALL);
    }
    free(tight);
    return 0;
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static int test_round_trips(void) {
    static uint16_t samples[MAX_SAMPLES];
    uint32_t seed = 1;
    for (int kind = 0; kind < 6; kind++) {
        const int width = 2 + 2 * (int)(next_random(&seed) % 60);
        const int height = 1 + (int)(next_random(&seed) % 60);
        const int stride = width + 3 * (kind % 2);
        for (int i = 0; i < stride * height; i++) {
            const uint32_t r = next_random(&seed);
            switch (kind) {
            case 0: /* flat: one symbol only */
                samples[i] = 32768;
                break;
            case 1: /* every category */
                samples[i] = (uint16_t)r;
                break;
            case 2: /* the largest difference, 32768 */
                samples[i] = (uint16_t)(i / 2 % 2 == 0 ? 0 : 32768);
                break;
            case 3: /* +32767 at each step: every further bit a one, the most stuffing */
                samples[i] = (uint16_t)(i / 2 * 32767);
                break;
            case 4: /* like a photograph */
                samples[i] = (uint16_t)(4096 + i * 3 + (int)(r % 64));
                break;
            default: /* very uneven frequencies: the code must be limited in length */
                samples[i] = (uint16_t)(1u << (r % (1u + r / 7 % 16)));
                break;
            }
        }
        if (round_trip(samples, width, height, stride) != 0) {
            return 1;
        }
    }
    return 0;
}

static int test_code_lengths(void) {
    /* Fibonacci counts want a code of 30 bits. */
    int64_t counts[31];
    counts[0] = counts[1] = 1;
    for (int i = 2; i < 31; i++) {
        counts[i] = counts[i - 1] + counts[i - 2];
    }
    baryta_huffman table;
    baryta_huffman_fit(counts, 31, &table);
    CHECK(table.symbols == 31);
    uint32_t used = 0; /* share of the code space, in 65536ths */
    for (int i = 0; i < 31; i++) {
        CHECK(table.size[i] >= 1 && table.size[i] <= 16);
        CHECK(table.code[i] != (1u << table.size[i]) - 1u); /* all ones is reserved */
        CHECK(i == 0 || table.size[i] <= table.size[i - 1]);
        used += 65536u >> table.size[i];
    }
    CHECK(used < 65536u);
    /* Powers of two: the best code is known; the reserved code shares the longest length. */
    const int64_t halves[4] = {8, 4, 2, 1};
    baryta_huffman_fit(halves, 4, &table);
    CHECK(table.size[0] == 1 && table.size[1] == 2 && table.size[2] == 3 && table.size[3] == 4);
    return 0;
}

static int test_arguments(void) {
    uint16_t samples[8] = {0};
    uint8_t coded[128];
    int64_t size = 0;
    const baryta_plane good = {samples, 4, 2, 8};
    const baryta_plane odd = {samples, 3, 2, 8};
    const baryta_plane narrow = {samples, 4, 2, 6};
    CHECK(baryta_lossless_jpeg_encode(&good, coded, 128, &size) == BARYTA_OK);
    CHECK(baryta_lossless_jpeg_encode(&odd, coded, 128, &size) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_lossless_jpeg_encode(&narrow, coded, 128, &size) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_lossless_jpeg_encode(NULL, coded, 128, &size) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_lossless_jpeg_encode(&good, NULL, 128, &size) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_lossless_jpeg_encode(&good, coded, -1, &size) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_lossless_jpeg_encode(&good, coded, 128, NULL) == BARYTA_BAD_ARGUMENT);
    return 0;
}

int main(void) {
    return test_round_trips() || test_code_lengths() || test_arguments();
}
