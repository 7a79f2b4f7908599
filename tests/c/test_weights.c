/* The resampling's weights against the plain twin, and what they promise. */
#include "burst.h"
#include "check.h"
#include "plain.h"

#include <math.h>

static float kernel[BURST_PHASES + 1][BURST_TAPS];

static void compare(int mono) {
    burst_make_kernel(mono, kernel);
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        double wanted[BURST_TAPS], sum = 0.0;
        plain_weights(phase / (double)BURST_PHASES, mono, wanted);
        for (int i = 0; i < BURST_TAPS; i++) {
            CHECK(fabs((double)kernel[phase][i] - wanted[i]) < 1e-5);
            CHECK(kernel[phase][i] == kernel[BURST_PHASES - phase][BURST_TAPS - 1 - i]);
            sum += (double)kernel[phase][i];
        }
        CHECK(fabs(sum - 1.0) < 1e-6);
    }
}

/* Whole displacements copy samples: frames that did not move add nothing but their own noise. */
static void copies(void) {
    for (int i = 0; i < BURST_TAPS; i++) {
        CHECK(kernel[0][i] == (i == BURST_BEFORE ? 1.0f : 0.0f));
        CHECK(kernel[BURST_PHASES][i] == (i == BURST_BEFORE + 1 ? 1.0f : 0.0f));
    }
}

/* A mono frame's waves of eight samples and more arrive as they are, wherever they are sampled. */
static void keeps_waves(void) {
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        double along = 0.0, across = 0.0;
        for (int i = 0; i < BURST_TAPS; i++) {
            const double at = i - BURST_BEFORE - phase / (double)BURST_PHASES;
            along += (double)kernel[phase][i] * cos(at * 0.785398163);
            across += (double)kernel[phase][i] * sin(at * 0.785398163);
        }
        CHECK(fabs(along - 1.0) < 0.01 && fabs(across) < 0.01);
    }
}

int main(void) {
    compare(0);
    copies();
    compare(1);
    copies();
    keeps_waves();
    return 0;
}
