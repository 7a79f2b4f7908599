/* One burst made of integers alone, merged: the same input on every machine.
 *
 * merge_sample FILE             writes the merged mosaics
 * merge_sample FILE compare     merges again and compares with those that another build wrote
 *
 * The burst has subpixel motion and rotation, a moving disc, lamps that clip, noise, a frame of
 * another exposure and one of another scene. It is large enough that several threads have work. */
#include "baryta.h"
#include "check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 403, HEIGHT = 421, FRAMES = 6, BLACK = 256, WHITE = 4095, SCALE = 16, UNIT = 16 };

static const int32_t LAYOUTS[2][4] = {{0, 1, 1, 2}, {1, 1, 1, 1}};

static uint32_t hash(int32_t x, int32_t y, uint32_t seed) {
    uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^ seed * 0xcb1ab31fu;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

/* Noise of one octave at (u, v), 0..1023, bilinear between nodes `period` apart. */
static int32_t octave(int32_t u, int32_t v, int32_t period, uint32_t seed) {
    const int32_t i = u / period, j = v / period, fu = u % period, fv = v % period;
    const int32_t a = (int32_t)(hash(i, j, seed) >> 22), b = (int32_t)(hash(i + 1, j, seed) >> 22);
    const int32_t c = (int32_t)(hash(i, j + 1, seed) >> 22);
    const int32_t d = (int32_t)(hash(i + 1, j + 1, seed) >> 22);
    const int32_t top = a * (period - fu) + b * fu, low = c * (period - fu) + d * fu;
    return (top * (period - fv) / period + low * fv / period) / period;
}

static int32_t texture(int32_t u, int32_t v, int32_t colour, uint32_t seed) {
    const int32_t grey = octave(u, v, 1024, seed) / 2 + octave(u, v, 256, seed + 1) / 2 +
                         octave(u, v, 64, seed + 2) / 4;
    return 60 + grey * (700 + octave(u, v, 1024, seed + 3 + (uint32_t)colour)) / 600;
}

static int within(int32_t u, int32_t v, int32_t x, int32_t y, int32_t radius) {
    const int64_t du = u - x * UNIT, dv = v - y * UNIT, r = radius * UNIT;
    return du * du + dv * dv < r * r;
}

/* Light over black in sample units at scene position (u, v) in 1/UNIT of a sample. */
static int32_t light(int32_t u, int32_t v, int32_t colour, int frame) {
    int32_t value = texture(u, v, colour, 11);
    if (within(u, v, 220 + 6 * frame, 250 + 3 * frame, 28)) {
        value = texture(u - 6 * UNIT * frame, v - 3 * UNIT * frame, colour, 71);
    }
    for (int32_t lamp = 0; lamp < 6; lamp++) {
        const int32_t x = 100 + (int32_t)(hash(lamp, 0, 5) % WIDTH);
        const int32_t y = 100 + (int32_t)(hash(lamp, 1, 5) % HEIGHT);
        value += within(u, v, x, y, 4 + 2 * lamp) ? 2200 + 900 * colour : 0;
    }
    return value;
}

static int32_t square_root(int32_t value) {
    int32_t root = 0;
    while ((root + 1) * (root + 1) <= value) {
        root++;
    }
    return root;
}

/* The noise has the variance 5 x + 1014, in sample units: that of ISO 400 in tests/bursts.py. */
static void expose(uint16_t *samples, int frame, int ratio, uint32_t scene, const int32_t *colour) {
    for (int32_t y = 0; y < HEIGHT; y++) {
        for (int32_t x = 0; x < WIDTH; x++) {
            const int32_t site = colour[(y & 1) * 2 + (x & 1)];
            const int32_t u = UNIT * (x + 100) + frame * 11 + frame * (y - 200) / 64;
            const int32_t v = UNIT * (y + 100) - frame * 7 - frame * (x - 200) / 64;
            const int32_t clean =
                ratio * (scene != 0 ? texture(u, v, site, scene) : light(u, v, site, frame));
            const uint32_t chance = hash(x, y, 1000 + (uint32_t)frame);
            const int32_t spread = (int32_t)(chance & 255) + (int32_t)(chance >> 8 & 255) +
                                   (int32_t)(chance >> 16 & 255) + (int32_t)(chance >> 24) - 510;
            const int32_t value = BLACK + clean + square_root(5 * clean + 1014) * spread / 148;
            samples[y * WIDTH + x] = (uint16_t)(value < 0 ? 0 : value > WHITE ? WHITE : value);
        }
    }
}

static void merge(uint16_t *frame, uint16_t *merged, const int32_t *colour, int32_t threads) {
    baryta_merge_options options = {
        .format = {{0}, {BLACK, BLACK, BLACK, BLACK}, WHITE},
        .robustness = 1.0f,
        .shrink = 1.0f,
        .frame_noise = 1.0f,
        .output_scale = SCALE,
        .threads = threads,
    };
    for (int site = 0; site < 4; site++) {
        options.format.colour[site] = colour[site];
        options.noise.shot[site] = 4 * 3.24e-4f;
        options.noise.read[site] = 16 * 4.3e-6f;
    }
    const baryta_plane in = {frame, WIDTH, HEIGHT, WIDTH * 2};
    const baryta_plane out = {merged, WIDTH, HEIGHT, WIDTH * 2};
    baryta_merge *handle = NULL;
    float count = 0.0f;
    expose(frame, 0, 1, 0, colour);
    CHECK(baryta_merge_begin(&options, &in, &handle, NULL, NULL) == BARYTA_OK);
    for (int i = 1; i < FRAMES; i++) {
        baryta_frame_report report;
        const int ratio = i == 3 ? 2 : 1;
        expose(frame, i, ratio, i == 4 ? 99 : 0, colour);
        CHECK(baryta_merge_add(handle, &in, (float)ratio, &report, NULL, NULL) == BARYTA_OK);
        CHECK(report.rejected == (i == 4));
        CHECK(report.rejected || report.weight > 0.5f);
    }
    CHECK(baryta_merge_finish(handle, &out, NULL, &count, NULL, NULL) == BARYTA_OK);
    CHECK(count > 4.0f);
    baryta_merge_free(handle);
}

/* Prints the differences to the file's; 0 if none exceeds one step of the input. */
static int compare(const uint16_t *merged, const uint16_t *other, size_t length) {
    int largest = 0;
    size_t differing = 0, beyond = 0;
    for (size_t i = 0; i < length; i++) {
        const int difference = abs((int)merged[i] - (int)other[i]);
        largest = difference > largest ? difference : largest;
        differing += difference != 0;
        beyond += difference > SCALE;
    }
    printf("%zu of %zu samples differ, by %d/%d of an input level at most, %zu by more than one\n",
           differing, length, largest, SCALE, beyond);
    return beyond > 0;
}

int main(int count, char **arguments) {
    enum { LENGTH = WIDTH * HEIGHT };
    static uint16_t frame[LENGTH], merged[2 * LENGTH], other[2 * LENGTH];
    if (count != 2 && count != 3) {
        fprintf(stderr, "usage: merge_sample FILE [compare]\n");
        return 2;
    }
    for (int layout = 0; layout < 2; layout++) {
        merge(frame, merged + layout * LENGTH, LAYOUTS[layout], 4);
        merge(frame, other, LAYOUTS[layout], 1);
        CHECK(memcmp(merged + layout * LENGTH, other, LENGTH * 2) == 0);
    }
    FILE *file = fopen(arguments[1], count == 2 ? "wb" : "rb");
    CHECK(file != NULL);
    if (count == 2) {
        CHECK(fwrite(merged, 2, 2 * LENGTH, file) == 2 * LENGTH);
        CHECK(fclose(file) == 0);
        return 0;
    }
    CHECK(fread(other, 2, 2 * LENGTH, file) == 2 * LENGTH);
    CHECK(fclose(file) == 0);
    return compare(merged, other, 2 * LENGTH);
}
