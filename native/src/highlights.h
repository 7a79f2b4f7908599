/* Light beyond the sensor's clipping level. */
#ifndef BARYTA_HIGHLIGHTS_H
#define BARYTA_HIGHLIGHTS_H

#include "core.h"

/* Rebuilds clipped channels of count pixels of 3 floats (white-balanced camera RGB) in place.
 * clip[c]: the clipping level of channel c at each pixel. */
void baryta_highlights_row(float *restrict rgb, int32_t count, const float *const clip[3]);

#endif
