/* The sharpness figure, and the energy of edges, against their definitions in double, on textures
 * and on noise. */
#include "baryta.h"
#include "burst_routines.h"
#include "check.h"
#include "sharpness.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 2200 };

static uint16_t samples[LARGEST][LARGEST];
static double green[LARGEST / 2][LARGEST / 2];

static const float black[4] = {250.0f, 254.0f, 256.0f, 260.0f};
static const float white = 4095.0f;

static double normalised(int x, int y) {
    const double level = (double)black[y % 2 * 2 + x % 2];
    return (samples[y][x] - level) / ((double)white - level);
}

typedef struct sums {
    double gradient, level, noise, edges[2];
} sums;

static void add(sums *total, int down, double a, double b, double shot, double read) {
    if (a < 0.95 && b < 0.95) {
        const double mean = 0.5 * (a + b), light = fmax(mean, 0.0);
        const double variance = 2.0 * (shot * light + read);
        const double weight = 1.0 / (light + 0.02);
        total->gradient += weight * ((a - b) * (a - b) - variance);
        total->level += weight * (mean * mean - 0.25 * variance);
        total->noise += weight * variance * weight * variance;
        const double over = (a - b) * (a - b) / variance;
        total->edges[down] += over > 16.0 ? fmin(over, 400.0) : 0.0;
    }
}

static double expected(const baryta_mosaic_format *format, const baryta_noise *noise, int width,
                       int height, double edges[2]) {
    double shot = 0.0, read = 0.0;
    int greens = 0;
    for (int site = 0; site < 4; site++) {
        greens += format->colour[site] == 1;
    }
    for (int y = 0; y < height / 2; y++) {
        for (int x = 0; x < width / 2; x++) {
            green[y][x] = 0.0;
            for (int site = 0; site < 4; site++) {
                if (format->colour[site] == 1) {
                    green[y][x] += normalised(2 * x + site % 2, 2 * y + site / 2) / greens;
                }
            }
        }
    }
    for (int site = 0; site < 4; site++) {
        if (format->colour[site] == 1) {
            shot += (double)noise->shot[site] / greens / greens;
            read += (double)noise->read[site] / greens / greens;
        }
    }
    const int rows = height / 2, columns = width / 2, step = rows > 512 ? rows / 256 : 1;
    sums total = {.level = 0.0};
    int bands = 0;
    for (int y = 0; y + 1 < rows; y += step) {
        for (int x = 0; x < columns; x++) {
            if (x + 1 < columns) {
                add(&total, 0, green[y][x], green[y][x + 1], shot, read);
            }
            add(&total, 1, green[y][x], green[y + 1][x], shot, read);
        }
        bands++;
    }
    for (int down = 0; down < 2; down++) {
        edges[down] = total.edges[down] / bands / columns;
    }
    const double proven = total.gradient - 6.0 * sqrt(total.noise);
    return proven > 0.0 ? proven / total.level : 0.0;
}

static void fill(int width, int height, double contrast, unsigned noise) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint32_t hash = (uint32_t)x * 73856093u ^ (uint32_t)y * 19349663u;
            const double wave = sin(0.31 * x) * cos(0.23 * y) + 0.4 * sin(1.1 * (x + y));
            const double value = 1400.0 * (1.0 + contrast * wave) + (hash >> 9) % noise;
            samples[y][x] = (uint16_t)fmin(value, 4095.0);
        }
    }
}

static void compare(int mono, int turned, int width, int height, double contrast) {
    const baryta_plane plane = {samples, width, height, sizeof samples[0]};
    baryta_mosaic_format layout = {
        {turned, !turned, !turned, turned}, {black[0], black[1], black[2], black[3]}, white};
    for (int site = 0; site < 4; site++) {
        layout.colour[site] = mono || layout.colour[site] == 1 ? 1 : site / 2 * 2;
    }
    const baryta_noise noise = {{1e-4f, 2e-4f, 3e-4f, 4e-4f}, {1e-6f, 2e-6f, 3e-6f, 4e-6f}};
    fill(width, height, contrast, 60);
    double edges[2];
    const double right = expected(&layout, &noise, width, height, edges);
    float figure[3];
    for (int threads = 1; threads <= 3; threads++) {
        CHECK(baryta_sharpness(&plane, &layout, &noise, &figure[threads - 1], threads) ==
              BARYTA_OK);
    }
    CHECK(figure[0] == figure[1] && figure[0] == figure[2]);
    CHECK(fabs((double)figure[0] - right) < 2e-4 * right + 1e-9);
    CHECK(contrast == 0.0 || right > 1e-4);
    const sharpness_estimate found =
        sharpness_measure(&plane, &layout, &noise, 2, burst_routines_of(0));
    for (int set = 1; burst_routines_of(set) != NULL; set++) {
        const sharpness_estimate same =
            sharpness_measure(&plane, &layout, &noise, 2, burst_routines_of(set));
        CHECK(memcmp(&same, &found, sizeof same) == 0);
    }
    for (int down = 0; down < 2; down++) {
        /* A pair at the threshold may fall on either side. */
        const double pair = 16.0 / ((double)(width / 2) * (double)(height / 2));
        CHECK(fabs(found.edges[down] - edges[down]) < 2e-4 * edges[down] + 2.0 * pair);
    }
    CHECK(contrast == 0.0 || edges[0] + edges[1] > 1.0);
}

int main(void) {
    for (int mono = 0; mono <= 1; mono++) {
        for (int turned = 0; turned <= 1 - mono; turned++) {
            compare(mono, turned, 2200, 97, 0.3);
            compare(mono, turned, 131, 2200, 0.3);
            compare(mono, turned, 7, 5, 0.4);
            compare(mono, turned, 200, 150, 2.0); /* black and clipped parts */
            compare(mono, turned, 200, 150, 0.0);
        }
    }
    const baryta_plane plane = {samples, 64, 64, sizeof samples[0]};
    const baryta_plane small = {samples, 3, 64, sizeof samples[0]};
    const baryta_mosaic_format format = {{0, 1, 1, 2}, {0}, white};
    const baryta_noise noise = {{0.1f, 0.1f, 0.1f, 0.1f}, {0.1f, 0.1f, 0.1f, 0.1f}};
    float figure = -1.0f;
    CHECK(baryta_sharpness(&plane, &format, &noise, &figure, 1) == BARYTA_OK);
    CHECK(figure == 0.0f); /* noise explains it all */
    CHECK(baryta_sharpness(&small, &format, &noise, &figure, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_sharpness(&plane, NULL, &noise, &figure, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_sharpness(&plane, &format, NULL, &figure, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_sharpness(&plane, &format, &noise, NULL, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_sharpness(&plane, &format, &noise, &figure, 0) == BARYTA_BAD_ARGUMENT);
    return 0;
}
