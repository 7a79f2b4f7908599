/* How much noisier a frame is than told, against the plain twin: of noise alone, in cloth that no
 * patch is calm in, where it has moved; a gain that was told is none. Of few patches nothing. */
#include "burst_case.h"
#include "burst_patches.h"

enum { FLAT, CLOTH };

static double light_at(int kind, double x, double y, int colour) {
    const double u = 0.97 * x + 0.24 * y, v = 0.97 * y - 0.24 * x;
    return kind == FLAT ? 0.3 : 0.3 + 0.12 * sin(u * (1.5 + 0.4 * colour)) + 0.08 * sin(1.9 * v);
}

/* Noise of so many times the variance. */
static void fill(const baryta_plane *frame, int kind, double noisier, double moved, uint32_t seed) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = light_at(kind, x + moved, y - moved, scene_bayer.colour[site]);
            double chance = -6.0;
            for (uint32_t k = 0; k < 12; k++) {
                chance += scene_random(x, y, 12 * seed + k);
            }
            const double variance =
                (double)scene_noise.shot[site] * light + (double)scene_noise.read[site];
            const double value = light + sqrt(noisier * variance) * chance,
                         black = (double)scene_bayer.black[site];
            row[x] = (uint16_t)(black + value * ((double)scene_bayer.white - black) + 0.5);
        }
    }
}

/* What is found, told so many times the noise and that gain. */
static double compared(const baryta_plane *reference, const baryta_plane *frame, double told,
                       double gain) {
    baryta_noise model = scene_noise;
    for (int site = 0; site < 4; site++) {
        model.shot[site] *= (float)told;
        model.read[site] *= (float)told;
    }
    baryta_merge_options options = scene_options(&scene_bayer, &model);
    float found[2];
    for (int i = 0; i < 2; i++) {
        baryta_merge *merge = NULL;
        options.threads = 1 + 2 * i;
        CHECK(baryta_merge_begin(&options, reference, &merge, NULL, NULL) == BARYTA_OK);
        merge->frame_gain = (float)gain;
        found[i] = burst_compare_quiet(merge, frame);
        baryta_merge_free(merge);
    }
    CHECK(found[0] == found[1]);
    const double wanted = plain_noisier(reference, frame, &scene_bayer, &model, gain);
    CHECK(fabs((double)found[0] - wanted) <=
          1e-2 * wanted); /* like eigenvalues: float turns vectors */
    return (double)found[0];
}

int main(void) {
    const baryta_plane reference = scene_plane(311, 257), frame = scene_plane(311, 257);
    for (int kind = FLAT; kind <= CLOTH; kind++) {
        fill(&reference, kind, 1.0, 0.0, 1);
        static const double noisier[] = {1.0, 2.0, 8.0};
        for (int i = 0; i < 3; i++) {
            fill(&frame, kind, noisier[i], 2.7, 2);
            const double found = compared(&reference, &frame, 1.0, 1.0) / noisier[i];
            CHECK(found > 0.8 && found < 1.25);
        }
        fill(&frame, kind, 3.0, 0.4, 3);
        CHECK(fabs(compared(&reference, &frame, 2.0, 1.0) / 3.0 - 1.0) < 0.2);
        CHECK(compared(&reference, &frame, 1.0, 3.0) < 1.25);
    }
    const baryta_plane few = scene_plane(48, 40);
    fill(&few, FLAT, 1.0, 0.0, 1);
    CHECK(compared(&few, &few, 1.0, 1.0) == 0.0);
    free(reference.data);
    free(frame.data);
    free(few.data);
    return 0;
}
