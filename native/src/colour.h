/* White-balanced camera RGB to linear Rec.2020, without negative light. */
#ifndef BARYTA_COLOUR_H
#define BARYTA_COLOUR_H

#include "core.h"

/* Luminance of linear Rec.2020 (Rec. ITU-R BT.2020-2, table 4). */
static const float baryta_luminance[3] = {0.2627f, 0.6780f, 0.0593f};

/* In place on count pixels, by colour. matrix: row-major, exposure included. */
void baryta_colour_row(float *const rgb[3], int32_t count, const float matrix[9]);

#endif
