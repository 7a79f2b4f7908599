#include "core.h"

const char *baryta_version(void) {
    return BARYTA_VERSION;
}

const char *baryta_build(void) {
    return BARYTA_BUILD;
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

int baryta_noise_valid(const baryta_noise *noise) {
    for (int site = 0; noise != NULL && site < 4; site++) {
        if (!(noise->shot[site] >= 0.0f && noise->shot[site] <= 1.0f && noise->read[site] >= 0.0f &&
              noise->read[site] <= 1.0f)) {
            return 0;
        }
    }
    return noise != NULL;
}

int baryta_cfa_mono(const int32_t colour[4]) {
    return colour[0] == 1 && colour[1] == 1 && colour[2] == 1 && colour[3] == 1;
}

int baryta_cfa_valid(const int32_t colour[4]) {
    if (baryta_cfa_mono(colour)) {
        return 1;
    }
    const int down = colour[0] == 1 && colour[3] == 1;
    const int up = colour[1] == 1 && colour[2] == 1;
    const int32_t a = down ? colour[1] : colour[0];
    const int32_t b = down ? colour[2] : colour[3];
    return down != up && ((a == 0 && b == 2) || (a == 2 && b == 0));
}

int baryta_report(baryta_progress progress, void *user, float fraction) {
    return progress != NULL && progress(user, fraction) != 0;
}
