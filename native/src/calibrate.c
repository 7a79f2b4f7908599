#include "core.h"

baryta_status baryta_calibrate(const baryta_plane *mosaic, const baryta_develop_options *options,
                               const baryta_plane *normalised) {
    (void)mosaic, (void)options, (void)normalised;
    return BARYTA_BAD_ARGUMENT;
}
