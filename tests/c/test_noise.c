/* What a flat frame says of the noise, told rightly or not; whether detail that noise hides is the
 * reference's; and what is supposed where no noise was told. */
#include "burst_case.h"
#include "burst_patches.h"

enum { WIDTH = 640, HEIGHT = 256 };

/* Between chances at every fourth sample, -1 .. 1; 0 everywhere for pattern 0. */
static double detail(int32_t x, int32_t y, uint32_t pattern) {
    const int32_t i = x / 4, j = y / 4;
    const double u = 0.25 * (x % 4), v = 0.25 * (y % 4);
    const double top =
        (1.0 - u) * scene_random(i, j, pattern) + u * scene_random(i + 1, j, pattern);
    const double low =
        (1.0 - u) * scene_random(i, j + 1, pattern) + u * scene_random(i + 1, j + 1, pattern);
    return pattern == 0 ? 0.0 : 2.0 * ((1.0 - v) * top + v * low) - 1.0;
}

/* Half of the picture darker than the other, a pattern on both. */
static void fill(const baryta_plane *frame, const baryta_noise *noise, uint32_t seed,
                 uint32_t pattern) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = (x < WIDTH / 2 ? 0.08 : 0.4) * (1.0 + 0.6 * detail(x, y, pattern)),
                         black = (double)scene_bayer.black[site];
            double chance = -6.0;
            for (uint32_t k = 0; k < 12; k++) {
                chance += scene_random(x, y, 12 * seed + k);
            }
            const double variance = (double)noise->shot[site] * light + (double)noise->read[site];
            const double value = light + sqrt(variance) * chance;
            row[x] = (uint16_t)(black + value * ((double)scene_bayer.white - black) + 0.5);
        }
    }
}

/* Looks at a frame of one pattern, the reference of another, where none has moved. */
static baryta_merge *look(const kernels *k, const baryta_noise *model, const baryta_noise *noise,
                          const uint32_t pattern[2], burst_patches *patches) {
    const baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    fill(&reference, noise, 1, pattern[0]);
    fill(&frame, noise, 2, pattern[1]);
    const baryta_merge_options options = scene_options(&scene_bayer, model);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &reference, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    CHECK(burst_strips_grow(merge, burst_plan_strips(merge)));
    CHECK(burst_look_at_patches(merge, &frame, 4000, patches));
    free(reference.data);
    free(frame.data);
    return merge;
}

/* By how many quarters of an octave a flat burst is noisier than a model told so many times too
 * high. */
static void judge(const kernels *k, float told, int quarters[2]) {
    baryta_noise model = scene_noise;
    for (int site = 0; site < 4; site++) {
        model.shot[site] *= told;
        model.read[site] *= told;
    }
    burst_patches patches;
    baryta_merge *merge = look(k, &model, &scene_noise, (const uint32_t[]){0, 0}, &patches);
    burst_judge_noise(merge, &patches, (burst_witness){0, 1, 0}, quarters);
    baryta_merge_free(merge);
}

static void judged(const kernels *k) {
    static const float told[] = {1.0f, 1.2f, 0.5f, 2.0f, 0.25f, 4.0f};
    static const int right[] = {0, 0, 4, -4, 8, -8};
    for (int i = 0; i < 6; i++) {
        int quarters[2];
        judge(k, told[i], quarters);
        CHECK(abs(quarters[0] - right[i]) <= 1 && abs(quarters[1] - right[i]) <= 1);
        CHECK(i > 1 || (quarters[0] == 0 && quarters[1] == 0));
    }
}

