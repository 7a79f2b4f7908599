/* Unsharp masking of the luminance of an encoded tile. */
#ifndef BARYTA_SHARPEN_H
#define BARYTA_SHARPEN_H

#include "core.h"

typedef struct baryta_sharpening {
    float amount; /* 0: none */
    const float *kernel;
    int32_t reach; /* rows and columns needed round the tile; at least 1 where amount > 0 */
} baryta_sharpening;

/* Floats of scratch for a tile of columns x rows. */
size_t baryta_sharpen_scratch(int32_t columns, int32_t rows, int32_t reach);

/* rgb: (rows + 2 reach) x (columns + 2 reach) floats a colour; the inside is sharpened in place. */
void baryta_sharpen(const baryta_sharpening *how, float *const rgb[3], int32_t columns,
                    int32_t rows, float *scratch);

#endif
