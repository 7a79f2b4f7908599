/* A fast local Laplacian filter on a small map. */
#ifndef BARYTA_TONE_PYRAMID_H
#define BARYTA_TONE_PYRAMID_H

#include "tiles.h"
#include "tone_curve.h"

/* The curve applied to a map of stops, columns x rows without gaps, with its detail kept: gain is
 * the result minus stops. S. Paris, S. Hasinoff, J. Kautz, "Local Laplacian filters", SIGGRAPH
 * 2011, in the version of M. Aubry, S. Paris, S. Hasinoff, J. Kautz, F. Durand, "Fast local
 * Laplacian filters", ACM TOG 33(5), 2014. Around a level g a value i becomes
 *   curve(i) + ((i - g) - (curve(i) - curve(g))) exp(-(i - g)^2 / (2 detail^2)):
 * what differs by less than detail stops keeps its contrast, an edge follows the curve. */
baryta_status baryta_tone_filter(const float *stops, int32_t columns, int32_t rows,
                                 const baryta_tone_curve *curve, float *gain, int32_t threads);

#endif
