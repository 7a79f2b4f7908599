/* Development's and rendering's kernels, of the set that all machines of the kind can run. */
#include "blur.h"
#include "colour.h"
#include "denoise.h"
#include "denoise_noise.h"
#include "grain.h"
#include "highlights.h"
#include "kernels_bench.h"
#include "sharpen.h"

enum { WIDTH = BENCH_WIDTH, HEIGHT = BENCH_HEIGHT, PIXELS = WIDTH * HEIGHT };

static float mosaic[PIXELS], rgb[3 * PIXELS];
static const baryta_plane mosaic_plane = {mosaic, WIDTH, HEIGHT, 4 * WIDTH};
static const baryta_plane rgb_plane = {rgb, WIDTH, HEIGHT, 12 * WIDTH};

static baryta_develop_options options(void) {
    return (baryta_develop_options){.format = scene_bayer,
                                    .noise = scene_noise,
                                    .white_balance = {1.9f, 1.0f, 1.4f},
                                    .exposure = 1.0f,
                                    .denoise = 1.0f,
                                    .threads = 1};
}

static void make_planes(plain_plane planes[3]) {
    for (int c = 0; c < 3; c++) {
        planes[c] = plain_plane_make(WIDTH, HEIGHT);
        for (int32_t i = 0; i < PIXELS; i++) {
            planes[c].data[i] = (double)rgb[3 * i + c];
        }
    }
}

static void free_planes(plain_plane planes[3]) {
    for (int c = 0; c < 3; c++) {
        plain_plane_free(&planes[c]);
    }
}

static double defects(const kernels *k, bench *b) {
    (void)k;
    int64_t corrected;
    const double start = bench_now();
    CHECK(baryta_correct_defects(&b->c.frame, &scene_bayer, &scene_noise, 0.5f, &corrected, 1) ==
          BARYTA_OK);
    return bench_now() - start;
}

static double defects_plain(const kernels *k, bench *b) {
    (void)k;
    int64_t sum = 0;
    const double start = bench_now();
    for (int32_t i = 0; i < PIXELS; i++) {
        sum += plain_corrected(&b->c.frame, &scene_bayer, &scene_noise, 0.5, i % WIDTH, i / WIDTH);
    }
    CHECK(sum > 0);
    return bench_now() - start;
}

static double calibrate(const kernels *k, bench *b) {
    (void)k;
    const baryta_develop_options o = options();
    const double start = bench_now();
    CHECK(baryta_calibrate(&b->c.frame, &o, &mosaic_plane) == BARYTA_OK);
    return bench_now() - start;
}

static double calibrate_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_develop_options o = options();
    const double start = bench_now();
    for (int32_t i = 0; i < PIXELS; i++) {
        mosaic[i] = (float)plain_calibrate(&b->c.frame, &o, i % WIDTH, i / WIDTH);
    }
    return bench_now() - start;
}

static double demosaic(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    const double start = bench_now();
    CHECK(baryta_demosaic(&mosaic_plane, scene_bayer.colour, &rgb_plane, 1) == BARYTA_OK);
    return bench_now() - start;
}

static double demosaic_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    plain_plane in = plain_plane_make(WIDTH, HEIGHT), planes[3];
    make_planes(planes);
    for (int32_t i = 0; i < PIXELS; i++) {
        in.data[i] = (double)mosaic[i];
    }
    const double start = bench_now();
    plain_develop_demosaic(&in, scene_bayer.colour, planes);
    const double seconds = bench_now() - start;
    plain_plane_free(&in);
    free_planes(planes);
    return seconds;
}

static double denoise(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    const baryta_develop_options o = options();
    baryta_development work = {.mosaic = &rgb_plane, .linear = &rgb_plane, .options = &o};
    baryta_develop_noise(&work);
    baryta_denoiser denoiser;
    const double start = bench_now();
    CHECK(baryta_denoise_open(&denoiser, &work, NULL) == BARYTA_OK);
    for (int32_t y = 0; y < HEIGHT; y++) {
        float *row[3];
        const float *keep[2];
        baryta_denoise_row(&denoiser, y, 0, row, keep);
        baryta_inverse_row(&work, y, 0, WIDTH, keep[0], keep[1], row);
    }
    baryta_denoise_close(&denoiser);
    return bench_now() - start;
}

static double denoise_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    const baryta_develop_options o = options();
    plain_plane in[3], out[3], keep[2];
    make_planes(in);
    make_planes(out);
    for (int of = 0; of < 2; of++) {
        keep[of] = plain_plane_make(WIDTH, HEIGHT);
    }
    const double start = bench_now();
    plain_denoise(in, &o, out, keep);
    for (int32_t i = 0; i < PIXELS; i++) {
        double light[3] = {out[0].data[i], out[1].data[i], out[2].data[i]};
        plain_inverse(light, &o, keep[0].data[i], keep[1].data[i]);
    }
    const double seconds = bench_now() - start;
    plain_plane_free(&keep[0]);
    plain_plane_free(&keep[1]);
    free_planes(in);
    free_planes(out);
    return seconds;
}

static const float matrix[9] = {1.3f, -0.4f, 0.1f, -0.2f, 1.5f, -0.3f, 0.05f, -0.6f, 1.55f};

