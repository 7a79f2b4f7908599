/* Which routines this machine can run. */
#include "burst_routines.h"

#include <stddef.h>

const burst_routines *burst_routines_of(int set) {
    if (set == 0) {
        return &burst_routines_any;
    }
#if defined(BARYTA_X86_SETS)
    /* Whatever has AVX2 converts half-precision floats too, which clang does not ask for by name.
     */
    if (set == 1 && __builtin_cpu_supports("avx2")) {
        return &burst_routines_avx2;
    }
    if (set == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
        return &burst_routines_avx512;
    }
#endif
    return NULL;
}

const burst_routines *burst_best_routines(void) {
    int set = 0;
    while (burst_routines_of(set + 1) != NULL) {
        set++;
    }
    return burst_routines_of(set);
}
