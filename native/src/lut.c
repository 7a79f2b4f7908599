#include "core.h"

baryta_status baryta_apply_table(const baryta_plane *linear, const baryta_look *look,
                                 const baryta_plane *encoded, int32_t threads) {
    (void)linear, (void)look, (void)encoded, (void)threads;
    return BARYTA_BAD_ARGUMENT;
}
