/* Box and Gaussian blurs against their definitions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blur.h"
#include "check.h"

enum { W = 53, H = 37 };

static float plane[W * H];
static float original[W * H];
static float between[W * H];

static void fill(void) {
    unsigned state = 3;
    for (int i = 0; i < W * H; i++) {
        state = state * 1664525u + 1013904223u;
        original[i] = (float)(state >> 8) / 16777216.0f;
    }
    memcpy(plane, original, sizeof plane);
}

static int clamp(int i, int last) {
    return i < 0 ? 0 : i > last ? last : i;
}

static void box(void) {
    for (int reach = 1; reach < 60; reach += 7) {
        fill();
        baryta_box(plane, W, H, reach, between, 2);
        for (int y = 0; y < H; y += 5) {
            for (int x = 0; x < W; x += 3) {
                double sum = 0.0;
                for (int v = -reach; v <= reach; v++) {
                    for (int u = -reach; u <= reach; u++) {
                        sum += (double)original[clamp(y + v, H - 1) * W + clamp(x + u, W - 1)];
                    }
                }
                const double wanted = sum / ((2 * reach + 1) * (2 * reach + 1));
                CHECK(fabs((double)plane[y * W + x] - wanted) < 1e-5);
            }
        }
    }
}

/* The spread of a blurred point is the deviation asked for. */
static void blur(void) {
    enum { SIDE = 201, MIDDLE = SIDE / 2 };
    float *point = calloc(SIDE * SIDE, sizeof *point);
    float *more = calloc(SIDE * SIDE, sizeof *more);
    CHECK(point != NULL && more != NULL);
    for (int i = 0; i < 3; i++) {
        const float deviation = (float[]){2.0f, 5.0f, 11.3f}[i];
        memset(point, 0, SIDE * SIDE * sizeof *point);
        point[MIDDLE * SIDE + MIDDLE] = 1.0f;
        baryta_blur(point, SIDE, SIDE, deviation, more, 1);
        double sum = 0.0;
        double square = 0.0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                sum += (double)point[y * SIDE + x];
                square += (double)point[y * SIDE + x] * (x - MIDDLE) * (x - MIDDLE);
            }
        }
        CHECK(fabs(sum - 1.0) < 1e-4);
        CHECK(fabs(sqrt(square) - (double)deviation) < 0.06 * (double)deviation);
    }
    free(point);
    free(more);
}

static void kernel(void) {
    float k[BARYTA_KERNEL_REACH + 1];
    CHECK(baryta_kernel(0.1f, 1, k) == 0 && k[0] >= 1.0f);
    for (int power = 1; power <= 2; power++) {
        const int reach = baryta_kernel(1.7f, power, k);
        CHECK(reach == 6);
        double sum = 0.0;
        for (int i = -reach; i <= reach; i++) {
            sum += pow((double)k[abs(i)], power);
        }
        CHECK(fabs(sum - 1.0) < 1e-5);
    }
    /* A constant stays constant under the separable convolution. */
    const int reach = baryta_kernel(1.7f, 1, k);
    float from[(10 + 12) * (6 + 12)];
    float mid[10 * (6 + 12)];
    float to[10 * 6];
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        from[i] = 0.25f;
    }
    baryta_convolve(from, 10, 6, k, reach, mid, to);
    for (int i = 0; i < 60; i++) {
        CHECK(fabsf(to[i] - 0.25f) < 1e-6f);
    }
}

int main(void) {
    box();
    blur();
    kernel();
    return 0;
}
