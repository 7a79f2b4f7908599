/* Noise left by the sensor, lessened in a developed image that is still in the domain of
 * domain.h, its rows by colour: all red, all green, all blue. See denoise.c for the method. */
#ifndef BARYTA_DENOISE_H
#define BARYTA_DENOISE_H

#include "develop.h"

enum { BARYTA_DENOISE_LEVELS = 5 };

/* Half size, quarter size and so on. u and v: red and blue minus green. */
typedef struct baryta_level {
    int32_t width;
    int32_t height;
    float *u;
    float *v;
    float *variance; /* of u and v, expected of noise in single pixels */
    float *clean_u;
    float *clean_v;
} baryta_level;

typedef struct baryta_denoiser {
    const baryta_development *work;
    baryta_level level[BARYTA_DENOISE_LEVELS];
    float *luma; /* planes of level 0's size from here on */
    float *energy_chroma;
    float *energy_luma;
    float *keep_luma; /* share of the finest detail that stays */
    float *keep_chroma; /* the same, for chroma */
    float *memory; /* all planes; owned */
    float *scratch; /* rows by thread; owned */
    size_t part;
} baryta_denoiser;

/* Measures the image and prepares what is to stay of it. */
baryta_status baryta_denoise_open(baryta_denoiser *denoiser, const baryta_development *work,
                                  const baryta_span *span);
/* Denoises row y of the image; rgb: where it is then, by colour, till the thread's next one; keep:
 * what was left of the finest differences, of chroma and of luminance. */
void baryta_denoise_row(const baryta_denoiser *denoiser, int32_t y, int32_t thread, float *rgb[3],
                        const float *keep[2]);
void baryta_denoise_close(baryta_denoiser *denoiser);

/* A colour of a row of the image. */
static inline float *baryta_denoise_plane(const baryta_plane *image, int32_t y, int colour) {
    return (float *)baryta_row(image, y) + (int64_t)colour * image->width;
}

/* Row y, count samples, of a plane enlarged to twice its size, linear between centres; between
 * holds width floats. */
void baryta_enlarge_row(const float *plane, int32_t width, int32_t height, int32_t y, int32_t count,
                        float *restrict between, float *restrict out);

#endif
