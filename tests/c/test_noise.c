/* What a flat frame says of the noise, told rightly or not, and what is supposed where no noise was
 * told. */
#include "burst_case.h"

enum { WIDTH = 320, HEIGHT = 256 };

/* Half of the picture darker than the other. */
static void fill_flat(const baryta_plane *frame, const baryta_noise *noise, uint32_t seed) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = x < WIDTH / 2 ? 0.08 : 0.4,
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

/* The factors that a flat burst shows against a model told so many times too high. */
static void judge(const kernels *k, float told, float factors[2], int *certain) {
    baryta_noise model = scene_noise;
    for (int site = 0; site < 4; site++) {
        model.shot[site] *= told;
        model.read[site] *= told;
    }
    const baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    fill_flat(&reference, &scene_noise, 1);
    fill_flat(&frame, &scene_noise, 2);
    const baryta_merge_options options = scene_options(&scene_bayer, &model);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &reference, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    CHECK(burst_strips_grow(merge, burst_plan_strips(merge)));
    CHECK(burst_judge_noise(merge, &frame, &factors[0], &factors[1], certain));
    baryta_merge_free(merge);
    free(reference.data);
    free(frame.data);
}

static void judged(const kernels *k) {
    static const float told[] = {1.0f, 1.3f, 1.0f / 3.0f, 3.0f};
    static const float least[] = {1.0f, 1.0f, 2.0f, 0.25f}, most[] = {1.0f, 1.0f, 4.0f, 0.5f};
    for (int i = 0; i < 4; i++) {
        float factors[2];
        int certain = 0;
        judge(k, told[i], factors, &certain);
        CHECK(certain);
        CHECK(factors[0] >= least[i] && factors[0] <= most[i]);
        CHECK(factors[1] >= least[i] && factors[1] <= most[i]);
    }
}

static void supposed(void) {
    baryta_noise noise = {{0.0f, 0.0f, 1e-3f, 1e-3f}, {0.0f, 1e-5f, 0.0f, 3e-5f}};
    burst_suppose_noise(&scene_bayer, &noise);
    CHECK(noise.shot[0] == 3e-4f && fabsf(noise.read[0] - 8.1e-7f) < 1e-12f); /* nothing told */
    CHECK(noise.shot[1] == 0.0f && noise.read[1] == 1e-5f); /* read noise alone */
    CHECK(noise.shot[2] == 1e-3f && fabsf(noise.read[2] - 9e-6f) < 1e-11f);
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
    }
    return 0;
}
