/* Colours outside the triangle have a negative component. They are moved towards the grey of
 * their own luminance until it is zero: hue and luminance stay, where clipping would shift both. */
#include "colour.h"

void baryta_colour_row(float *const rgb[3], int32_t count, const float matrix[9]) {
    const float m[9] = {matrix[0], matrix[1], matrix[2], matrix[3], matrix[4],
                        matrix[5], matrix[6], matrix[7], matrix[8]};
    float *restrict first = rgb[0];
    float *restrict second = rgb[1];
    float *restrict third = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float a = first[x];
        const float b = second[x];
        const float c = third[x];
        const float red = m[0] * a + m[1] * b + m[2] * c;
        const float green = m[3] * a + m[4] * b + m[5] * c;
        const float blue = m[6] * a + m[7] * b + m[8] * c;
        const float sum =
            baryta_luminance[0] * red + baryta_luminance[1] * green + baryta_luminance[2] * blue;
        const float light = sum > 0.0f ? sum : 0.0f;
        float least = red < green ? red : green;
        least = least < blue ? least : blue;
        /* Divided in any case, so that the loop has no branch. */
        const float share = light / (light - (least < 0.0f ? least : -1.0f));
        const float keep = least < 0.0f ? share : 1.0f;
        const float r = light + keep * (red - light);
        const float g = light + keep * (green - light);
        const float u = light + keep * (blue - light);
        /* Rounding may leave a little below zero, NaN ends here too. */
        first[x] = r > 0.0f ? r : 0.0f;
        second[x] = g > 0.0f ? g : 0.0f;
        third[x] = u > 0.0f ? u : 0.0f;
    }
}
