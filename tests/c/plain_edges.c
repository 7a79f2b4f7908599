/* What a frame has of the reference's edges. */
#include "plain.h"

#include <math.h>

void plain_edge_tile(const plain_image *reference, const plain_image *frame, int32_t side,
                     double noise, int32_t i, int32_t j, int32_t dx, int32_t dy, double *own,
                     double *common) {
    const plain_image *a = reference, *b = frame;
    const int32_t x0 = i * side > a->width - side ? a->width - side : i * side;
    const int32_t y0 = j * side > a->height - side ? a->height - side : j * side;
    const int32_t step[2] = {1, a->width}, further = dy * a->width + dx; /* across, down */
    *own = *common = 0.0;
    for (int way = 0; way < 2; way++) {
        for (int32_t n = 0; n < side * side; n++) { /* the last row and column end differences */
            const int32_t x = n % side, y = n / side;
            if (x < side - 1 && y < side - 1) {
                const int32_t at = (y0 + y) * a->width + x0 + x, on = at + step[1 - way];
                const uint8_t *there = b->data + further;
                const double here = a->data[at + step[way]] - a->data[at];
                const double next = a->data[on + step[way]] - a->data[on];
                *own += here * next;
                *common += here * (there[at + step[way]] - there[at]) / 2.0;
                *common += next * (there[on + step[way]] - there[on]) / 2.0;
            }
        }
    }
    *own /= 2.0 * noise * (side - 1.0) * (side - 1.0);
    *common /= 2.0 * noise * (side - 1.0) * (side - 1.0);
}

double plain_edge_trust(const plain_plane *own, int32_t i, int32_t j, double lacking) {
    double sum = 0.0, count = 0.0;
    for (int32_t y = j - 1; y <= j + 1; y++) {
        for (int32_t x = i - 1; x <= i + 1; x++) {
            if (x >= 0 && y >= 0 && x < own->width && y < own->height) {
                sum += (double)own->data[y * own->width + x];
                count += 1.0;
            }
        }
    }
    const double edges = sum > 0.0 ? 40.0 * sum / count : 0.0;
    return 1.0 - lacking * edges / (1.0 + edges);
}
