/* One instruction set's table of routines. */
#include "burst_routines.h"

const burst_routines BURST_SET(burst_routines) = {
    .grey = burst_grey,
    .soften = burst_soften,
    .find_motion = burst_find_motion,
    .find_flow = burst_find_flow,
    .strip_begin = burst_strip_begin,
    .strip_advance = burst_strip_advance,
    .strip_look = burst_strip_look,
    .measure_patches = burst_measure_patches,
    .believe = burst_believe,
    .shrink_begin = burst_shrink_begin,
    .shrink_advance = burst_shrink_advance,
    .mark = burst_mark,
    .flag_row = burst_flag_row,
    .sharpness_rows = burst_sharpness_rows,
};
