/* Demosaicing of one tile. See demosaic.c for the method. */
#ifndef BARYTA_DEMOSAIC_H
#define BARYTA_DEMOSAIC_H

#include "core.h"

enum {
    BARYTA_TILE_WIDTH = 256, /* even */
    BARYTA_TILE_HEIGHT = 128,
    BARYTA_TILE_MARGIN = 14, /* what the filters reach, even */
    BARYTA_TILE_ROWS = BARYTA_TILE_HEIGHT + 2 * BARYTA_TILE_MARGIN,
    BARYTA_TILE_HALF = BARYTA_TILE_WIDTH / 2 + BARYTA_TILE_MARGIN,
    BARYTA_TILE_PAD = 8, /* what a row's filters read beyond its ends */
    BARYTA_TILE_STRIDE = BARYTA_TILE_HALF + 2 * BARYTA_TILE_PAD + 4
};

/* Samples of a tile by column parity: plane[parity][row][PAD + column / 2]. Columns of one parity
 * hold one kind of site in each row, so that every loop runs over adjacent samples. */
typedef float baryta_split[2][BARYTA_TILE_ROWS][BARYTA_TILE_STRIDE];

typedef struct baryta_tile {
    baryta_split sample; /* in the domain of domain.h */
    union {
        baryta_split vertical; /* green minus chroma, guessed along columns; green stage only */
        struct { /* chroma stage: colour = base + slope * green, chroma sites */
            float slope[BARYTA_TILE_ROWS][BARYTA_TILE_STRIDE];
            float base[BARYTA_TILE_ROWS][BARYTA_TILE_STRIDE];
        };
    };
    baryta_split smooth; /* vertical, low-pass */
    float own[BARYTA_TILE_ROWS][BARYTA_TILE_STRIDE]; /* green minus own colour, chroma sites */
    float other[BARYTA_TILE_ROWS][BARYTA_TILE_STRIDE]; /* the other chroma colour, chroma sites */
    float line[BARYTA_TILE_WIDTH + 2 * BARYTA_TILE_MARGIN + 2];
    float rgb[3][BARYTA_TILE_WIDTH + 2];
    int32_t colour[4];
    int32_t rows; /* in use, margins included */
    int32_t half; /* columns of each parity in use, margins included */
} baryta_tile;

/* Reads count samples of row y from column x on. */
typedef void (*baryta_reader)(const void *context, int32_t y, int32_t x, int32_t count, float *out);

static inline int32_t baryta_tile_count(const baryta_plane *picture) {
    return ((picture->width + BARYTA_TILE_WIDTH - 1) / BARYTA_TILE_WIDTH) *
           ((picture->height + BARYTA_TILE_HEIGHT - 1) / BARYTA_TILE_HEIGHT);
}

/* Fills a tile's samples: transformed, mirrored at the picture's borders. (x0, y0) is the first
 * pixel inside the margins, both even. */
void baryta_tile_load(baryta_tile *tile, int32_t x0, int32_t y0, int32_t width, int32_t height,
                      float knee, baryta_reader reader, const void *context);
/* Fills own and other. */
void baryta_tile_green(baryta_tile *tile);
void baryta_tile_chroma(baryta_tile *tile);
/* A row of the tile's inside to tile->rgb, still in the domain. */
void baryta_tile_row(baryta_tile *tile, int32_t row, int32_t count);

/* Column parity of a row's chroma sites. */
static inline int baryta_chroma_parity(const int32_t colour[4], int32_t row) {
    return colour[(row & 1) * 2] == 1;
}

#endif
