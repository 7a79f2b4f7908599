#include "core.h"

baryta_status baryta_merge_begin(const baryta_merge_options *options, const baryta_plane *reference,
                                 baryta_merge **handle) {
    (void)options, (void)reference, (void)handle;
    return BARYTA_BAD_ARGUMENT;
}

baryta_status baryta_merge_add(baryta_merge *handle, const baryta_plane *frame, float exposure,
                               baryta_frame_report *report, baryta_progress progress, void *user) {
    (void)handle, (void)frame, (void)exposure, (void)report, (void)progress, (void)user;
    return BARYTA_BAD_ARGUMENT;
}

baryta_status baryta_merge_finish(baryta_merge *handle, const baryta_plane *merged,
                                  baryta_noise *noise, float *frames, baryta_progress progress,
                                  void *user) {
    (void)handle, (void)merged, (void)noise, (void)frames, (void)progress, (void)user;
    return BARYTA_BAD_ARGUMENT;
}

void baryta_merge_free(baryta_merge *handle) {
    (void)handle;
}

const char *baryta_merge_message(const baryta_merge *handle) {
    (void)handle;
    return "";
}
