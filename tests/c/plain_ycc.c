/* ITU-T T.871. */
#include "plain.h"

static const double matrix[3][3] = {
    {0.299, 0.587, 0.114}, {-0.168736, -0.331264, 0.5}, {0.5, -0.418688, -0.081312}};

double plain_ycc(const uint8_t rgb[3], int channel) {
    double sum = channel ? 128.0 : 0.0;
    for (int c = 0; c < 3; c++) {
        sum += matrix[channel][c] * rgb[c];
    }
    return sum;
}
