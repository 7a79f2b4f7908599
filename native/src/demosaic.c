#include "core.h"

baryta_status baryta_demosaic(const baryta_plane *normalised, const int32_t colour[4],
                              const baryta_plane *rgb, int32_t threads) {
    (void)normalised, (void)colour, (void)rgb, (void)threads;
    return BARYTA_BAD_ARGUMENT;
}
