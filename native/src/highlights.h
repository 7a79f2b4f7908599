/* Light beyond the sensor's clipping level. */
#ifndef BARYTA_HIGHLIGHTS_H
#define BARYTA_HIGHLIGHTS_H

#include "core.h"

/* Rebuilds clipped channels of count pixels (white-balanced camera RGB), by colour, in place.
 * clip[c]: the clipping level of channel c at each pixel. */
void baryta_highlights_row(float *const rgb[3], int32_t count, const float *const clip[3]);

#endif
