/* How much of the merge's work passes between two questions whether to go on, and after a no: in
 * basic blocks, which the compiler has counted as they run (-fsanitize-coverage=trace-pc), so that
 * no clock judges.
 *
 * The frames are of 12 megapixels, with what makes each stage work most: hot samples, things that
 * have gone far, a wrong noise model. All is compared with what a frame takes in the mean: a
 * Cortex-A72 alone would take 1.1 s for one (native/README.md), of which a fortieth is 28 ms. */
#include "scene.h"

enum { WIDTH = 4056, HEIGHT = 3040, PART_W = 512, PART_H = 384, TILE = 32, FRAMES = 3 };
enum { SHARES = 40 };

void __sanitizer_cov_trace_pc(void);

static _Thread_local int64_t blocks; /* that this thread has run */

void __sanitizer_cov_trace_pc(void) {
    blocks++;
}

/* What a callback is told and tells. */
typedef struct asking {
    int64_t last, longest; /* blocks: at the last question, and between two of them */
    int asked, no_at; /* questions, and which one is answered by no; 0: none */
    float told;
} asking;

static int ask(void *user, float fraction) {
    asking *a = user;
    CHECK(fraction >= a->told && fraction <= 1.0f);
    a->told = fraction;
    a->longest = blocks - a->last > a->longest ? blocks - a->last : a->longest;
    a->last = blocks;
    a->asked++;
    return a->asked == a->no_at;
}

static asking asking_until(int no_at) {
    return (asking){.last = blocks, .no_at = no_at};
}

/* The end of a call counts like a question. */
static void end_of(asking *a) {
    a->longest = blocks - a->last > a->longest ? blocks - a->last : a->longest;
}

/* A frame of the part repeated; some tiles show what is far off, and 3 % of the samples are hot. */
static void fill(const baryta_plane *frame, const baryta_plane *part, int number) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int far = number > 0 && scene_random(x / TILE, y / TILE, 11) < 0.08;
            const int32_t u = (x + (far ? 74 : 0)) % PART_W, v = (y + (far ? 58 : 0)) % PART_H;
            const uint8_t *from = (const uint8_t *)part->data + v * part->stride;
            const int hot = scene_random(x, y, 12) < 0.03;
            row[x] = hot ? 4000 : ((const uint16_t *)(const void *)from)[u];
        }
    }
}

typedef struct counts {
    int64_t begin, add, finish; /* blocks, an add in the mean */
    asking asked[FRAMES + 1]; /* begin, the adds, finish */
} counts;

static baryta_merge_options options_of(int threads) {
    baryta_noise quieter = scene_noise; /* than the frames are */
    for (int site = 0; site < 4; site++) {
        quieter.shot[site] *= 0.4f;
        quieter.read[site] *= 0.4f;
    }
    baryta_merge_options options = scene_options(&scene_bayer, &quieter);
    options.threads = threads;
    return options;
}

static counts count(const baryta_plane frames[FRAMES], const baryta_plane *result, int threads) {
    const baryta_merge_options options = options_of(threads);
    counts c = {0};
    baryta_merge *merge = NULL;
    int64_t start = blocks;
    asking *a = c.asked;
    *a = asking_until(0);
    CHECK(baryta_merge_begin(&options, &frames[0], &merge, ask, a) == BARYTA_OK);
    end_of(a);
    c.begin = blocks - start;
    start = blocks;
    for (int i = 1; i < FRAMES; i++) {
        *++a = asking_until(0);
        CHECK(baryta_merge_add(merge, &frames[i], 1.0f, NULL, ask, a) == BARYTA_OK);
        end_of(a);
    }
    c.add = (blocks - start) / (FRAMES - 1);
    start = blocks;
    *++a = asking_until(0);
    CHECK(baryta_merge_finish(merge, result, NULL, NULL, ask, a) == BARYTA_OK);
    end_of(a);
    c.finish = blocks - start;
    baryta_merge_free(merge);
    return c;
}

static void no_gap_is_long(const counts *c, int threads, int64_t most) {
    printf("%d threads, millions of blocks: begin %.0f, a frame %.0f, finish %.0f; at most",
           threads, 1e-6 * (double)c->begin, 1e-6 * (double)c->add, 1e-6 * (double)c->finish);
    for (int i = 0; i <= FRAMES; i++) {
        printf(" %.2f (%d asked)", 1e-6 * (double)c->asked[i].longest, c->asked[i].asked);
    }
    printf(" of %.2f at once\n", 1e-6 * (double)most);
    for (int i = 0; i <= FRAMES; i++) {
        CHECK(c->asked[i].longest <= most);
        CHECK(c->asked[i].told == 1.0f);
    }
}

/* A no at any question ends the call, and soon. */
static void a_no_ends_it(const baryta_plane frames[FRAMES], const baryta_plane *result, int every,
                         int64_t most) {
    const baryta_merge_options options = options_of(1);
    for (int stage = 0, at = 1; stage < 3; at += every) {
        baryta_merge *merge = NULL;
        asking never = asking_until(0), a = asking_until(stage == 0 ? at : 0);
        baryta_status status = baryta_merge_begin(&options, &frames[0], &merge, ask, &a);
        if (status == BARYTA_OK && stage > 0) {
            a = stage == 1 ? asking_until(at) : never;
            a.last = blocks;
            status = baryta_merge_add(merge, &frames[1], 1.0f, NULL, ask, &a);
        }
        if (status == BARYTA_OK && stage > 1) {
            a = asking_until(at);
            status = baryta_merge_finish(merge, result, NULL, NULL, ask, &a);
        }
        end_of(&a);
        CHECK(a.longest <= most);
        if (a.asked < at) { /* it was through before */
            CHECK(status == BARYTA_OK);
            stage++;
            at = 1 - every;
        } else {
            CHECK(status == BARYTA_CANCELLED && a.asked == at);
            CHECK(stage > 0 || merge == NULL);
        }
        baryta_merge_free(merge);
    }
}

static void make_frames(baryta_plane frames[FRAMES], int32_t width, int32_t height) {
    const baryta_plane part = scene_plane(PART_W, PART_H);
    for (int i = 0; i < FRAMES; i++) {
        frames[i] = scene_plane(width, height);
        scene_frame(&part, &scene_bayer, &scene_noise, 1.0, 5.3 * i, -4.6 * i, 0.0,
                    1 + (uint32_t)i);
        fill(&frames[i], &part, i);
    }
    free(part.data);
}

int main(void) {
    baryta_plane frames[FRAMES], small[FRAMES];
    const baryta_plane result = scene_plane(WIDTH, HEIGHT), small_result = scene_plane(480, 360);
    make_frames(frames, WIDTH, HEIGHT);
    make_frames(small, 480, 360);
    const counts alone = count(frames, &result, 1), shared = count(frames, &result, 2);
    const int64_t most = alone.add / SHARES;
    no_gap_is_long(&alone, 1, most);
    /* Which rows fall to the one that asks is chance: between questions up to twice as many. */
    no_gap_is_long(&shared, 2, 2 * most);
    a_no_ends_it(small, &small_result, 1, most);
    a_no_ends_it(frames, &result, 60, most);
    for (int i = 0; i < FRAMES; i++) {
        free(frames[i].data);
        free(small[i].data);
    }
    free(result.data);
    free(small_result.data);
    return 0;
}
