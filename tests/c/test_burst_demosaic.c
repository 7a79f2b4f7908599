/* A frame normalised and demosaiced row by row against the plain twin, mirrored edges included:
 * within 1e-4 of white, which is what variances of floats may cost, and half a step of whole
 * numbers. */
#include "burst_case.h"

static void compare(const kernels *k, const baryta_mosaic_format *format, int32_t width,
                    int32_t height, float exposure) {
    const baryta_merge_options options = scene_options(format, &scene_noise);
    burst_case c = burst_case_begin(k, &options, width, height, exposure, 3.3, -1.6);
    for (int32_t i = 3; i < width * height; i += 397) { /* above white too */
        ((uint16_t *)baryta_row(&c.frame, i / width))[i % width] = i % 2 == 0 ? 65535 : 0;
    }
    burst_case_demosaic(&c);
    const burst_band *band = burst_case_band(k, &c);
    for (int plane = 0; plane < (c.merge->mono ? 1 : 3); plane++) {
        for (int32_t y = -12; y < height + 12; y++) {
            for (int32_t x = -12; x < width + 12; x++) {
                const double gain = (double)c.merge->colour_gain[plane];
                const double to_own = (double)exposure / (c.merge->mono ? 1.0 : gain);
                const double got = burst_band_row(band, plane, y)[x] / 16384.0;
                const double exact = plain_at(&c.planes[plane], x, y) * to_own;
                const double wanted = fmin(fmax(exact, -0.25), 1.25);
                CHECK(fabs(got - wanted) < 1e-4 * (to_own + fabs(wanted)) + 0.5 / 16384.0);
            }
        }
    }
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        for (int order = 0; order < 4; order++) {
            static const int32_t orders[4][4] = {
                {0, 1, 1, 2}, {2, 1, 1, 0}, {1, 0, 2, 1}, {1, 2, 0, 1}};
            baryta_mosaic_format format = scene_bayer;
            for (int site = 0; site < 4; site++) {
                format.colour[site] = orders[order][site];
            }
            compare(k, &format, 67 + order, 50 - order, 1.0f);
        }
        compare(k, &scene_bayer, 203, 149, 0.5f);
        compare(k, &scene_bayer, 130, 97, 3.0f);
        compare(k, &scene_mono, 99, 57, 1.0f);
    }
    return 0;
}
