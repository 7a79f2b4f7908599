/* Which sets of kernels this machine can run. */
#include "kernels.h"

#include <stddef.h>

extern const kernels kernels_any, kernels_avx2, kernels_avx512;

const kernels *kernels_of(int set) {
    static const kernels *const all[] = {
        &kernels_any,
#if defined(BARYTA_X86_SETS)
        &kernels_avx2,
        &kernels_avx512,
#endif
    };
    return burst_routines_of(set) != NULL ? all[set] : NULL;
}
