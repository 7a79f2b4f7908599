/* The names of what is compiled once for every instruction set that is told apart: see
 * burst_routines.h. */
#ifndef BARYTA_BURST_SET_H
#define BARYTA_BURST_SET_H

/* Without the set's name it is what every machine of the kind can run. */
#ifndef BARYTA_SET
#define BARYTA_SET any
#endif
#define BURST_JOIN(name, set) name##_##set
#define BURST_NAME(name, set) BURST_JOIN(name, set)
#define BURST_SET(name) BURST_NAME(name, BARYTA_SET)

#define burst_shrink_tiles BURST_SET(burst_shrink_tiles)
#define burst_stabilise BURST_SET(burst_stabilise)
#define burst_grey BURST_SET(burst_grey)
#define burst_soften BURST_SET(burst_soften)
#define burst_halve BURST_SET(burst_halve)
#define burst_step_row BURST_SET(burst_step_row)
#define burst_take_step BURST_SET(burst_take_step)
#define burst_make_window BURST_SET(burst_make_window)
#define burst_bears_out BURST_SET(burst_bears_out)
#define burst_find_motion BURST_SET(burst_find_motion)
#define burst_bring_over BURST_SET(burst_bring_over)
#define burst_sway_at BURST_SET(burst_sway_at)
#define burst_spread_flow BURST_SET(burst_spread_flow)
#define burst_find_flow BURST_SET(burst_find_flow)
#define burst_judge_light BURST_SET(burst_judge_light)
#define burst_demosaic_down BURST_SET(burst_demosaic_down)
#define burst_demosaic_green BURST_SET(burst_demosaic_green)
#define burst_demosaic_fit BURST_SET(burst_demosaic_fit)
#define burst_demosaic_chroma BURST_SET(burst_demosaic_chroma)
#define burst_band_begin BURST_SET(burst_band_begin)
#define burst_band_reach BURST_SET(burst_band_reach)
#define burst_difference BURST_SET(burst_difference)
#define burst_mark BURST_SET(burst_mark)
#define burst_flag_row BURST_SET(burst_flag_row)
#define burst_sharpness_rows BURST_SET(burst_sharpness_rows)
#define burst_strip_begin BURST_SET(burst_strip_begin)
#define burst_strip_advance BURST_SET(burst_strip_advance)
#define burst_strip_look BURST_SET(burst_strip_look)
#define burst_measure_patches BURST_SET(burst_measure_patches)
#define burst_believe BURST_SET(burst_believe)
#define burst_shrink_begin BURST_SET(burst_shrink_begin)
#define burst_shrink_advance BURST_SET(burst_shrink_advance)
#define burst_shrink_plan_make BURST_SET(burst_shrink_plan_make)

#endif
