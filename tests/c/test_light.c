/* Vignette, bloom, halation and local contrast against their plain twins, through the renderer in
 * a look that only encodes: within a byte of where it rounds. The blurs have a test of their own.
 */
#include "blur.h"
#include "plain.h"
#include "scene.h"

enum { WIDTH = 203, HEIGHT = 131, PIXELS = WIDTH * HEIGHT };

static float linear[3 * PIXELS];
static double wanted[PIXELS][3];

static void fill(void) {
    for (int32_t i = 0; i < 3 * PIXELS; i++) {
        const int32_t x = i / 3 % WIDTH, y = i / 3 / WIDTH;
        const double lamp = scene_light(x, y, 1, 0.0) > 0.9 ? 6.0 : 0.0;
        linear[i] = (float)(scene_light(x, y, i % 3, 0.0) + lamp);
        wanted[i / 3][i % 3] = (double)linear[i];
    }
}

static void render(const baryta_look *effects) {
    static const float corners[24] = {0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1,
                                      1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1};
    static uint8_t picture[3 * PIXELS];
    baryta_look look = *effects;
    look.shaper_scale = 0.05f;
    look.shaper_maximum = 4.0f;
    look.table = corners;
    look.size = 2;
    const baryta_plane in = {linear, WIDTH, HEIGHT, 12 * WIDTH};
    const baryta_plane out = {picture, WIDTH, HEIGHT, 3 * WIDTH};
    CHECK(baryta_render(&in, &look, &out, 2, NULL, NULL) == BARYTA_OK);
    int changed = 0;
    for (int32_t i = 0; i < 3 * PIXELS; i++) {
        const double scale = (double)look.shaper_scale, most = asinh(4.0 / scale);
        const double light = fmin(fmax(wanted[i / 3][i % 3], 0.0), 4.0);
        const double level =
            255.0 * asinh(light / scale) / most + 0.5 + plain_dither(i / 3 % WIDTH, i / 3 / WIDTH);
        CHECK(fabs(picture[i] + 0.5 - fmin(level, 255.0)) < 0.51);
        const double before = asinh(fmin((double)linear[i], 4.0) / scale) / most;
        changed += fabs(255.0 * before - picture[i]) > 4.0;
    }
    CHECK(changed > PIXELS / 8);
}

static plain_plane reduced(const plain_plane *plane, int32_t block) {
    plain_plane map = plain_plane_make((WIDTH + block - 1) / block, (HEIGHT + block - 1) / block);
    for (int32_t i = 0; i < map.width * map.height; i++) {
        map.data[i] = plain_block_mean(plane, block, i % map.width, i / map.width);
    }
    return map;
}

/* By the renderer's own filters: a mean over so many pixels either way, or a Gaussian. */
static void smooth(plain_plane *map, int32_t reach, float deviation) {
    static float values[PIXELS], between[PIXELS];
    const int32_t count = map->width * map->height;
    for (int32_t i = 0; i < count; i++) {
        values[i] = (float)map->data[i];
    }
    if (reach > 0) {
        baryta_box(values, map->width, map->height, reach, between, 1);
    } else {
        baryta_blur(values, map->width, map->height, deviation, between, 1);
    }
    for (int32_t i = 0; i < count; i++) {
        map->data[i] = (double)values[i];
    }
}

static float diagonal(void) {
    return sqrtf((float)(WIDTH * WIDTH + HEIGHT * HEIGHT));
}

/* radius: of the diagonal; block: the largest power of two that leaves it two blocks. */
static void scattering(float bloom, float halation, float radius, int32_t block) {
    plain_plane map[4];
    fill();
    for (int n = 0; n < 4; n++) {
        plain_plane light = plain_plane_make(WIDTH, HEIGHT);
        for (int32_t i = 0; i < PIXELS; i++) {
            double own[4];
            plain_highlight(wanted[i], own, &own[3]);
            light.data[i] = own[n];
        }
        map[n] = reduced(&light, block);
        smooth(&map[n], 0, radius * diagonal() / (float)block);
        plain_plane_free(&light);
    }
    for (int32_t i = 0; i < PIXELS; i++) {
        double there[4];
        for (int n = 0; n < 4; n++) {
            there[n] = plain_map_at(&map[n], block, i % WIDTH, i / WIDTH);
        }
        plain_scatter(wanted[i], there, there[3], (double)bloom, (double)halation);
    }
    render(&(baryta_look){
        .bloom = bloom, .bloom_radius = radius, .halation = halation, .halation_radius = radius});
    for (int n = 0; n < 4; n++) {
        plain_plane_free(&map[n]);
    }
}

/* The guided filter of the stops by themselves (He, Sun and Tang 2010). */
static void contrast(float amount, float radius, int32_t block) {
    plain_plane luminance = plain_plane_make(WIDTH, HEIGHT);
    fill();
    for (int32_t i = 0; i < PIXELS; i++) {
        luminance.data[i] = plain_luminance(wanted[i]);
    }
    plain_plane a = reduced(&luminance, block), b = reduced(&luminance, block);
    const int32_t reach = (int32_t)(radius * diagonal() / (float)block + 0.5f);
    const int32_t count = a.width * a.height;
    for (int32_t i = 0; i < count; i++) {
        a.data[i] = plain_stops(a.data[i]);
        b.data[i] = a.data[i] * a.data[i];
    }
    smooth(&a, reach, 0.0f);
    smooth(&b, reach, 0.0f);
    for (int32_t i = 0; i < count; i++) { /* from mean and mean square to slope and offset */
        const double mean = a.data[i], variance = fmax(b.data[i] - mean * mean, 0.0);
        a.data[i] = variance / (variance + 0.25);
        b.data[i] = (1.0 - a.data[i]) * mean;
    }
    smooth(&a, reach, 0.0f);
    smooth(&b, reach, 0.0f);
    for (int32_t i = 0; i < PIXELS; i++) {
        const int32_t x = i % WIDTH, y = i / WIDTH;
        plain_contrast(wanted[i], plain_map_at(&a, block, x, y), plain_map_at(&b, block, x, y),
                       (double)amount);
    }
    render(&(baryta_look){.local_contrast = amount, .local_contrast_radius = radius});
    plain_plane_free(&luminance);
    plain_plane_free(&a);
    plain_plane_free(&b);
}

static void vignette(float ev) {
    fill();
    for (int32_t i = 0; i < PIXELS; i++) {
        const double gain = plain_vignette(WIDTH, HEIGHT, (double)ev, i % WIDTH, i / WIDTH);
        for (int c = 0; c < 3; c++) {
            wanted[i][c] *= gain;
        }
    }
    render(&(baryta_look){.vignette = ev});
}

int main(void) {
    vignette(-2.5f);
    scattering(0.6f, 0.8f, 0.015f, 1); /* 3.6 pixels */
    scattering(0.9f, 0.0f, 0.03f, 2);
    scattering(0.3f, 0.9f, 0.15f, 16);
    contrast(0.9f, 0.015f, 1);
    contrast(-0.8f, 0.08f, 8);
    return 0;
}