/* Of frames' votes the middle one counts, of two the one nearer to the model; in any order. */
static void agreed(const kernels *k) {
    static const int shown[][5] = {{4, 4, 0, 8, 4}, {-4, 4, -4, 0, 0}, {-8, -4, -8, -4, -8}};
    static const int after[][5] = {{4, 4, 4, 4, 4}, {-4, 0, -4, 0, 0}, {-8, -4, -8, -4, -8}};
    for (int i = 0; i < 3; i++) {
        burst_patches patches;
        baryta_merge *merge =
            look(k, &scene_noise, &scene_noise, (const uint32_t[]){0, 0}, &patches);
        burst_agree_on_noise(merge); /* nobody has voted */
        CHECK(merge->options.noise.shot[0] == merge->told.shot[0]);
        for (int n = 0; n < 5; n++) {
            burst_vote_noise(merge, (const int[2]){shown[i][n], 0});
            burst_agree_on_noise(merge);
            CHECK(merge->options.noise.shot[0] == ldexpf(merge->told.shot[0], after[i][n] / 4));
            CHECK(merge->options.noise.read[0] == merge->told.read[0]);
        }
        baryta_merge_free(merge);
    }
}

/* What the reference varies by, mean of the patches, against the model. */
static float varies(const burst_patches *patches) {
    float own = 0.0f, model = 0.0f;
    for (int32_t i = 0; i < patches->count; i++) {
        const burst_patch *p = &patches->patch[i];
        own += p->light < 0.0f ? 0.0f : p->own;
        model += p->light < 0.0f ? 0.0f : p->shot + p->read;
    }
    return own / model;
}

/* That a frame fits and that it does not is told from detail of three tenths of the noise's
 * variance; the same holds against a model that is wrong by two. */
static void compared(const kernels *k) {
    static const uint32_t patterns[][2] = {{3, 3}, {3, 4}, {3, 0}, {0, 0}, {0, 4}};
    static const float told[] = {0.5f, 1.0f, 2.0f};
    baryta_noise noise = scene_noise;
    for (int site = 0; site < 4; site++) {
        noise.shot[site] = 8e-3f;
        noise.read[site] = 1e-4f;
    }
    for (int i = 0; i < 15; i++) {
        baryta_noise model = noise;
        for (int site = 0; site < 4; site++) {
            model.shot[site] *= told[i / 5];
            model.read[site] *= told[i / 5];
        }
        burst_patches patches;
        baryta_merge *merge = look(k, &model, &noise, patterns[i % 5], &patches);
        CHECK(i % 5 > 2 || varies(&patches) * told[i / 5] < 1.3f);
        const burst_likeness like = burst_compare_detail(&patches);
        const int lost = i % 5 == 1 || i % 5 == 2; /* what has no detail to show cannot be told */
        CHECK(like.foreign == lost && like.tells == !lost && like.fits == (i % 5 == 0));
        baryta_merge_free(merge);
    }
}

static void supposed(void) {
    baryta_noise noise = {{0.0f, 0.0f, 1e-3f, 1e-3f}, {0.0f, 1e-5f, 0.0f, 3e-5f}};
    burst_suppose_noise(&scene_bayer, &noise);
    CHECK(noise.shot[0] == 3e-4f && fabsf(noise.read[0] - 2.25e-6f) < 1e-12f); /* nothing told */
    CHECK(noise.shot[1] == 0.0f && noise.read[1] == 1e-5f); /* read noise alone */
    CHECK(noise.shot[2] == 1e-3f && fabsf(noise.read[2] - 2.5e-5f) < 1e-10f);
    CHECK(noise.shot[3] == 1e-3f && noise.read[3] == 3e-5f);
    baryta_noise tiny = {{1e-7f, 1e-7f, 1e-7f, 1e-7f}, {1e-14f, 1e-14f, 1e-14f, 1e-14f}};
    burst_suppose_noise(&scene_bayer, &tiny);
    for (int site = 0; site < 4; site++) { /* rounding's */
        const float level = 1.0f / (scene_bayer.white - scene_bayer.black[site]);
        CHECK(fabsf(tiny.read[site] * 12.0f / (level * level) - 1.0f) < 1e-5f);
    }
}

int main(void) {
    supposed();
    for (int set = 0; kernels_of(set) != NULL; set++) {
        judged(kernels_of(set));
        agreed(kernels_of(set));
        compared(kernels_of(set));
    }
    return 0;
}
