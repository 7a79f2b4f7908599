/* Whether a frame is noisier than the reference, though its exposure does not tell: its gain was
 * raised, or another camera took it.
 *
 * A lens draws the same scene into every frame, and so with the same few directions of the patches'
 * 64 (burst_quiet.c), wherever the hand has moved it. In the reference's quietest ones the frame
 * has nothing but noise either, or no more of detail than the reference. So neither motion nor
 * detail has a part in the ratio of both; the lower quartile of the patches is not moved by what
 * has come into the picture. */
#include "burst_patches.h"
#include "burst_quiet.h"

enum { ACROSS = 32, DOWN = 32, FEWEST = 128 };

/* What a patch has in the reference's quietest directions. */
static void project(const burst_quiet *quiet, const float patch[BURST_SAMPLES],
                    float parts[BURST_QUIET]) {
    for (int n = 0; n < BURST_QUIET; n++) {
        float sum[BURST_SIDE] = {0.0f};
        for (int i = 0; i < BURST_SAMPLES; i++) {
            sum[i % BURST_SIDE] += quiet->direction[n][i] * patch[i];
        }
        parts[n] =
            ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
    }
}

/* The lower quartile of their mean squares, less the mean of all. */
static float quartile(float parts[][BURST_QUIET], int32_t count, float *listed) {
    double mean[BURST_QUIET] = {0.0};
    for (int32_t k = 0; k < count; k++) {
        for (int n = 0; n < BURST_QUIET; n++) {
            mean[n] += (double)parts[k][n] / count;
        }
    }
    for (int32_t k = 0; k < count; k++) {
        listed[k] = 0.0f;
        for (int n = 0; n < BURST_QUIET; n++) {
            const float off = parts[k][n] - (float)mean[n];
            listed[k] += off * off * (1.0f / BURST_QUIET);
        }
    }
    return burst_ranked(listed, count, count / 4);
}

float burst_quiet_quarter(baryta_merge *merge, const burst_quiet *quiet, const baryta_plane *frame,
                          float gain) {
    float parts[ACROSS * DOWN][BURST_QUIET], listed[ACROSS * DOWN];
    int8_t taken[ACROSS * DOWN] = {0};
    const int32_t most_x = (frame->width - BURST_SIDE) / 2;
    const int32_t most_y = (frame->height - BURST_SIDE) / 2;
    const int32_t across = most_x + 1 < ACROSS ? most_x + 1 : ACROSS;
    const int32_t down = most_y + 1 < DOWN ? most_y + 1 : DOWN;
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t n = 0; n < across * down; n++) {
        const int32_t x = 2 * (int32_t)((int64_t)(n % across) * most_x / (across - 1));
        const int32_t y = 2 * (int32_t)((int64_t)(n / across) * most_y / (down - 1));
        float patch[BURST_SAMPLES], shot;
        if (!burst_worked(merge, 4 * BURST_SAMPLES) &&
            burst_take_patch(merge, frame, gain, x, y, patch, &shot)) {
            project(quiet, patch, parts[n]);
            taken[n] = 1;
        }
    }
    int32_t count = 0;
    for (int32_t n = 0; n < across * down; n++) {
        for (int i = 0; i < BURST_QUIET && taken[n]; i++) {
            parts[count][i] = parts[n][i];
        }
        count += taken[n];
    }
    return count < FEWEST ? 0.0f : quartile(parts, count, listed);
}

float burst_compare_quiet(baryta_merge *merge, const baryta_plane *frame) {
    const burst_quiet *quiet = &merge->quiet;
    if (quiet->quarter <= 0.0f) {
        return 0.0f;
    }
    return burst_quiet_quarter(merge, quiet, frame, merge->frame_gain) / quiet->quarter;
}
