/* The rows of tiles are shared by the threads: each is done once, a thread that is held up holds up
 * nobody, and who takes over what changes no bit, nor what is told of the progress. */
#include "burst_case.h"

#include <omp.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 40, HEIGHT = 2048, TILES = HEIGHT / 8 + 1, HELD = BURST_STEP, REST = 2 * HELD };

static int done[TILES], by_others;

static void begin(baryta_merge *merge, const burst_pass *pass, burst_strip *strip) {
    (void)merge, (void)pass;
    strip->next = strip->first;
}

static double seconds(void) {
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int others_are_through(void) {
    int rows;
#pragma omp atomic read
    rows = by_others;
    return rows >= TILES - HELD - REST;
}

/* The thread that entered waits with its first rows until the others have done all but a rest. */
static void advance(baryta_merge *merge, const burst_pass *pass, burst_strip *strip, int32_t rows) {
    (void)pass;
    const int others = omp_get_thread_num() > 0;
    const double start = seconds();
    while (!others && omp_get_num_threads() > 1 && !others_are_through()) {
        CHECK(seconds() < start + 60.0);
    }
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int counted = strip->next < strip->last || strip->last == merge->grid.blocks_h;
#pragma omp atomic
        done[strip->next] += counted;
#pragma omp atomic
        by_others += others;
    }
}

static int steadily(void *user, float fraction) {
    float *told = user;
    CHECK(fraction >= *told && fraction <= *told + 0.1f);
    *told = fraction;
    return 0;
}

enum { MOST_STEPS = 1000 };

static float sequences[2][MOST_STEPS];
static int lengths[2];

static int listed(void *user, float fraction) {
    const int which = *(int *)user;
    CHECK(lengths[which] < MOST_STEPS);
    sequences[which][lengths[which]++] = fraction;
    return 0;
}

static int at_once(void *user, float fraction) {
    (void)user;
    return fraction > 0.0f;
}

static baryta_merge *merge_of(int threads, const baryta_plane *reference) {
    baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    options.threads = threads;
    baryta_merge *merge = NULL;
    CHECK(baryta_merge_begin(&options, reference, &merge, NULL, NULL) == BARYTA_OK);
    return merge;
}

static void every_row_once(const baryta_plane *reference) {
    for (int threads = 1; threads <= 4; threads++) {
        baryta_merge *merge = merge_of(threads, reference);
        float told = 0.0f;
        const burst_pass pass = {begin, advance, NULL, 0.0f, 1.0f, steadily, &told};
        memset(done, 0, sizeof done);
        by_others = 0;
        CHECK(!burst_share_rows(merge, &pass) && told == 1.0f);
        for (int i = 0; i < TILES; i++) {
            CHECK(done[i] == 1);
        }
        lengths[0] = lengths[1] = 0;
        for (int which = 0; which < 2; which++) { /* now nobody is held up, now somebody is */
            by_others = which == 0 ? TILES : 0;
            const burst_pass again = {begin, advance, NULL, 0.3f, 1.0f, listed, &which};
            CHECK(!burst_share_rows(merge, &again));
        }
        CHECK(lengths[0] == lengths[1]);
        CHECK(memcmp(sequences[0], sequences[1], sizeof(float) * (size_t)lengths[0]) == 0);
        CHECK(sequences[0][lengths[0] - 1] == 1.0f);
        const burst_pass cancelled = {begin, advance, NULL, 0.0f, 1.0f, at_once, NULL};
        CHECK(threads > 1 || burst_share_rows(merge, &cancelled));
        baryta_merge_free(merge);
    }
}

static int slowly(void *user, float fraction) {
    (void)user, (void)fraction;
    const double start = seconds();
    while (seconds() < start + 0.002) {
    }
    return 0;
}

static void who_takes_over_changes_nothing(const baryta_plane *reference,
                                           const baryta_plane *frame) {
    const baryta_plane first = scene_plane(WIDTH, HEIGHT), second = scene_plane(WIDTH, HEIGHT);
    for (int threads = 1; threads <= 3; threads++) {
        const baryta_plane *out = threads == 1 ? &first : &second;
        baryta_progress progress = threads == 1 ? NULL : slowly;
        baryta_merge *merge = merge_of(threads, reference);
        CHECK(baryta_merge_add(merge, frame, 1.0f, NULL, progress, NULL) == BARYTA_OK);
        CHECK(baryta_merge_finish(merge, out, NULL, NULL, progress, NULL) == BARYTA_OK);
        baryta_merge_free(merge);
        for (int32_t y = 0; y < HEIGHT && threads > 1; y++) {
            CHECK(memcmp(baryta_row(&first, y), baryta_row(&second, y), 2 * WIDTH) == 0);
        }
    }
    free(first.data);
    free(second.data);
}

int main(void) {
    const baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    scene_frame(&reference, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, 1.3, -2.6, 0.0, 2);
    every_row_once(&reference);
    who_takes_over_changes_nothing(&reference, &frame);
    free(reference.data);
    free(frame.data);
    return 0;
}
