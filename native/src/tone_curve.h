/* How far a picture's shadows and highlights are drawn together: a curve in stops. */
#ifndef BARYTA_TONE_CURVE_H
#define BARYTA_TONE_CURVE_H

#include "fastmath.h"

static const float baryta_tone_grey = -2.4739312f; /* log2 0.18 */

typedef struct baryta_tone_curve {
    float lift; /* EV that the shadows gain at most, 0..2 */
    float drop; /* EV that the highlights lose at most, 0..1.5 */
    float low; /* squared distance from grey, stops^2, where half of it is reached */
    float high;
    float floor; /* luminance of the noise in black, above 0 */
} baryta_tone_curve;

/* The scale the curve works in: log2 of luminance, held up by the floor, so that noise in black
 * does not count. */
static inline float baryta_tone_stops(float luminance, float floor) {
    return 1.44269504f * baryta_log(luminance + floor);
}

/* From the stops of a picture's map; strength 0..1. */
baryta_tone_curve baryta_tone_curve_of(const float *stops, int64_t count, float strength,
                                       float floor);

/* Rises throughout, with a slope of 0.5 at least. */
static inline float baryta_tone_curve_at(const baryta_tone_curve *curve, float stops) {
    const float from_grey = stops - baryta_tone_grey;
    const float below = -from_grey - 0.5f; /* half a stop either side of grey is left alone */
    const float above = from_grey - 0.5f;
    const float dark = below > 0.0f ? below * below : 0.0f;
    const float bright = above > 0.0f ? above * above : 0.0f;
    /* Light over light and floor: nothing is lifted out of the noise. */
    const float light = 1.0f - curve->floor * baryta_exp2(-stops);
    return stops + curve->lift * light * dark / (dark + curve->low) -
           curve->drop * bright / (bright + curve->high);
}

#endif
