/* The normal equations of a row against their plain twin: as exact as sums of floats are. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

enum { MOST = 216 };

/* What a sum may be off by goes with the largest that it can be. */
static void compare(const kernels *k, int32_t width, int32_t height, const plain_step *step,
                    int extreme) {
    static uint8_t reference[MOST * MOST + 16], other[MOST * MOST + 16];
    for (int32_t i = 0; i < width * height; i++) {
        const int32_t x = i % width, y = i / width;
        const double light = 120.0 + 60.0 * sin(0.21 * x + 0.13 * y) * cos(0.11 * y - 0.05 * x);
        reference[i] = (uint8_t)(light + 30.0 * scene_random(x, y, 1));
        other[i] = (uint8_t)(light + 30.0 * scene_random(x, y, 2));
        if (extreme) {
            reference[i] = scene_hash((uint32_t)x, (uint32_t)y, 3) & 1 ? 255 : 0;
            other[i] = scene_hash((uint32_t)x, (uint32_t)y, 4) & 1 ? 255 : 0;
        }
    }
    const plain_image a = {reference, width, height}, b = {other, width, height};
    const burst_step s = {.reference = reference,
                          .other = other,
                          .width = width,
                          .height = height,
                          .cosine = (float)cos(step->angle),
                          .sine = (float)sin(step->angle),
                          .shift_x = (float)step->shift_x,
                          .shift_y = (float)step->shift_y,
                          .centre_x = (float)step->centre_x,
                          .centre_y = (float)step->centre_y,
                          .unit = (float)step->unit,
                          .offset = (float)step->offset,
                          .floor = (float)step->floor,
                          .slack = (float)step->slack};
    for (int32_t y = 1; y < height - 1; y++) {
        double got[BURST_STEP_SUMS], wanted[16];
        k->step_row(&s, y, 1, width - 1, got);
        plain_step_row(&a, &b, step, y, wanted);
        CHECK(got[14] == wanted[14]);
        CHECK(fabs(got[15] - wanted[15]) <= 1e-4 * (wanted[14] + 1.0));
        static const int diagonal[4] = {0, 4, 7, 9};
        int next = 0;
        for (int i = 0; i < 4; i++) {
            const double own = wanted[diagonal[i]];
            for (int j = i; j < 4; j++, next++) { /* by Cauchy and Schwarz */
                const double most = sqrt(own * wanted[diagonal[j]]);
                CHECK(fabs(got[next] - wanted[next]) <= 2e-4 * most + 1e-6);
            }
            const double most = sqrt(own * wanted[14]) * 255.0;
            CHECK(fabs(got[10 + i] - wanted[10 + i]) <= 1e-4 * most + 1e-6);
        }
    }
}

/* What parts of a row hold is what all of it does. */
static void compare_parts(const kernels *k, int32_t width) {
    static uint8_t image[3 * MOST + 16];
    for (int32_t i = 0; i < 3 * width; i++) {
        image[i] = (uint8_t)scene_hash((uint32_t)i, 7, 5);
    }
    const burst_step s = {.reference = image,
                          .other = image,
                          .width = width,
                          .height = 3,
                          .cosine = 1.0f,
                          .shift_x = 0.3f,
                          .unit = 0.01f,
                          .floor = 60.0f,
                          .slack = 0.1f};
    double whole[BURST_STEP_SUMS], part[BURST_STEP_SUMS], sums[BURST_STEP_SUMS] = {0.0};
    k->step_row(&s, 1, 1, width - 1, whole);
    for (int32_t first = 1; first < width - 1; first += 32) {
        k->step_row(&s, 1, first, first + 32 < width - 1 ? first + 32 : width - 1, part);
        for (int i = 0; i < BURST_STEP_SUMS; i++) {
            sums[i] += part[i];
        }
    }
    CHECK(sums[BURST_STEP_PIXELS] == whole[BURST_STEP_PIXELS] && whole[BURST_STEP_PIXELS] > 0.0);
    for (int i = 0; i < BURST_STEP_SUMS; i++) {
        CHECK(fabs(sums[i] - whole[i]) <= 1e-5 * fabs(whole[i]) + 2.0);
    }
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        for (int32_t width = 31; width <= 215; width += 23) {
            compare_parts(kernels_of(set), width);
            const int32_t height = 40;
            plain_step step = {.centre_x = 0.5 * (width - 1),
                               .centre_y = 0.5 * (height - 1),
                               .unit = 1.0 / width,
                               .floor = 60.0,
                               .slack = 0.1};
            compare(kernels_of(set), width, height, &step, 0);
            step.shift_x = 2.3;
            step.shift_y = -1.7;
            step.angle = 0.031;
            step.offset = 3.5;
            compare(kernels_of(set), width, height, &step, 0);
            compare(kernels_of(set), width, height, &step, 1);
            step.shift_x = -3.6; /* the other edges */
            step.shift_y = 4.2;
            compare(kernels_of(set), width, height, &step, 0);
            step.shift_x = 1000.0; /* nothing in common */
            compare(kernels_of(set), width, height, &step, 0);
        }
    }
    return 0;
}
