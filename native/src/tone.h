/* Local tone mapping: a large range of light drawn together, its detail kept. */
#ifndef BARYTA_TONE_H
#define BARYTA_TONE_H

#include "enlarge.h"
#include "tiles.h"

typedef struct baryta_tone {
    baryta_blocks blocks;
    float *maps; /* owned; NULL: nothing to do */
    float *slope; /* gain in EV = slope * stops + offset */
    float *offset;
    float *gain; /* EV, of the blocks' mean light */
    float floor; /* of the stops */
    float least; /* EV */
    float most;
} baryta_tone;

enum { BARYTA_TONE_SIDE = 384 }; /* of the map, at most */

int baryta_tone_wanted(const baryta_look *look);
/* Reads the whole picture. */
baryta_status baryta_tone_open(baryta_tone *tone, const baryta_plane *linear,
                               const baryta_look *look, int32_t threads, const baryta_span *span);
void baryta_tone_close(baryta_tone *tone);

/* In place on part of a row, count at most BARYTA_TONE_CHUNK, by colour. */
enum { BARYTA_TONE_CHUNK = 512 };
void baryta_tone_row(const baryta_tone *tone, int32_t y, int32_t x0, int32_t count,
                     float *const rgb[3]);
/* About what light at a pixel is multiplied with, its own luminance not looked at. */
float baryta_tone_factor(const baryta_tone *tone, int32_t x, int32_t y);

/* Luminance of count pixels, by colour: NaN and negative light as 0, at most 64. */
void baryta_tone_luminance(const float *const rgb[3], int32_t count, float *restrict luminance);

#endif
