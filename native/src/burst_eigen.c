/* A few eigenvalues and eigenvectors: to a tridiagonal matrix by reflections (Householder, J. ACM
 * 5(4), 1958), values by bisection, vectors by inverse iteration. */
#include "burst_eigen.h"

#include <math.h>

enum { SAMPLES = BURST_SAMPLES };

void burst_make_tridiagonal(double a[SAMPLES][SAMPLES], burst_tridiagonal *t) {
    for (int k = 0; k < SAMPLES; k++) {
        t->diagonal[k] = a[k][k];
        double norm = 0.0, v[SAMPLES] = {0.0}, p[SAMPLES] = {0.0}, common = 0.0;
        for (int i = k + 1; i < SAMPLES; i++) {
            v[i] = a[i][k];
            norm += v[i] * v[i];
        }
        a[k][k] = 0.0;
        if (k + 1 < SAMPLES) {
            t->beside[k + 1] = a[k + 1][k];
        }
        if (k + 2 >= SAMPLES || norm <= 0.0) {
            continue;
        }
        const double length = v[k + 1] < 0.0 ? -sqrt(norm) : sqrt(norm);
        t->beside[k + 1] = -length;
        v[k + 1] += length;
        const double half = norm + fabs(a[k + 1][k] * length); /* of v's square */
        for (int i = k + 1; i < SAMPLES; i++) {
            for (int j = k + 1; j < SAMPLES; j++) {
                p[i] += a[i][j] * v[j];
            }
            p[i] /= half;
            common += p[i] * v[i];
        }
        for (int i = k + 1; i < SAMPLES; i++) {
            p[i] -= 0.5 * common / half * v[i];
        }
        for (int i = k + 1; i < SAMPLES; i++) {
            for (int j = k + 1; j < SAMPLES; j++) {
                a[i][j] -= v[i] * p[j] + p[i] * v[j];
            }
        }
        for (int i = k + 1; i < SAMPLES; i++) { /* below the diagonal, which nothing asks for */
            a[i][k] = v[i];
        }
        a[k][k] = half;
    }
}

/* By bisection: as many are less than x as Sturm's sequence has negative members. */
double burst_eigenvalue(const burst_tridiagonal *t, int place) {
    double low = 0.0, high = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        high += fabs(t->diagonal[i]);
    }
    for (int step = 0; step < 48; step++) {
        const double x = 0.5 * (low + high);
        double q = 1.0;
        int below = 0;
        for (int i = 0; i < SAMPLES; i++) {
            q = t->diagonal[i] - x - (i > 0 ? t->beside[i] * t->beside[i] / q : 0.0);
            q = fabs(q) < 1e-30 ? -1e-30 : q;
            below += q < 0.0;
        }
        *(below > place ? &high : &low) = x;
    }
    return 0.5 * (low + high);
}

/* Solves (t - value) x = y in place, rows exchanged where the one below is larger. */
static void solve(const burst_tridiagonal *t, double value, double y[SAMPLES]) {
    double d[SAMPLES], e[SAMPLES], f[SAMPLES];
    const double tiny = 1e-15 * (fabs(value) + 1e-9);
    for (int i = 0; i < SAMPLES; i++) {
        d[i] = t->diagonal[i] - value;
        e[i] = i + 1 < SAMPLES ? t->beside[i + 1] : 0.0;
        f[i] = 0.0;
    }
    for (int i = 0; i + 1 < SAMPLES; i++) {
        const double below = t->beside[i + 1];
        if (fabs(d[i]) < fabs(below)) {
            const double by = d[i] / below, beside = e[i], next = d[i + 1], own = y[i];
            d[i] = below;
            e[i] = next;
            f[i] = e[i + 1];
            d[i + 1] = beside - by * next;
            e[i + 1] *= -by;
            y[i] = y[i + 1];
            y[i + 1] = own - by * y[i];
        } else {
            d[i] = fabs(d[i]) < tiny ? tiny : d[i];
            d[i + 1] -= below / d[i] * e[i];
            y[i + 1] -= below / d[i] * y[i];
        }
    }
    for (int i = SAMPLES - 1; i >= 0; i--) {
        const double one = i + 1 < SAMPLES ? e[i] * y[i + 1] : 0.0;
        const double two = i + 2 < SAMPLES ? f[i] * y[i + 2] : 0.0;
        y[i] = (y[i] - one - two) / (fabs(d[i]) < tiny ? tiny : d[i]);
    }
}

static void to_length_one(double y[SAMPLES]) {
    double norm = 1e-300;
    for (int i = 0; i < SAMPLES; i++) {
        norm += y[i] * y[i];
    }
    for (int i = 0; i < SAMPLES; i++) {
        y[i] /= sqrt(norm);
    }
}

void burst_eigenvector(double a[SAMPLES][SAMPLES], const burst_tridiagonal *t, double value,
                       double vector[SAMPLES]) {
    for (int i = 0; i < SAMPLES; i++) {
        vector[i] = 1.0;
    }
    for (int step = 0; step < 3; step++) {
        solve(t, value, vector);
        to_length_one(vector);
    }
    for (int k = SAMPLES - 3; k >= 0; k--) {
        double dot = 0.0;
        for (int i = k + 1; i < SAMPLES && a[k][k] > 0.0; i++) {
            dot += a[i][k] * vector[i];
        }
        for (int i = k + 1; i < SAMPLES && a[k][k] > 0.0; i++) {
            vector[i] -= dot / a[k][k] * a[i][k];
        }
    }
}
