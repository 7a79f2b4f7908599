#include "look.h"

#include <math.h>

static int within(float value, float least, float most) {
    return value >= least && value <= most; /* false for NaN */
}

int baryta_table_valid(const baryta_look *look) {
    if (look == NULL || look->table == NULL || look->size < 2 || look->size > 129 ||
        !within(look->shaper_scale, 1e-6f, 1e6f) || !within(look->shaper_maximum, 1e-6f, 1e6f)) {
        return 0;
    }
    const int64_t count = 3 * (int64_t)look->size * look->size * look->size;
    int valid = 1;
    for (int64_t i = 0; i < count; i++) {
        valid &= within(look->table[i], 0.0f, 1.0f);
    }
    return valid;
}

int baryta_spatial_valid(const baryta_look *look) {
    return within(look->tone_mapping, 0.0f, 1.0f) && within(look->tone_noise, 0.0f, 1.0f) &&
           within(look->vignette, -8.0f, 0.0f) && within(look->halation, 0.0f, 1.0f) &&
           within(look->halation_radius, 0.0f, 0.25f) && within(look->bloom, 0.0f, 1.0f) &&
           within(look->bloom_radius, 0.0f, 0.25f) && within(look->local_contrast, -1.0f, 1.0f) &&
           within(look->local_contrast_radius, 0.0f, 0.25f) &&
           within(look->sharpening, 0.0f, 2.0f) && within(look->sharpening_radius, 0.0f, 10.0f) &&
           within(look->grain, 0.0f, 0.2f) && within(look->grain_size, 0.0f, 0.01f);
}
