/* Colours outside the triangle have a negative component. They are moved towards the grey of
 * their own luminance until it is zero: hue and luminance stay, where clipping would shift both. */
#include "colour.h"

void baryta_colour_row(float *restrict rgb, int32_t count, const float matrix[9]) {
    for (int32_t x = 0; x < count; x++) {
        const float a = rgb[3 * x];
        const float b = rgb[3 * x + 1];
        const float c = rgb[3 * x + 2];
        const float red = matrix[0] * a + matrix[1] * b + matrix[2] * c;
        const float green = matrix[3] * a + matrix[4] * b + matrix[5] * c;
        const float blue = matrix[6] * a + matrix[7] * b + matrix[8] * c;
        const float sum =
            baryta_luminance[0] * red + baryta_luminance[1] * green + baryta_luminance[2] * blue;
        const float light = sum > 0.0f ? sum : 0.0f;
        float least = red < green ? red : green;
        least = least < blue ? least : blue;
        const float keep = least < 0.0f ? light / (light - least) : 1.0f;
        const float r = light + keep * (red - light);
        const float g = light + keep * (green - light);
        const float u = light + keep * (blue - light);
        /* Rounding may leave a little below zero, NaN ends here too. */
        rgb[3 * x] = r > 0.0f ? r : 0.0f;
        rgb[3 * x + 1] = g > 0.0f ? g : 0.0f;
        rgb[3 * x + 2] = u > 0.0f ? u : 0.0f;
    }
}
