/* From the square-root domain back to light: what averaging has taken of the noise's variance,
 * times half the curvature of the way back, is missing. */
#include "plain.h"

#include <math.h>

/* The curvature at an unsigned y, of the branch above black. */
static double curvature(double y, double knee) {
    const double step = 1e-4, at[3] = {y - step, y, y + step};
    double light[3];
    for (int i = 0; i < 3; i++) {
        light[i] = 0.5 * at[i] * (at[i] + sqrt(at[i] * at[i] + 4.0 * knee));
    }
    return (light[0] - 2.0 * light[1] + light[2]) / (step * step);
}

void plain_inverse(double rgb[3], const baryta_develop_options *options, double keep_chroma,
                   double keep_luma) {
    const double knee = plain_knee(options);
    double variance[3];
    for (int c = 0; c < 3; c++) {
        variance[c] = plain_noise_at(options, c, rgb[c]);
    }
    /* Luminance keeps noise, which all colours share: 0.35 of it is coarse, 1.68 fine. */
    const double left = (0.35 + 1.68 * keep_luma * keep_luma) *
                        ((variance[0] + variance[2]) / 16.0 + variance[1] / 4.0);
    for (int c = 0; c < 3; c++) {
        double shot, read;
        plain_noise_of(options, c, &shot, &read);
        const double light = plain_from_domain(rgb[c], knee), x = fabs(light);
        const double blur = 0.625 * sqrt(read) * (double)options->white_balance[c];
        const double removed = (1.0 - 0.35 * keep_chroma * keep_chroma) * (variance[c] - left);
        /* Odd about black, where the curvature jumps; read noise blurs the jump. */
        const double side = light * (x + blur) / (x * x + 0.85 * x * blur + blur * blur + 1e-12);
        rgb[c] = light + 0.5 * curvature(fabs(rgb[c]), knee) * removed * side;
    }
}
