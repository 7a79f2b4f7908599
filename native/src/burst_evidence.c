/* All frames together prove a defect that none of them proves by itself.
 *
 * At the place of a defect every frame that moved shows more than the scene has there, by what the
 * defect adds, and each lacks it where the reference's content went. The scene moves under it, so
 * that what demosaic and alignment get wrong differs from frame to frame, and the mean's error is
 * that of one frame over the root of their number: of those that did not move alike. */
#include "burst_evidence.h"

#include <math.h>

/* Errors that the lesser mean is to exceed: at least, and of few frames, whose own spread tells
 * less of their error; fewer prove nothing. */
static const float least_errors = 6.0f, many_errors = 4.0f, few_errors = 90.0f;
static const float fewest = 2.5f;
static const float least_variance = 1e-7f; /* of the square of white */

void burst_weigh(burst_evidence *e, int32_t frame, float here, float there, float light,
                 float variance) {
    const float weight = 1.0f / (variance + least_variance);
    e->weight += weight;
    e->weight_square += weight * weight;
    e->here += weight * here;
    e->here_square += weight * here * here;
    e->there += weight * there;
    e->there_square += weight * there * there;
    e->light += weight * light;
    e->frames++;
    e->who |= (uint64_t)1 << frame;
}

/* Of one frame's answers, as they differ among each other, or as what is round them tells. */
static float variance_of(float mean, float square, float frames, float round) {
    return fmaxf((square - mean * mean) * frames / (frames - 1.0f), round);
}

int burst_evident(const burst_evidence *e, float alike) {
    const float frames = (float)e->frames, different = frames / alike, round = frames / e->weight;
    if (!(different >= fewest)) {
        return 0;
    }
    const float here = e->here / e->weight, there = e->there / e->weight;
    const float of_here = variance_of(here, e->here_square / e->weight, frames, round);
    const float of_there = variance_of(there, e->there_square / e->weight, frames, round);
    const float share = e->weight_square / (e->weight * e->weight); /* one over equal frames */
    const float error = sqrtf(0.5f * (of_here + of_there) * share * alike);
    const float needed = fmaxf(least_errors, many_errors + few_errors / (different * different));
    return fminf(here, there) > needed * error;
}
