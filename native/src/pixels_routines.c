/* Which of development's and rendering's builds this machine can run, and the way to them. */
#include "pixels_routines.h"

#include <stddef.h>

#if defined(BARYTA_X86_SETS)
extern const baryta_pixels_routines baryta_pixels_avx2, baryta_pixels_avx512;
#endif

const baryta_pixels_routines *baryta_pixels_of(int set) {
    if (set == 0) {
        return &baryta_pixels;
    }
#if defined(BARYTA_X86_SETS)
    if (set == 1 && __builtin_cpu_supports("avx2")) {
        return &baryta_pixels_avx2;
    }
    if (set == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
        return &baryta_pixels_avx512;
    }
#endif
    return NULL;
}

static const baryta_pixels_routines *best(void) {
    int set = 0;
    while (baryta_pixels_of(set + 1) != NULL) {
        set++;
    }
    return baryta_pixels_of(set);
}

baryta_status baryta_correct_defects(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, float isolation, int64_t *corrected,
                                     int32_t threads) {
    return best()->correct_defects(mosaic, format, noise, isolation, corrected, threads);
}

baryta_status baryta_develop(const baryta_plane *mosaic, const baryta_develop_options *options,
                             const baryta_plane *linear, baryta_progress progress, void *user) {
    return best()->develop(mosaic, options, linear, progress, user);
}

baryta_status baryta_render(const baryta_plane *linear, const baryta_look *look,
                            const baryta_plane *picture, int32_t threads, baryta_progress progress,
                            void *user) {
    return best()->render(linear, look, picture, threads, progress, user);
}

baryta_status baryta_fit_frame(const baryta_plane *pixels, const baryta_plane *fitted) {
    return best()->fit_frame(pixels, fitted);
}

baryta_status baryta_tone_frame(const baryta_plane *pixels, const baryta_plane *lines,
                                const baryta_root_gain *range) {
    return best()->tone_frame(pixels, lines, range);
}
