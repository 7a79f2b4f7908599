#include "core.h"

const char *baryta_version(void) {
    return "0.1.0";
}

const char *baryta_status_text(baryta_status status) {
    switch (status) {
    case BARYTA_OK:
        return "done";
    case BARYTA_BAD_ARGUMENT:
        return "a size, stride or parameter is out of range";
    case BARYTA_NO_MEMORY:
        return "not enough memory";
    case BARYTA_CANCELLED:
        return "cancelled";
    case BARYTA_TOO_SMALL:
        return "the output buffer is too small";
    }
    return "unknown status";
}

int baryta_plane_valid(const baryta_plane *plane, int64_t pixel_bytes, int64_t sample_bytes) {
    return plane != NULL && plane->data != NULL && plane->width > 0 && plane->height > 0 &&
           plane->width <= BARYTA_MAX_SIDE && plane->height <= BARYTA_MAX_SIDE &&
           plane->stride >= plane->width * pixel_bytes && plane->stride % sample_bytes == 0 &&
           (uintptr_t)plane->data % (uintptr_t)sample_bytes == 0 &&
           plane->stride <= INT64_MAX / plane->height;
}

int baryta_same_size(const baryta_plane *a, const baryta_plane *b) {
    return a->width == b->width && a->height == b->height;
}

int baryta_format_valid(const baryta_mosaic_format *format) {
    if (!(format->white > 0.0f && format->white <= 65535.0f)) {
        return 0;
    }
    for (int site = 0; site < 4; site++) {
        if (format->colour[site] < 0 || format->colour[site] > 2 ||
            !(format->black[site] >= 0.0f && format->black[site] < format->white)) {
            return 0;
        }
    }
    return 1;
}

int baryta_report(baryta_progress progress, void *user, float fraction) {
    return progress != NULL && progress(user, fraction) != 0;
}
