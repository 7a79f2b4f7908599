/* What most of a picture agrees on: a step's sums from its parts, and how far a motion is from
 * bringing them all over.
 *
 * Who walks through a dim room is brighter and richer in detail than it, and yet of so little
 * contrast that pixel by pixel he passes for noise: a weight for each pixel cannot leave him out,
 * and of all pixels together his count most. A part of the picture has many pixels. It misfits by
 * what noise makes of its own, as the calmest parts do whatever the noise told, or by more: then
 * it counts less, and in a choice of motions each such part counts as one. */
#include "burst_step.h"

#include <math.h>

static const double calmest = 0.2; /* of the parts: these show what is usual */
static const double enough = 20.0; /* pixels of a part that both pictures have */
/* More than usual that a misfit is proven at: so much of that, and so much. */
static const double of_usual = 0.4, more = 0.01;
/* So often that much, a part counts by a quarter: detail misfits a little in its place too. */
static const double left_out = 2.5;

static void sort(double *values, int32_t count) {
    for (int32_t i = 1; i < count; i++) {
        const double value = values[i];
        int32_t at = i;
        for (; at > 0 && values[at - 1] > value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
}

double burst_usual_misfit(const burst_misfits *misfits) {
    double sorted[BURST_STEP_PARTS];
    for (int32_t i = 0; i < misfits->count; i++) {
        sorted[i] = misfits->of[i];
    }
    sort(sorted, misfits->count);
    return misfits->count > 0 ? sorted[(int32_t)(calmest * misfits->count)] : 1.0;
}

static double square(double value) {
    return value * value;
}

/* By how much of what proves it a part misfits more than usual. */
static double beyond(double misfit, double usual) {
    return fmax(misfit - usual, 0.0) / (of_usual * usual + more);
}

double burst_disagreement(const burst_misfits *misfits, double usual) {
    double sum = 0.0;
    for (int32_t i = 0; i < misfits->count; i++) {
        const double by = square(beyond(misfits->of[i], usual));
        sum += by / (1.0 + by);
    }
    return misfits->count > 0 ? sum / misfits->count : 1.0;
}

void burst_weigh_parts(burst_step_part *parts, int32_t count, burst_misfits *misfits,
                       double sums[BURST_STEP_SUMS]) {
    misfits->count = 0;
    for (int32_t i = 0; i < count; i++) {
        if (parts[i][BURST_STEP_PIXELS] >= enough) {
            misfits->of[misfits->count++] =
                parts[i][BURST_STEP_MISFIT] / parts[i][BURST_STEP_PIXELS];
        }
    }
    const double usual = burst_usual_misfit(misfits);
    for (int k = 0; k < BURST_STEP_SUMS; k++) {
        sums[k] = 0.0;
    }
    int32_t next = 0;
    for (int32_t i = 0; i < count; i++) {
        const int counts = parts[i][BURST_STEP_PIXELS] >= enough;
        const double by = counts ? beyond(misfits->of[next++], usual) / left_out : 0.0;
        const double weight = counts ? square(1.0 / (1.0 + square(square(by)))) : 0.0;
        for (int k = 0; k < BURST_STEP_SUMS; k++) {
            sums[k] += (k < BURST_STEP_PIXELS ? weight : 1.0) * parts[i][k];
        }
    }
}
