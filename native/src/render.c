#include "core.h"

baryta_status baryta_render(const baryta_plane *linear, const baryta_look *look,
                            const baryta_plane *picture, int32_t threads, baryta_progress progress,
                            void *user) {
    (void)linear, (void)look, (void)picture, (void)threads, (void)progress, (void)user;
    return BARYTA_BAD_ARGUMENT;
}
