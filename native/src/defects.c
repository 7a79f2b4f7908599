#include "core.h"

baryta_status baryta_correct_defects(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, int64_t *corrected,
                                     int32_t threads) {
    (void)mosaic, (void)format, (void)noise, (void)corrected, (void)threads;
    return BARYTA_BAD_ARGUMENT;
}
