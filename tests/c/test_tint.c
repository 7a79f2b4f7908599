/* A frame of other colours than the reference, against the plain twin: found where a lamp gives
 * them, wherever the hand has moved, and in the dark; not where all is brighter, where light is
 * added, where only some of the picture changes, or of mono. */
#include "burst_case.h"

enum { WIDTH = 420, HEIGHT = 340 };

typedef struct change {
    double by[3]; /* colour by colour */
    double dimmed, added, part; /* both frames; light of a colour; of the width that changes */
} change;

/* The scene, whose lamps are left out: it has blacks and lights of all colours. */
static void expose(const baryta_plane *frame, const baryta_mosaic_format *format, const change *c,
                   int is_frame, double dx, double dy, uint32_t seed) {
    for (int32_t y = 0; y < HEIGHT; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < WIDTH; x++) {
            const int site = 2 * (y & 1) + (x & 1), colour = format->colour[site];
            double light = c->dimmed * fmin(scene_light(x - dx, y - dy, colour, 0.0), 0.4);
            if (is_frame && x < c->part * WIDTH) {
                light = c->by[colour] * light + (colour == 0 ? c->added : 0.0);
            }
            double chance = -2.0;
            for (uint32_t k = 0; k < 4; k++) {
                chance += scene_random(x, y, 4 * seed + k);
            }
            const double sigma =
                sqrt((double)scene_noise.shot[site] * light + (double)scene_noise.read[site]);
            const double black = (double)format->black[site], range = (double)format->white - black;
            const double value = black + (light + 1.73 * sigma * chance) * range;
            row[x] = (uint16_t)fmin(fmax(value + 0.5, 0.0), (double)format->white);
        }
    }
}

static void found(const baryta_mosaic_format *format, const change *c, int32_t dx, int32_t dy,
                  double tint[3]) {
    const baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    expose(&reference, format, c, 0, 0.0, 0.0, 1);
    expose(&frame, format, c, 1, dx, dy, 2);
    const burst_motion motion = {dx, dy, 0.0};
    float first[3] = {1.0f, 1.0f, 1.0f};
    for (int threads = 1; threads <= 3; threads += 2) {
        baryta_merge_options options = scene_options(format, &scene_noise);
        options.threads = threads;
        baryta_merge *merge = NULL;
        CHECK(baryta_merge_begin(&options, &reference, &merge, NULL, NULL) == BARYTA_OK);
        burst_find_tint(merge, &frame, &motion);
        const plain_view view = {
            .reference = &reference, .frame = &frame, .format = format, .exposure = 1.0};
        double wanted[3] = {1.0, 1.0, 1.0};
        if (!merge->mono) {
            plain_tint(&view, &merge->options.noise, dx, dy, wanted);
        }
        for (int colour = 0; colour < 3; colour++) {
            CHECK(fabs((double)merge->tint[colour] - wanted[colour]) < 1e-4);
            CHECK(threads == 1 || merge->tint[colour] == first[colour]);
            first[colour] = merge->tint[colour];
            tint[colour] = (double)first[colour];
        }
        baryta_merge_free(merge);
    }
    free(reference.data);
    free(frame.data);
}

int main(void) {
    static const struct {
        change is;
        int32_t dx, dy;
        int made_up_for;
    } cases[] = {
        {{{1.0, 1.0, 1.0}, 1.0, 0.0, 1.0}, 0, 0, 0},  {{{1.0, 1.0, 1.0}, 0.1, 0.0, 1.0}, 6, -4, 0},
        {{{1.1, 1.0, 0.9}, 1.0, 0.0, 1.0}, 0, 0, 1},  {{{1.8, 1.0, 0.5}, 1.0, 0.0, 1.0}, 6, -4, 1},
        {{{0.7, 1.2, 1.6}, 0.1, 0.0, 1.0}, 6, -4, 1}, /* no tile could tell */
        {{{1.3, 1.3, 1.3}, 1.0, 0.0, 1.0}, 6, -4, 0}, /* brighter: another rule's */
        {{{1.0, 1.0, 1.0}, 1.0, 0.05, 1.0}, 0, 0, 0}, /* stray light */
        {{{1.5, 1.0, 0.7}, 1.0, 0.0, 0.5}, 0, 0, 0}, /* half of the picture */
        {{{4.0, 1.0, 1.0}, 0.5, 0.0, 1.0}, 0, 0, 0}, /* too much to be believed */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double tint[3];
        found(&scene_bayer, &cases[i].is, cases[i].dx, cases[i].dy, tint);
        for (int colour = 0; colour < 3; colour++) {
            const double wanted = cases[i].made_up_for ? cases[i].is.by[colour] : 1.0;
            CHECK(cases[i].made_up_for ? fabs(tint[colour] / wanted - 1.0) < 0.03
                                       : tint[colour] == 1.0);
        }
    }
    double tint[3];
    found(&scene_mono, &cases[3].is, 0, 0, tint);
    CHECK(tint[0] == 1.0 && tint[1] == 1.0 && tint[2] == 1.0);
    return 0;
}
