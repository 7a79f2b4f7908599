/* What a look does to linear light: bloom, halation, local contrast, vignette. */
#include "plain.h"

#include <math.h>

double plain_luminance(const double rgb[3]) {
    return 0.2627 * rgb[0] + 0.6780 * rgb[1] + 0.0593 * rgb[2]; /* Rec.2020 */
}

void plain_highlight(const double rgb[3], double bloom[3], double *glow) {
    const double light = plain_luminance(rgb), share = light * light / (light * light + 0.36);
    for (int c = 0; c < 3; c++) {
        bloom[c] = share * rgb[c];
    }
    *glow = share * share * light;
}

double plain_block_mean(const plain_plane *plane, int32_t block, int32_t x, int32_t y) {
    double sum = 0.0, count = 0.0;
    for (int32_t v = y * block; v < (y + 1) * block && v < plane->height; v++) {
        for (int32_t u = x * block; u < (x + 1) * block && u < plane->width; u++) {
            sum += plane->data[(ptrdiff_t)v * plane->width + u];
            count += 1.0;
        }
    }
    return sum / count;
}

double plain_map_at(const plain_plane *map, int32_t block, int32_t x, int32_t y) {
    const double u = fmin(fmax((x + 0.5) / block - 0.5, 0.0), map->width - 1.0);
    const double v = fmin(fmax((y + 0.5) / block - 0.5, 0.0), map->height - 1.0);
    double sum = 0.0;
    for (int n = 0; n < 4; n++) {
        const int32_t i = (int32_t)u + n % 2, j = (int32_t)v + n / 2;
        const double weight = fmax(1.0 - fabs(u - i), 0.0) * fmax(1.0 - fabs(v - j), 0.0);
        sum += weight > 0.0 ? weight * map->data[(ptrdiff_t)j * map->width + i] : 0.0;
    }
    return sum;
}

/* Bloom moves light; halation adds what exceeds the pixel's own, red with a quarter of green and a
 * trace of blue. */
void plain_scatter(double rgb[3], const double bloom[3], double glow, double bloom_share,
                   double halation) {
    static const double colour[3] = {1.0, 0.25, 0.04};
    double own[3], own_glow;
    plain_highlight(rgb, own, &own_glow);
    for (int c = 0; c < 3; c++) {
        rgb[c] += bloom_share * (bloom[c] - own[c]);
        rgb[c] += halation * colour[c] * fmax(glow - own_glow, 0.0);
    }
}

double plain_stops(double luminance) {
    return log2(luminance + 0.002);
}

void plain_contrast(double rgb[3], double slope, double offset, double amount) {
    const double stops = plain_stops(plain_luminance(rgb));
    const double detail = stops - (slope * stops + offset);
    for (int c = 0; c < 3; c++) {
        rgb[c] *= exp2(0.8 * amount * detail / (1.0 + fabs(detail)));
    }
}

/* cos^4 of the field angle, whose tangent grows with the distance from the centre. */
double plain_vignette(int32_t width, int32_t height, double ev, int32_t x, int32_t y) {
    const double u = (x + 0.5 - 0.5 * width), v = (y + 0.5 - 0.5 * height);
    const double corner = 0.25 * ((double)width * width + (double)height * height);
    const double tangent_square = (exp2(-ev / 2.0) - 1.0) * (u * u + v * v) / corner;
    return pow(cos(atan(sqrt(tangent_square))), 4.0);
}
