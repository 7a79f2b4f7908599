/* The fast shaper and the branchless tetrahedra against plain double precision. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "baryta.h"
#include "check.h"
#include "fastmath.h"

enum { SIZE = 17, PIXELS = 5000 };

static uint32_t state = 1;

static float random_unit(void) {
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 16777216.0f;
}

static void fast_functions(void) {
    for (int i = 0; i < 200000; i++) {
        const double x = pow(10.0, -7.0 + 12.0 * (double)random_unit());
        const double asinh_error = fabs((double)baryta_asinh((float)x) - asinh((double)(float)x));
        CHECK(asinh_error < 3e-7 * (1.0 + asinh(x)));
        const double log_error = fabs((double)baryta_log((float)x) - log((double)(float)x));
        CHECK(log_error < 3e-7 * (1.0 + fabs(log(x))));
        const double p = -20.0 + 40.0 * (double)random_unit();
        const double power = exp2((double)(float)p);
        CHECK(fabs((double)baryta_exp2((float)p) - power) < 4e-7 * power);
    }
    CHECK(baryta_asinh(0.0f) >= 0.0f && baryta_asinh(0.0f) < 1e-9f);
}

/* One output channel by the six tetrahedra written out. */
static double six_cases(const float *table, const double at[3], int channel) {
    int cell[3];
    double s[3];
    for (int c = 0; c < 3; c++) {
        cell[c] = at[c] >= SIZE - 2 ? SIZE - 2 : (int)at[c];
        s[c] = at[c] - cell[c];
    }
#define NODE(r, g, b)                                                                              \
    ((double)table[3 * (((cell[0] + (r)) * SIZE + cell[1] + (g)) * SIZE + cell[2] + (b)) + channel])
    const double r = s[0];
    const double g = s[1];
    const double b = s[2];
    const double first = NODE(0, 0, 0);
    const double last = NODE(1, 1, 1);
    if (r >= g && g >= b) {
        return (1 - r) * first + (r - g) * NODE(1, 0, 0) + (g - b) * NODE(1, 1, 0) + b * last;
    }
    if (r >= b && b >= g) {
        return (1 - r) * first + (r - b) * NODE(1, 0, 0) + (b - g) * NODE(1, 0, 1) + g * last;
    }
    if (b >= r && r >= g) {
        return (1 - b) * first + (b - r) * NODE(0, 0, 1) + (r - g) * NODE(1, 0, 1) + g * last;
    }
    if (g >= r && r >= b) {
        return (1 - g) * first + (g - r) * NODE(0, 1, 0) + (r - b) * NODE(1, 1, 0) + b * last;
    }
    if (g >= b && b >= r) {
        return (1 - g) * first + (g - b) * NODE(0, 1, 0) + (b - r) * NODE(0, 1, 1) + r * last;
    }
    return (1 - b) * first + (b - g) * NODE(0, 0, 1) + (g - r) * NODE(0, 1, 1) + r * last;
#undef NODE
}

static void tetrahedra(void) {
    static float table[3 * SIZE * SIZE * SIZE];
    static float linear[3 * PIXELS];
    static float encoded[3 * PIXELS];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        table[i] = random_unit();
    }
    for (int i = 0; i < 3 * PIXELS; i++) {
        linear[i] = 10.0f * random_unit() * random_unit() * random_unit();
    }
    for (int c = 0; c < 3; c++) { /* ties and ends */
        linear[c] = 0.0f;
        linear[3 + c] = 8.0f;
        linear[6 + c] = 0.5f;
    }
    const baryta_look look = {
        .shaper_scale = 0.02f, .shaper_maximum = 8.0f, .table = table, .size = SIZE};
    const baryta_plane in = {linear, PIXELS, 1, 12 * PIXELS};
    const baryta_plane out = {encoded, PIXELS, 1, 12 * PIXELS};
    CHECK(baryta_apply_table(&in, &look, &out, 2) == BARYTA_OK);
    for (int i = 0; i < PIXELS; i++) {
        double at[3];
        for (int c = 0; c < 3; c++) {
            const double x = fmin((double)linear[3 * i + c], 8.0);
            at[c] = asinh(x / (double)0.02f) / asinh(8.0 / (double)0.02f) * (SIZE - 1);
        }
        for (int c = 0; c < 3; c++) {
            CHECK(fabs((double)encoded[3 * i + c] - six_cases(table, at, c)) < 4e-5);
        }
    }
}

int main(void) {
    fast_functions();
    tetrahedra();
    return 0;
}
