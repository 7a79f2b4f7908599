/* The kernels by themselves, one thread: nanoseconds of processor time a pixel for every
 * instruction set that this machine can run; of the last one the ratio to the memory floor (one
 * frame read, one written) and to the plain twin in tests/c, which is scalar and in double.
 * Development and rendering: of the set that all machines of the kind can run.
 *
 * Pixels are the frame's samples throughout, also where a kernel works on half-size grey. The frame
 * is small enough for a large cache: what only touches memory lies below the floor. Each figure is
 * the least of several runs. */
#include "kernels_bench.h"

#include <string.h>

enum { RUNS = 15, SETS = 3, ROWS = 40 };

static double least_of(bench_timed work, const kernels *k, bench *b, int runs) {
    double least = work(k, b);
    for (int i = 1; i < runs; i++) {
        least = fmin(least, work(k, b));
    }
    return least;
}

/* Nanoseconds a pixel of reading one frame and writing one, too large for the cache. */
static double memory_floor(void) {
    const int32_t width = 4096, height = 3072;
    baryta_plane in = scene_plane(width, height), out = scene_plane(width, height);
    memset(in.data, 1, (size_t)in.stride * (size_t)height);
    double least = HUGE_VAL;
    for (int i = 0; i < RUNS; i++) {
        const double start = bench_now();
        CHECK(baryta_memory_floor(&in, 1, &out, 1) == BARYTA_OK);
        least = fmin(least, bench_now() - start);
    }
    free(in.data);
    free(out.data);
    return 1e9 * least / ((double)width * height);
}

static bench make_bench(const kernels *k, const burst_motion *motion) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    bench b = {
        .c = burst_case_begin(k, &options, BENCH_WIDTH, BENCH_HEIGHT, 1.0f, motion->x, motion->y),
        .motion = motion};
    b.cells = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
    b.cover = burst_allocate((size_t)b.c.merge->grid.columns, sizeof(float));
    b.spectra = burst_allocate(BENCH_BATCH * 8 * KERNELS_BINS * KERNELS_LANES, sizeof(float));
    CHECK(b.cells != NULL && b.cover != NULL && b.spectra != NULL);
    k->routines->grey(b.c.merge, &b.c.frame, 1.0f, &b.c.merge->other);
    k->routines->soften(&b.c.merge->other, &b.c.merge->soft_other, 1);
    k->routines->find_flow(b.c.merge, motion);
    b.found.columns = (BENCH_WIDTH / 2 + 15) / 16;
    b.found.rows = (BENCH_HEIGHT / 2 + 15) / 16;
    const int32_t count = b.found.columns * b.found.rows;
    b.found.x = burst_allocate(2 * (size_t)count, sizeof(float));
    CHECK(b.found.x != NULL);
    b.found.y = b.found.x + count;
    memcpy(b.found.x, b.c.merge->tile_flow, 2 * (size_t)count * sizeof(float));
    for (int axis = 0; axis < 2; axis++) {
        b.field[axis] = plain_plane_make(b.found.columns, b.found.rows);
        for (int32_t i = 0; i < count; i++) {
            b.field[axis].data[i] = (double)b.found.x[axis * count + i];
        }
    }
    CHECK(burst_strips_grow(b.c.merge, burst_plan_strips(b.c.merge)));
    return b;
}

static void free_bench(bench *b) {
    plain_plane_free(&b->field[0]);
    plain_plane_free(&b->field[1]);
    burst_release(b->found.x);
    burst_release(b->cells);
    burst_release(b->cover);
    burst_release(b->spectra);
    burst_case_end(&b->c);
}

/* Seconds of each row's kernel, and with plain not NULL of its twin. */
static void run(const bench_row *rows, const kernels *k, bench *b, double *seconds, double *plain) {
    for (int i = 0; rows[i].name != NULL; i++) {
        seconds[i] = least_of(rows[i].kernel, k, b, RUNS);
        for (int n = 1; n <= rows[i].less; n++) {
            seconds[i] -= seconds[i - n];
        }
        if (plain != NULL) {
            plain[i] = least_of(rows[i].plain, k, b, 1);
        }
    }
}

static void print(const bench_row *rows, double seconds[][ROWS], const double *plain, int sets,
                  int columns, double least) {
    const double scale = 1e9 / ((double)BENCH_WIDTH * BENCH_HEIGHT);
    for (int i = 0; rows[i].name != NULL; i++) {
        printf("  %-14s", rows[i].name);
        for (int set = 0; set < sets; set++) {
            printf("%9.2f", scale * seconds[set][i]);
        }
        const double best = scale * seconds[sets - 1][i];
        printf("%*s%9.1f%9.0f%9.0f\n", 9 * (columns - sets), "", best / least, scale * plain[i],
               scale * plain[i] / best);
    }
}

int main(void) {
    static const bench_row *const lists[3] = {bench_align, bench_blend, bench_develop};
    static const burst_motion motion = {2.3, -1.4, 0.001};
    static double seconds[3][SETS][ROWS], plain[3][ROWS];
    int sets = 0;
    for (; sets < SETS && kernels_of(sets) != NULL; sets++) {
        bench b = make_bench(kernels_of(sets), &motion);
        for (int list = 0; list < (sets == 0 ? 3 : 2); list++) {
            run(lists[list], kernels_of(sets), &b, seconds[list][sets],
                sets == 0 ? plain[list] : NULL);
        }
        free_bench(&b);
    }
    const double least = memory_floor();
    printf("ns/pixel, one thread, %d x %d; memory floor %.2f\n%-16s", BENCH_WIDTH, BENCH_HEIGHT,
           least, "");
    for (int set = 0; set < sets; set++) {
        printf("%9s", kernels_of(set)->name);
    }
    printf("%9s%9s%9s\n", "x floor", "plain", "x plain");
    for (int list = 0; list < 3; list++) {
        static const char *const titles[3] = {"alignment", "merge", "development, rendering"};
        printf("%s\n", titles[list]);
        print(lists[list], seconds[list], plain[list], list < 2 ? sets : 1, sets, least);
    }
    return 0;
}
