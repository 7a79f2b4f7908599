/* How much quieter than told the reference surely is: the noise that outliers are measured by.
 *
 * What samples differ by from the mean of both like neighbours in a row comes to the model's noise
 * where nothing but noise is, and to more in detail: where even the calmest quarter of them show
 * less than a quarter of noise does, the model is too high, and defects would hide below it. Of the
 * reference alone, so that the frames' order does not matter. */
#include "burst_outliers.h"

/* Rows asked, and every which sample of them. */
enum { ROWS = 64, STEP = 3, BINS = 64, FEWEST = 2000 };
/* Of a normal variable's squares a quarter is below this, in deviations. */
static const float quarter = 0.1015f;
/* What is left of the deviation at least; beyond the other it is taken as told. */
static const float least = 0.5f, as_told = 0.85f;

/* Counts squares of differences over their variance, in BINS steps up to a quarter's as told. */
static int32_t count_row(const baryta_merge *merge, const view *v, int32_t y,
                         int32_t number[BINS]) {
    const int32_t white = (int32_t)merge->options.format.white;
    int32_t count = 0;
    for (int32_t x = 2; x < merge->grid.width - 2; x += STEP) {
        const int32_t own = at(v, x, y), left = at(v, x - 2, y), right = at(v, x + 2, y);
        const int32_t high = own > left ? own > right ? own : right : left > right ? left : right;
        const float mean = 0.5f * (float)(left + right);
        const float sigma = burst_sigma_by(merge, &merge->told, burst_site(x, y), mean);
        if (high >= white || own == 0 || left == 0 || right == 0 || sigma < 1.0f) {
            continue; /* cut off, or mostly rounding */
        }
        const float apart = (float)own - mean;
        const float ratio = apart * apart / (1.5f * sigma * sigma * quarter);
        count++;
        if (ratio < 1.0f) {
            number[(int)(ratio * BINS)]++;
        }
    }
    return count;
}

void burst_find_quieter(baryta_merge *merge) {
    const view v = {merge->reference, merge->grid.width};
    int32_t number[BINS] = {0}, count = 0;
    for (int32_t i = 0; i < ROWS; i++) {
        const int32_t y = (int32_t)((int64_t)merge->grid.height * (2 * i + 1) / (2 * ROWS));
        count += count_row(merge, &v, y, number);
    }
    int32_t below = 0, bin = 0;
    while (bin < BINS && 4 * (below + number[bin]) <= count) {
        below += number[bin++];
    }
    const float ratio = sqrtf(((float)bin + 0.5f) / BINS);
    merge->quieter = count < FEWEST || ratio > as_told ? 1.0f : fmaxf(ratio, least);
}
