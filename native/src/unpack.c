#include "core.h"

baryta_status baryta_unpack(const baryta_plane *packed, baryta_packing packing, int32_t shift,
                            const baryta_plane *samples, int32_t threads) {
    (void)packed, (void)packing, (void)shift, (void)samples, (void)threads;
    return BARYTA_BAD_ARGUMENT;
}
