#include "tone_curve.h"

#include "tiles.h"

/* Judged by eye on a night street, a candle, a stained window over a dark desk, a still life and a
 * portrait. */
static const float comfort = 5.0f; /* stops that a picture shows without help */
static const float share = 0.9f; /* of what exceeds them is drawn in at strength 1 */
static const float reach = 2.0f; /* stops from grey that either side may take without help */
static const float most_lift = 2.0f; /* EV */
static const float most_drop = 1.5f;
static const float low_share = 0.35f; /* of the depth: where half of the lift is reached */
static const float high_share = 0.4f;
static const float least_width = 1.3f; /* of lift or drop: the slope stays at 0.5 or more */

enum { BINS = 1280, BINS_A_STOP = 64, LOWEST = -12 };

/* The level below which a share of the map lies. */
static float quantile(const int64_t histogram[BINS], int64_t count, double part) {
    const double wanted = part * (double)count;
    int64_t sum = 0;
    int32_t bin = 0;
    for (; bin < BINS - 1; bin++) {
        sum += histogram[bin];
        if ((double)sum >= wanted) {
            break;
        }
    }
    return LOWEST + ((float)bin + 0.5f) / BINS_A_STOP;
}

static float squared_width(float distance, float amount) {
    const float width = fmaxf(fmaxf(distance, least_width * amount), 0.5f);
    return width * width;
}

baryta_tone_curve baryta_tone_curve_of(const float *stops, int64_t count, float strength,
                                       float floor) {
    int64_t histogram[BINS] = {0};
    for (int64_t i = 0; i < count; i++) {
        const float bin = (stops[i] - LOWEST) * BINS_A_STOP;
        histogram[(int32_t)fminf(fmaxf(bin, 0.0f), BINS - 1)]++;
    }
    /* Grey always counts: a dark street with few lamps has a range, too. */
    const float depth = fmaxf(baryta_tone_grey - quantile(histogram, count, 0.05), 0.0f);
    const float height = fmaxf(quantile(histogram, count, 0.99) - baryta_tone_grey, 0.0f);
    const float wanted = strength * share * fmaxf(0.0f, depth + height - comfort);
    const float low = fmaxf(depth - reach, 0.0f);
    const float high = fmaxf(height - reach, 0.0f);
    const float both = fmaxf(low + high, 1e-6f);
    const float lift = fminf(wanted * low / both, strength * most_lift);
    const float drop = fminf(wanted * high / both, strength * most_drop);
    return (baryta_tone_curve){lift, drop, squared_width(low_share * depth, lift),
                               squared_width(high_share * height, drop), floor};
}
