#include "core.h"

baryta_status baryta_develop(const baryta_plane *mosaic, const baryta_develop_options *options,
                             const baryta_plane *linear, baryta_progress progress, void *user) {
    (void)mosaic, (void)options, (void)linear, (void)progress, (void)user;
    return BARYTA_BAD_ARGUMENT;
}
