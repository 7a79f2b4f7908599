/* A look's checks, and its table prepared for fast interpolation. */
#ifndef BARYTA_LOOK_H
#define BARYTA_LOOK_H

#include "core.h"

int baryta_table_valid(const baryta_look *look); /* shaper and table */
int baryta_spatial_valid(const baryta_look *look); /* everything else */

typedef struct baryta_table {
    float *nodes; /* size^3 nodes of 4 floats, the fourth unused; owned */
    int32_t size;
    float before; /* shaper: asinh(x * before) * after, in nodes */
    float after;
    float maximum;
} baryta_table;

baryta_status baryta_table_open(baryta_table *table, const baryta_look *look);
void baryta_table_close(baryta_table *table);

/* count pixels, by colour, in place. */
void baryta_table_row(const baryta_table *table, int32_t count, float *const rgb[3]);

#endif
