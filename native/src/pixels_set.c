/* One instruction set's table of routines. */
#include "pixels_routines.h"

const baryta_pixels_routines baryta_pixels = {
    .correct_defects = baryta_correct_defects_here,
    .develop = baryta_develop_here,
    .render = baryta_render_here,
    .fit_frame = baryta_fit_frame_here,
    .tone_frame = baryta_tone_frame_here,
};
