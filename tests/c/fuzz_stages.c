/* Every stage that takes a view: any size, stride, level and option is refused or worked through.
 */
#include "fuzz_input.h"

enum { LARGEST_SIDE = 100 }; /* of what is worked through: enough for several tiles */

static baryta_mosaic_format any_format(fuzz_input *in) {
    static const int32_t layouts[][4] = {{0, 1, 1, 2}, {2, 1, 1, 0}, {1, 0, 2, 1},
                                         {1, 2, 0, 1}, {1, 1, 1, 1}, {0, 0, 3, -1}};
    baryta_mosaic_format format;
    memcpy(format.colour, layouts[fuzz_byte(in) % 6], sizeof format.colour);
    const float scale = fuzz_byte(in) % 2 ? 65535.0f : 4095.0f;
    for (int site = 0; site < 4; site++) {
        format.black[site] = 0.1f * scale * fuzz_float(in);
    }
    format.white = scale * (0.5f + 0.5f * fuzz_float(in));
    return format;
}

static baryta_noise any_noise(fuzz_input *in) {
    baryta_noise noise;
    for (int site = 0; site < 4; site++) {
        noise.shot[site] = fuzz_float(in);
        noise.read[site] = fuzz_float(in);
    }
    return noise;
}

static int32_t any_threads(fuzz_input *in) {
    const uint32_t byte = fuzz_byte(in);
    return byte < 250 ? 1 + (int32_t)(byte % 2) : (int32_t)byte - 252;
}

static int too_slow(int32_t width, int32_t height) {
    return width <= 32768 && height <= 32768 && (width > LARGEST_SIDE || height > LARGEST_SIDE) &&
           width > 0 && height > 0 && (int64_t)width * height > LARGEST_SIDE * LARGEST_SIDE;
}

static void measure(fuzz_input *in, const baryta_plane *mosaic) {
    const baryta_mosaic_format format = any_format(in);
    const baryta_noise noise = any_noise(in);
    float sharpness = 0.0f;
    int64_t corrected = 0;
    fuzz_known(baryta_sharpness(mosaic, &format, &noise, &sharpness, any_threads(in)));
    fuzz_known(baryta_correct_defects(mosaic, &format, &noise, &corrected, any_threads(in)));
}

static void halve(fuzz_input *in, const baryta_plane *mosaic) {
    const baryta_mosaic_format format = any_format(in);
    const baryta_noise noise = any_noise(in);
    const int mono = format.colour[0] == 1 && format.colour[1] == 1;
    const int32_t off = fuzz_byte(in) < 240 ? 0 : 1;
    const int32_t width = (mono ? mosaic->width / 2 : mosaic->width / 4 * 2) + off;
    const int32_t height = mono ? mosaic->height / 2 : mosaic->height / 4 * 2;
    baryta_plane half;
    uint8_t *memory = fuzz_plane(in, 2, width, height, &half);
    if (memory != NULL) {
        baryta_mosaic_format half_format;
        baryta_noise half_noise;
        const int32_t scale = (int32_t)(fuzz_byte(in) % 20);
        fuzz_known(baryta_halve_mosaic(mosaic, &format, &noise, scale, &half, &half_format,
                                       &half_noise, any_threads(in)));
    }
    free(memory);
}

static void merge(fuzz_input *in, const baryta_plane *mosaic) {
    const baryta_merge_options options = {
        .format = any_format(in),
        .noise = any_noise(in),
        .robustness = 2.0f * fuzz_float(in),
        .shrink = fuzz_float(in),
        .output_scale = (int32_t)(fuzz_byte(in) % 20),
        .threads = any_threads(in),
    };
    baryta_merge *handle = NULL;
    const baryta_status begun = baryta_merge_begin(&options, mosaic, &handle);
    fuzz_known(begun);
    CHECK((begun == BARYTA_OK) == (handle != NULL));
    const int frames = (int)(fuzz_byte(in) % 3);
    for (int i = 0; handle != NULL && i <= frames; i++) {
        baryta_plane view;
        const int32_t off = fuzz_byte(in) < 240 ? 0 : 2;
        uint8_t *memory = fuzz_plane(in, 2, mosaic->width + off, mosaic->height, &view);
        if (memory != NULL && i < frames) {
            baryta_frame_report report;
            const float exposure = 0.25f + 4.0f * fuzz_float(in);
            fuzz_known(baryta_merge_add(handle, &view, exposure, &report, NULL, NULL));
        } else if (memory != NULL) {
            baryta_noise noise;
            float effective = 0.0f;
            fuzz_known(baryta_merge_finish(handle, &view, &noise, &effective, NULL, NULL));
        }
        free(memory);
    }
    baryta_merge_free(handle);
}

