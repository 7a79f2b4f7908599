/* The resampling's weights against the plain twin, and what they promise. */
#include "burst.h"
#include "check.h"
#include "plain.h"

#include <math.h>

static double kernel[BURST_PHASES + 1][BURST_TAPS];

static void make(int mono) {
    static burst_taps packed[BURST_PHASES + 1];
    burst_make_kernel(mono, packed);
    for (int i = 0; i < (BURST_PHASES + 1) * BURST_TAPS; i++) {
        const int32_t pair = packed[i / BURST_TAPS].pair[i % BURST_TAPS / 2];
        const int16_t whole = (int16_t)(i % 2 == 0 ? pair & 0xffff : pair >> 16);
        kernel[i / BURST_TAPS][i % BURST_TAPS] = whole / (double)BURST_ONE;
    }
}

/* Within a step of whole numbers, the largest within three; that they sum to one is exact. */
static void compare(int mono) {
    make(mono);
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        double wanted[BURST_TAPS], sum = 0.0;
        plain_weights(phase / (double)BURST_PHASES, mono, wanted);
        for (int i = 0; i < BURST_TAPS; i++) {
            const double step = (fabs(wanted[i]) > 0.5 ? 3.0 : 0.51) / BURST_ONE;
            CHECK(fabs(kernel[phase][i] - wanted[i]) < step);
            CHECK(phase == BURST_PHASES / 2 ||
                  kernel[phase][i] == kernel[BURST_PHASES - phase][BURST_TAPS - 1 - i]);
            sum += kernel[phase][i];
        }
        CHECK(sum == 1.0);
    }
}

/* Whole displacements copy samples: frames that did not move add nothing but their own noise. */
static void copies(void) {
    for (int i = 0; i < BURST_TAPS; i++) {
        CHECK(kernel[0][i] == (i == BURST_BEFORE ? 1.0 : 0.0));
        CHECK(kernel[BURST_PHASES][i] == (i == BURST_BEFORE + 1 ? 1.0 : 0.0));
    }
}

/* A mono frame's waves of eight samples and more arrive as they are, wherever they are sampled. */
static void keeps_waves(void) {
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        double along = 0.0, across = 0.0;
        for (int i = 0; i < BURST_TAPS; i++) {
            const double at = i - BURST_BEFORE - phase / (double)BURST_PHASES;
            along += kernel[phase][i] * cos(at * 0.785398163);
            across += kernel[phase][i] * sin(at * 0.785398163);
        }
        CHECK(fabs(along - 1.0) < 0.01 && fabs(across) < 0.01);
    }
}

/* What keeps the resampling's rows within sixteen bit. */
static void has_room(void) {
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        double sizes = 0.0, negative = 0.0;
        for (int i = 0; i < BURST_TAPS; i++) {
            sizes += fabs(kernel[phase][i]);
            negative += fmax(-kernel[phase][i], 0.0);
        }
        CHECK(sizes < 1.6 && negative < 0.3);
    }
}

int main(void) {
    compare(0);
    has_room();
    copies();
    compare(1);
    copies();
    has_room();
    keeps_waves();
    return 0;
}
