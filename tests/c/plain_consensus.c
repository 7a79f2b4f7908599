/* What most parts of a picture agree on, from native/README.md. */
#include "plain.h"

#include <math.h>

/* More than usual, in units of 0.4 of it and a hundredth. */
static double excess(double misfit, double usual) {
    return misfit > usual ? (misfit - usual) / (0.4 * usual + 0.01) : 0.0;
}

/* The misfit that a fifth of the parts stay below. */
static double usual_of(const double *misfits, int32_t count) {
    int32_t valid = 0;
    for (int32_t i = 0; i < count; i++) {
        valid += misfits[i] >= 0.0;
    }
    for (int32_t i = 0; i < count; i++) {
        int32_t less = 0, as_much = 0;
        for (int32_t j = 0; j < count; j++) {
            less += misfits[j] >= 0.0 && misfits[j] < misfits[i];
            as_much += misfits[j] == misfits[i];
        }
        const int32_t fifth = (int32_t)(0.2 * valid);
        if (misfits[i] >= 0.0 && less <= fifth && fifth < less + as_much) {
            return misfits[i];
        }
    }
    return 1.0;
}

double plain_disagreement(const double *misfits, int32_t count, double usual) {
    double sum = 0.0;
    int32_t valid = 0;
    for (int32_t i = 0; i < count; i++) {
        if (misfits[i] >= 0.0) {
            sum += 1.0 - 1.0 / (1.0 + pow(excess(misfits[i], usual), 2.0));
            valid++;
        }
    }
    return valid > 0 ? sum / valid : 1.0;
}

double plain_weigh_parts(double (*parts)[16], int32_t count, double *misfits, double sums[16]) {
    for (int32_t i = 0; i < count; i++) {
        misfits[i] = parts[i][14] < 20.0 ? -1.0 : parts[i][15] / parts[i][14];
    }
    const double usual = usual_of(misfits, count);
    for (int k = 0; k < 16; k++) {
        sums[k] = 0.0;
        for (int32_t i = 0; i < count; i++) {
            const double weight = pow(1.0 + pow(excess(misfits[i], usual) / 2.5, 4.0), -2.0);
            const double counts = k >= 14 ? 1.0 : misfits[i] < 0.0 ? 0.0 : weight;
            sums[k] += counts * parts[i][k];
        }
    }
    return usual;
}
