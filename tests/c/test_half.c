/* Half-precision floats in lanes: every one of them comes back, and what is between two goes to the
 * nearer, the even one if neither is. */
#include "check.h"
#include "lanes.h"

#include <math.h>

static double value_of(uint16_t half) {
    const int exponent = half >> 10 & 31, significand = half & 1023;
    const double size =
        exponent > 0 ? ldexp(1024 + significand, exponent - 25) : ldexp(significand, -24);
    return (half & 0x8000) != 0 ? -size : size;
}

static uint16_t stored(double value) {
    _Alignas(64) uint16_t out[LANES];
    vf_store_half(out, vf_all((float)value));
    return out[LANES - 1];
}

int main(void) {
    for (uint32_t half = 0; half < 0x7c00u; half++) { /* all that are finite */
        for (uint32_t sign = 0; sign <= 0x8000u; sign += 0x8000u) {
            _Alignas(64) uint16_t own[LANES];
            for (int i = 0; i < LANES; i++) {
                own[i] = (uint16_t)(half | sign);
            }
            const double value = value_of(own[0]);
            CHECK((double)vf_load_half(own)[0] == value);
            CHECK(stored(value) == own[0] || value == 0.0);
            if (half + 1 < 0x7c00u) {
                const double next = value_of((uint16_t)((half + 1) | sign));
                const double middle = 0.5 * (value + next), step = fabs(next - value);
                const uint16_t even = (uint16_t)((half + half % 2) | sign);
                CHECK(stored(middle) == even);
                CHECK(stored(middle + 0.25 * (next - value)) == (uint16_t)((half + 1) | sign));
                CHECK(value_of(stored(middle - 0.25 * (next - value))) == value || step == 0.0);
            }
        }
    }
    CHECK(value_of(stored(1e6)) == 65504.0 && value_of(stored(-1e9)) == -65504.0);
    return 0;
}