static void develop(fuzz_input *in, const baryta_plane *mosaic) {
    float gain[4 * 3 * 5];
    const int32_t rows = 1 + (int32_t)(fuzz_byte(in) % 3);
    const int32_t columns = 1 + (int32_t)(fuzz_byte(in) % 5);
    baryta_develop_options options = {
        .format = any_format(in),
        .noise = any_noise(in),
        .shading = {fuzz_byte(in) % 2 ? gain : NULL, rows, columns},
        .exposure = 4.0f * fuzz_float(in),
        .denoise = fuzz_float(in),
        .threads = any_threads(in),
    };
    for (int i = 0; i < 4 * rows * columns; i++) {
        gain[i] = 1.0f + 3.0f * fuzz_float(in);
    }
    for (int i = 0; i < 3; i++) {
        options.white_balance[i] = i == 1 ? 1.0f : 1.0f + 3.0f * fuzz_float(in);
    }
    for (int i = 0; i < 9; i++) {
        options.matrix[i] = 2.0f * fuzz_float(in) - 1.0f;
    }
    const uint32_t what = fuzz_byte(in) % 4;
    baryta_plane linear;
    uint8_t *memory = fuzz_plane(in, what == 0 ? 4 : 12, mosaic->width, mosaic->height, &linear);
    if (memory != NULL) {
        fuzz_known(what == 0 ? baryta_calibrate(mosaic, &options, &linear)
                             : baryta_develop(mosaic, &options, &linear, NULL, NULL));
    }
    free(memory);
}

static void render(fuzz_input *in, const baryta_plane *mosaic) {
    enum { NODES = 4 };
    float table[NODES * NODES * NODES * 3];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        table[i] = fuzz_float(in);
    }
    const baryta_look look = {
        .shaper_scale = 0.1f * fuzz_float(in),
        .shaper_maximum = 16.0f * fuzz_float(in),
        .table = table,
        .size = fuzz_byte(in) < 240 ? 2 + (int32_t)(fuzz_byte(in) % (NODES - 1)) : 1,
        .tone_mapping = fuzz_float(in),
        .tone_noise = fuzz_float(in),
        .vignette = -2.0f * fuzz_float(in),
        .halation = fuzz_float(in),
        .halation_radius = 0.1f * fuzz_float(in),
        .bloom = fuzz_float(in),
        .bloom_radius = 0.1f * fuzz_float(in),
        .local_contrast = 2.0f * fuzz_float(in) - 1.0f,
        .local_contrast_radius = 0.1f * fuzz_float(in),
        .sharpening = 2.0f * fuzz_float(in),
        .sharpening_radius = 10.0f * fuzz_float(in),
        .grain = 0.2f * fuzz_float(in),
        .grain_size = 0.01f * fuzz_float(in),
        .grain_seed = fuzz_word(in),
    };
    const uint32_t alone = fuzz_byte(in) % 4;
    baryta_plane linear;
    baryta_plane picture;
    uint8_t *from = fuzz_plane(in, 12, mosaic->width, mosaic->height, &linear);
    uint8_t *to = fuzz_plane(in, alone == 0 ? 12 : 3, mosaic->width, mosaic->height, &picture);
    if (from != NULL && to != NULL) {
        const int32_t threads = any_threads(in);
        fuzz_known(alone == 0 ? baryta_apply_table(&linear, &look, &picture, threads)
                              : baryta_render(&linear, &look, &picture, threads, NULL, NULL));
    }
    free(from);
    free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input in = {data, size};
    const uint32_t stage = fuzz_byte(&in) % 5;
    const int32_t width = fuzz_side(&in);
    const int32_t height = fuzz_side(&in);
    baryta_plane mosaic;
    uint8_t *memory = too_slow(width, height) ? NULL : fuzz_plane(&in, 2, width, height, &mosaic);
    if (memory == NULL) {
        return 0;
    }
    void (*const stages[])(fuzz_input *, const baryta_plane *) = {measure, halve, merge, develop,
                                                                  render};
    stages[stage](&in, &mosaic);
    free(memory);
    return 0;
}
