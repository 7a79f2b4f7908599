#include "core.h"

baryta_status baryta_lossless_jpeg_encode(const baryta_plane *samples, uint8_t *coded,
                                          int64_t capacity, int64_t *size) {
    (void)samples, (void)coded, (void)capacity, (void)size;
    return BARYTA_BAD_ARGUMENT;
}
