/* Development, rendering and the preview's frames, compiled once for every instruction set that is
 * told apart.
 *
 * Their files see the names of each other with the set's name at the end (pixels_set.h); all others
 * reach them by a table. */
#ifndef BARYTA_PIXELS_ROUTINES_H
#define BARYTA_PIXELS_ROUTINES_H

#include "core.h"
#include "pixels_set.h"

baryta_status baryta_correct_defects_here(const baryta_plane *mosaic,
                                          const baryta_mosaic_format *format,
                                          const baryta_noise *noise, float isolation,
                                          int64_t *corrected, int32_t threads);
baryta_status baryta_develop_here(const baryta_plane *mosaic, const baryta_develop_options *options,
                                  const baryta_plane *linear, baryta_progress progress, void *user);
baryta_status baryta_render_here(const baryta_plane *linear, const baryta_look *look,
                                 const baryta_plane *picture, int32_t threads,
                                 baryta_progress progress, void *user);
baryta_status baryta_fit_frame_here(const baryta_plane *pixels, const baryta_plane *fitted);
baryta_status baryta_tone_frame_here(const baryta_plane *pixels, const baryta_plane *lines,
                                     const baryta_root_gain *range);

typedef struct baryta_pixels_routines {
    baryta_status (*correct_defects)(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, float isolation, int64_t *corrected,
                                     int32_t threads);
    baryta_status (*develop)(const baryta_plane *mosaic, const baryta_develop_options *options,
                             const baryta_plane *linear, baryta_progress progress, void *user);
    baryta_status (*render)(const baryta_plane *linear, const baryta_look *look,
                            const baryta_plane *picture, int32_t threads, baryta_progress progress,
                            void *user);
    baryta_status (*fit_frame)(const baryta_plane *pixels, const baryta_plane *fitted);
    baryta_status (*tone_frame)(const baryta_plane *pixels, const baryta_plane *lines,
                                const baryta_root_gain *range);
} baryta_pixels_routines;

/* Those that this machine can run, from 0 on, the fastest last; NULL beyond it. */
const baryta_pixels_routines *baryta_pixels_of(int set);

extern const baryta_pixels_routines baryta_pixels;

#endif
