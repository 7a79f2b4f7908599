/* Lossless JPEG: what is encoded comes back through a decoder written from the standard. */
#include "baryta.h"
#include "check.h"
#include "huffman.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 1 << 16 };

typedef struct reader {
    const uint8_t *next;
    const uint8_t *end;
    uint32_t bits;
    int count;
} reader;

static int take_bit(reader *in) {
    if (in->count == 0) {
        if (in->next >= in->end) {
            return -1;
        }
        in->bits = *in->next++;
        if (in->bits == 0xFF && (in->next >= in->end || *in->next++ != 0)) {
            return -1; /* a marker where bits were due */
        }
        in->count = 8;
    }
    in->count--;
    return (int)(in->bits >> in->count) & 1;
}

/* T.81 F.2.2.3, by counting codes of each length. */
static int take_category(reader *in, const uint8_t *lengths, const uint8_t *order) {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
        const int bit = take_bit(in);
        if (bit < 0) {
            return -1;
        }
        code |= bit;
        const int count = lengths[length - 1];
        if (code - first < count) {
            return order[index + code - first];
        }
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    return -1;
}

static int decode(const uint8_t *coded, int64_t size, int width, int height, uint16_t *out) {
    CHECK(size > 60 && coded[0] == 0xFF && coded[1] == 0xD8 && coded[3] == 0xC3);
    CHECK(coded[6] == 16 && coded[7] * 256 + coded[8] == height);
    CHECK(coded[9] * 256 + coded[10] == width / 2 && coded[11] == 2);
    const uint8_t *table = coded + 18;
    CHECK(table[0] == 0xFF && table[1] == 0xC4);
    const int symbols = table[2] * 256 + table[3] - 19;
    const uint8_t *lengths = table + 5;
    const uint8_t *order = lengths + 16;
    const uint8_t *scan = order + symbols;
    CHECK(scan[0] == 0xFF && scan[1] == 0xDA && scan[9] == 1);
    CHECK(coded[size - 2] == 0xFF && coded[size - 1] == 0xD9);
    reader in = {scan + 12, coded + size - 2, 0, 0};
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int prediction = 32768;
            if (x >= 2) {
                prediction = out[y * width + x - 2];
            } else if (y > 0) {
                prediction = out[(y - 1) * width + x];
            }
            const int category = take_category(&in, lengths, order);
            CHECK(category >= 0 && category <= 16);
            int difference = category == 16 ? 32768 : 0;
            if (category > 0 && category < 16) {
                for (int i = 0; i < category; i++) {
                    const int bit = take_bit(&in);
                    CHECK(bit >= 0);
                    difference = difference * 2 + bit;
                }
                if (difference < 1 << (category - 1)) {
                    difference -= (1 << category) - 1;
                }
            }
            out[y * width + x] = (uint16_t)(prediction + difference);
        }
    }
    return 0;
}

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
