/* Where a frame lacks edges of the reference. */
#include "plain.h"

#include <math.h>

/* What is in a tile of so many pixels a side, of which the last row and column only end
 * differences: 0 no edges, 1 edges, 2 edges that b lacks. noise: variance of a pixel. */
static int edges_of(const plain_image *a, const plain_image *b, int32_t side, double noise,
                    int32_t i, int32_t j) {
    const int32_t x0 = i * side > a->width - side ? a->width - side : i * side;
    const int32_t y0 = j * side > a->height - side ? a->height - side : j * side;
    const int32_t step[2] = {1, a->width}; /* across, down */
    const double products = (side - 1.0) * (side - 1.0), sure = 6.5 * sqrt(3.0 / products);
    double own[2] = {0.0, 0.0}, common[2] = {0.0, 0.0};
    for (int way = 0; way < 2; way++) {
        for (int32_t n = 0; n < side * side; n++) {
            const int32_t x = n % side, y = n / side;
            if (x < side - 1 && y < side - 1) {
                const int32_t at = (y0 + y) * a->width + x0 + x, on = at + step[1 - way];
                const double here = a->data[at + step[way]] - a->data[at];
                const double there = a->data[on + step[way]] - a->data[on];
                own[way] += here * there;
                common[way] += here * (b->data[at + step[way]] - b->data[at]) / 2.0;
                common[way] += there * (b->data[on + step[way]] - b->data[on]) / 2.0;
            }
        }
        own[way] /= 2.0 * noise * products;
        common[way] /= 2.0 * noise * products;
    }
    if (own[0] + own[1] < sure) {
        return 0;
    }
    for (int way = 0; way < 2; way++) {
        if (own[way] > sure / 2.0 && common[way] < 0.65 * own[way]) {
            return 2;
        }
    }
    return 1;
}

int plain_edge_tile(const plain_image reference[2], const plain_image frame[2], double sigma,
                    int32_t i, int32_t j) {
    int most = 0;
    for (int level = 0; level < 2; level++) { /* halved once, halved twice: of 32 samples */
        const double noise = sigma * sigma / pow(4.0, level + 1) + 1.0 / 12.0; /* and rounding's */
        const int found = edges_of(&reference[level], &frame[level], 8 >> level, noise, i, j);
        most = found > most ? found : most;
    }
    return most;
}
