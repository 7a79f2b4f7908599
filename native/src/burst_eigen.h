/* Eigenvalues and eigenvectors of a symmetric matrix of the 64 samples of a patch. */
#ifndef BARYTA_BURST_EIGEN_H
#define BARYTA_BURST_EIGEN_H

enum { BURST_SAMPLES = 64 };

/* A matrix of the same eigenvalues: its diagonal, and from the second place on what is beside it.
 */
typedef struct burst_tridiagonal {
    double diagonal[BURST_SAMPLES], beside[BURST_SAMPLES];
} burst_tridiagonal;

/* Leaves in `a` what leads back, for burst_eigenvector. */
void burst_make_tridiagonal(double a[BURST_SAMPLES][BURST_SAMPLES], burst_tridiagonal *t);
/* The eigenvalue that so many are less than. */
double burst_eigenvalue(const burst_tridiagonal *t, int place);
/* The vector of length 1 of an eigenvalue that burst_eigenvalue found. */
void burst_eigenvector(double a[BURST_SAMPLES][BURST_SAMPLES], const burst_tridiagonal *t,
                       double value, double vector[BURST_SAMPLES]);

#endif
