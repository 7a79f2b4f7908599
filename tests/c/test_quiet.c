/* What the reference alone shows of the noise, against the plain twin: of noise and of a weave it
 * is the noise, told rightly or not; of detail as white as noise it is more; of few patches
 * nothing. Where it is known a frame's word is brought to it, else under it. */
#include "burst_case.h"
#include "burst_patches.h"

enum { FLAT, WEAVE, WHITE };

/* Light at a sample, colours apart. */
static double light_at(int kind, int32_t x, int32_t y, int colour) {
    const double u = 0.97 * x + 0.24 * y, v = 0.97 * y - 0.24 * x;
    return kind == FLAT    ? 0.3
           : kind == WEAVE ? 0.3 + 0.12 * sin(u * (1.5 + 0.4 * colour)) + 0.08 * sin(1.9 * v)
                           : 0.1 + 0.4 * scene_random(x, y, 90);
}

static void fill(const baryta_plane *frame, int kind) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = light_at(kind, x, y, scene_bayer.colour[site]);
            double chance = -6.0;
            for (uint32_t k = 0; k < 12; k++) {
                chance += scene_random(x, y, k);
            }
            const double variance =
                (double)scene_noise.shot[site] * light + (double)scene_noise.read[site];
            const double value = light + sqrt(variance) * chance,
                         black = (double)scene_bayer.black[site];
            row[x] = (uint16_t)(black + value * ((double)scene_bayer.white - black) + 0.5);
        }
    }
}

static burst_quiet look(const baryta_plane *reference, double told, int32_t threads,
                        double wanted[3]) {
    baryta_noise model = scene_noise;
    for (int site = 0; site < 4; site++) {
        model.shot[site] *= (float)told;
        model.read[site] *= (float)told;
    }
    baryta_merge_options options = scene_options(&scene_bayer, &model);
    options.threads = threads;
    baryta_merge *merge = NULL;
    CHECK(baryta_merge_begin(&options, reference, &merge, NULL, NULL) == BARYTA_OK);
    const burst_quiet quiet = merge->quiet;
    baryta_merge_free(merge);
    plain_quiet(reference, &scene_bayer, &model, wanted);
    return quiet;
}

static int near(double a, double b) {
    return fabs(a - b) <= 2e-3 * fabs(b);
}

static void compared(int32_t width, int32_t height) {
    static const double told[] = {1.0, 0.5, 2.0};
    const baryta_plane reference = scene_plane(width, height);
    for (int kind = FLAT; kind <= WHITE; kind++) {
        fill(&reference, kind);
        for (int i = 0; i < 3; i++) {
            double wanted[3];
            const burst_quiet found = look(&reference, told[i], 1, wanted);
            const burst_quiet again = look(&reference, told[i], 3, wanted);
            CHECK(found.most == again.most && found.rises == again.rises);
            CHECK(near((double)found.most, wanted[0]) && near((double)found.rises, wanted[1]) &&
                  near((double)found.shot_part, wanted[2]));
            const double seen = (double)found.most * told[i];
            CHECK(kind == WHITE ? seen > 5.0 : seen > 0.85 && seen < 1.15);
            CHECK(kind == WHITE || found.rises < 1.07f);
            const int right = kind == WHITE ? 0 : (int)(4.0 * log2(1.0 / told[i]));
            CHECK(abs(burst_quiet_quarters(&found) - right) <= 1);
        }
    }
    free(reference.data);
}

static void few(void) {
    const baryta_plane reference = scene_plane(48, 40);
    fill(&reference, FLAT);
    double wanted[3];
    const burst_quiet found = look(&reference, 1.0, 1, wanted);
    CHECK(found.most == 0.0f && wanted[0] == 0.0 && burst_quiet_quarters(&found) == 0);
    free(reference.data);
}

/* By what the reference shows, how the differences read and what the frame says: what is taken. */
static void confined(void) {
    static const struct {
        float most, rises;
        double calm;
        int tells, sure;
        double said, taken;
    } cases[] = {
        {1.0f, 1.0f, 1.3, 1, 0, 2.0, 1.0}, /* a pattern read as twice the noise */
        {2.0f, 1.0f, 2.9, 0, 0, 1.0, 2.0}, /* nobody tells, but the reference does */
        {2.0f, 1.0f, 2.0, 1, 1, 1.7, 1.7}, /* near it the frame's word stands */
        {60.0f, 1.0f, 1.0, 1, 0, 1.0, 1.0}, /* detail as white as noise */
        {60.0f, 1.0f, 0.5, 1, 0, 1.0, 0.55}, /* and no more than the differences */
        {2.8f, 1.2f, 6.0, 1, 0, 1.0, 1.75}, /* hardly anything but noise */
        {60.0f, 1.0f, 50.0, 1, 0, 1.0, 1.0}, /* nor where it is misplaced */
        {9.0f, 1.6f, 4.0, 1, 0, 2.0, 2.0}, /* detail: the frame's word */
        {3.0f, 1.0f, 9.0, 0, 0, 1.0, 1.0}, /* too much for none to confirm */
        {0.0f, 0.0f, 1.0, 1, 0, 2.0, 2.0}, /* not known */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const burst_quiet quiet = {
            .most = cases[i].most, .rises = cases[i].rises, .shot_part = 0.5f};
        double shot = cases[i].said, read = cases[i].said;
        burst_confine(&quiet, cases[i].calm, cases[i].tells, cases[i].sure, &shot, &read);
        CHECK(fabs(shot - cases[i].taken) < 1e-6 && fabs(read - cases[i].taken) < 1e-6);
    }
}

int main(void) {
    compared(311, 257);
    compared(64, 640);
    few();
    confined();
    return 0;
}
