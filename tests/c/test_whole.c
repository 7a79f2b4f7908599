/* Whole numbers in lanes: rounded to nearest, the even one if neither is nearer, limited, and two
 * lists by turns. What is no number is the lower limit, in every instruction set. */
#include "check.h"
#include "kernels.h"

#include <math.h>

static int16_t expected(float value, int16_t low, int16_t high) {
    const double limited = fmin(fmax((double)value, (double)low), (double)high);
    return (int16_t)nearbyint(limited);
}

static float value_of(int32_t n) {
    static const float rare[8] = {NAN,      -INFINITY, 2e9f,     -2e9f,
                                  40000.5f, -40000.5f, 20480.5f, -4096.5f};
    return n % 11 == 0 ? rare[n / 11 % 8] : (float)(n * 37 % 60000 - 20000) * 0.25f;
}

static void compare(const kernels *k, int16_t low, int16_t high) {
    for (int32_t n = 0; n < 20000; n++) {
        float even[KERNELS_LANES], odd[KERNELS_LANES];
        int16_t out[2 * KERNELS_LANES];
        for (int32_t i = 0; i < k->lanes; i++) {
            even[i] = value_of(n + 3 * i);
            odd[i] = value_of(n + 5 * i + 1);
        }
        k->store_whole(even, odd, low, high, out);
        for (int32_t i = 0; i < k->lanes; i++) {
            CHECK(out[2 * i] == expected(even[i], low, high));
            CHECK(out[2 * i + 1] == expected(odd[i], low, high));
        }
    }
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set), -4096, 20480);
        compare(kernels_of(set), -32768, 32767);
    }
    return 0;
}
