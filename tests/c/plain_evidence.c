/* How far a suspect's answers are beyond chance, from all of them at once. */
#include "plain.h"

#include <math.h>

/* The weighted mean of a word, and the variance of one: as they differ, or as told. */
static double mean_of(const plain_word *words, int count, int there, double told,
                      double *variance) {
    double sum = 0.0, weights = 0.0, spread = 0.0;
    for (int i = 0; i < count; i++) {
        sum += (there ? words[i].there : words[i].here) / words[i].variance;
        weights += 1.0 / words[i].variance;
    }
    const double mean = sum / weights;
    for (int i = 0; i < count; i++) {
        const double apart = (there ? words[i].there : words[i].here) - mean;
        spread += apart * apart / words[i].variance / weights;
    }
    *variance = fmax(spread * count / (count - 1), told);
    return mean;
}

double plain_evidence(const plain_word *words, int count, double alike) {
    double weights = 0.0, squares = 0.0;
    for (int i = 0; i < count; i++) {
        weights += 1.0 / words[i].variance;
        squares += 1.0 / (words[i].variance * words[i].variance);
    }
    double of_here, of_there;
    const double here = mean_of(words, count, 0, count / weights, &of_here);
    const double there = mean_of(words, count, 1, count / weights, &of_there);
    const double error = sqrt(0.5 * (of_here + of_there) * squares * alike) / weights;
    const double different = count / alike;
    const double needed = fmax(6.0, 4.0 + 90.0 / (different * different));
    return different < 2.5 ? 0.0 : fmin(here, there) / error / needed;
}
