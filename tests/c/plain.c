/* Memory of the plain twins. */
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>

plain_plane plain_plane_make(int32_t width, int32_t height) {
    const plain_plane plane = {calloc((size_t)width * (size_t)height, sizeof(double)), width,
                               height};
    if (plane.data == NULL) {
        fprintf(stderr, "not enough memory for a plane of %d x %d\n", width, height);
        exit(1);
    }
    return plane;
}

void plain_plane_free(plain_plane *plane) {
    free(plane->data);
    plane->data = NULL;
}

static int32_t mirrored(int32_t at, int32_t size) {
    while (at < 0 || at >= size) {
        at = at < 0 ? -at : 2 * (size - 1) - at;
    }
    return at;
}

double plain_at(const plain_plane *plane, int32_t x, int32_t y) {
    const int32_t u = mirrored(x, plane->width), v = mirrored(y, plane->height);
    return plane->data[(size_t)v * (size_t)plane->width + (size_t)u];
}