/* Highlights, then colour. */
static double finish(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    static float level[3][WIDTH], row[3][WIDTH];
    const float *const levels[3] = {level[0], level[1], level[2]};
    double seconds = 0.0;
    for (int i = 0; i < 3 * WIDTH; i++) {
        level[i % 3][i / 3] = 1.0f + 0.4f * (float)(i % 3);
    }
    for (int32_t y = 0; y < HEIGHT; y++) {
        for (int i = 0; i < 3 * WIDTH; i++) {
            row[i % 3][i / 3] = rgb[3 * y * WIDTH + i];
        }
        const double start = bench_now();
        float *const colours[3] = {row[0], row[1], row[2]};
        baryta_highlights_row(colours, WIDTH, levels);
        baryta_colour_row(colours, WIDTH, matrix);
        seconds += bench_now() - start;
    }
    return seconds;
}

static double finish_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    static const double level[3] = {1.0, 1.4, 1.8};
    double sum = 0.0;
    const double start = bench_now();
    for (int32_t i = 0; i < PIXELS; i++) {
        double pixel[3] = {(double)rgb[3 * i], (double)rgb[3 * i + 1], (double)rgb[3 * i + 2]};
        plain_highlights(pixel, level);
        plain_colour(pixel, matrix);
        sum += pixel[0];
    }
    CHECK(sum > 0.0);
    return bench_now() - start;
}

/* Of one tile of the renderer's size, as often as the frame has them. */
enum {
    COLUMNS = 256,
    ROWS = 64,
    TILES = PIXELS / (COLUMNS * ROWS),
    SIDE = 2 * BARYTA_KERNEL_REACH
};

static float tile[3][(COLUMNS + SIDE) * (ROWS + SIDE)];
static float scratch[3 * (COLUMNS + SIDE) * (ROWS + SIDE)];

static int32_t make_kernel(int power, float kernel[], double plain[]) {
    const int32_t reach = baryta_kernel(1.0f, power, kernel);
    for (int32_t i = 0; i <= reach; i++) {
        plain[i] = (double)kernel[i];
    }
    return reach;
}

static double sharpen(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    float kernel[BARYTA_KERNEL_REACH + 1];
    double unused[BARYTA_KERNEL_REACH + 1];
    const baryta_sharpening how = {1.0f, kernel, make_kernel(1, kernel, unused)};
    const double start = bench_now();
    for (int i = 0; i < TILES; i++) {
        baryta_sharpen(&how, (float *const[3]){tile[0], tile[1], tile[2]}, COLUMNS, ROWS, scratch);
    }
    return bench_now() - start;
}

static double sharpen_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    float kernel[BARYTA_KERNEL_REACH + 1];
    double plain[BARYTA_KERNEL_REACH + 1], sum = 0.0;
    const int32_t reach = make_kernel(1, kernel, plain), wide = COLUMNS + 2 * reach;
    plain_plane luma = plain_plane_make(wide, ROWS + 2 * reach);
    const double start = bench_now();
    for (int32_t i = 0; i < TILES * COLUMNS * ROWS; i++) {
        const int32_t x = i % COLUMNS, y = i / COLUMNS % ROWS;
        sum += plain_sharpened(&luma, plain, reach, 1.0, x + reach, y + reach);
    }
    CHECK(sum == 0.0);
    const double seconds = bench_now() - start;
    plain_plane_free(&luma);
    return seconds;
}

static double grain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    float kernel[BARYTA_KERNEL_REACH + 1];
    double unused[BARYTA_KERNEL_REACH + 1];
    const baryta_grain how = {1.0f, kernel, make_kernel(2, kernel, unused), 7};
    const double start = bench_now();
    for (int i = 0; i < TILES; i++) {
        baryta_grain_tile(&how, 0, i * ROWS, COLUMNS, ROWS, scratch);
    }
    return bench_now() - start;
}

static double grain_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    float kernel[BARYTA_KERNEL_REACH + 1];
    double plain[BARYTA_KERNEL_REACH + 1], sum = 0.0;
    const int32_t reach = make_kernel(2, kernel, plain);
    const double start = bench_now();
    for (int32_t i = 0; i < PIXELS; i++) {
        sum += plain_grain(7, plain, reach, i % WIDTH, i / WIDTH);
    }
    CHECK(fabs(sum) < PIXELS);
    return bench_now() - start;
}

static uint8_t finished[3 * PIXELS], coded[3 * PIXELS];

static double ycc(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    const baryta_plane picture = {finished, WIDTH, HEIGHT, 3 * WIDTH};
    const baryta_plane out = {coded, WIDTH, HEIGHT, 3 * WIDTH};
    const double start = bench_now();
    CHECK(baryta_ycc(&picture, &out) == BARYTA_OK);
    return bench_now() - start;
}

static double ycc_plain(const kernels *k, bench *b) {
    (void)k;
    (void)b;
    const double start = bench_now();
    for (int32_t i = 0; i < 3 * PIXELS; i++) {
        coded[i] = (uint8_t)fmin(plain_ycc(finished + i / 3 * 3, i % 3) + 0.5, 255.0);
    }
    return bench_now() - start;
}

const bench_row bench_develop[] = {
    {"defects", defects, defects_plain, 0},
    {"calibrate", calibrate, calibrate_plain, 0},
    {"demosaic", demosaic, demosaic_plain, 0},
    {"denoise", denoise, denoise_plain, 0},
    {"highl., colour", finish, finish_plain, 0},
    {"sharpen", sharpen, sharpen_plain, 0},
    {"grain", grain, grain_plain, 0},
    {"ycc", ycc, ycc_plain, 0},
    {NULL, NULL, NULL, 0},
};
