/* Every stage that takes a view, for every instruction set that this machine can run: any size,
 * stride, level and option is refused or worked through. */
#include "pixels_routines.h" /* first: the merge's header names a set */

#include "burst_routines.h"
#include "fuzz_input.h"

enum { LARGEST_SIDE = 124 }; /* of what is worked through: enough for several tiles */

static baryta_mosaic_format any_format(fuzz_input *in) {
    static const int32_t layouts[][4] = {{0, 1, 1, 2}, {2, 1, 1, 0}, {1, 0, 2, 1},
                                         {1, 2, 0, 1}, {1, 1, 1, 1}, {0, 0, 3, -1}};
    baryta_mosaic_format format;
    memcpy(format.colour, layouts[fuzz_byte(in) % (in->wild ? 6 : 5)], sizeof format.colour);
    const float scale = fuzz_byte(in) % 2 ? 65535.0f : 4095.0f;
    for (int site = 0; site < 4; site++) {
        format.black[site] = fuzz_float(in, 0.0f, 0.1f * scale);
    }
    format.white = fuzz_float(in, 0.5f * scale, scale);
    return format;
}

static baryta_noise any_noise(fuzz_input *in) {
    baryta_noise noise;
    for (int site = 0; site < 4; site++) {
        noise.shot[site] = fuzz_float(in, 0.0f, ldexpf(1.0f, -(int)(fuzz_byte(in) % 16)));
        noise.read[site] = fuzz_float(in, 0.0f, ldexpf(1.0f, -(int)(fuzz_byte(in) % 20)));
    }
    return noise;
}

/* What white can be multiplied by, or something it cannot. */
static int32_t any_scale(fuzz_input *in, const baryta_mosaic_format *format) {
    if (fuzz_odd(in)) {
        return (int32_t)(fuzz_byte(in) % 40) - 2;
    }
    return format->white > 32767.0f
               ? 1
               : 1 + (int32_t)(fuzz_byte(in) % (format->white > 4095.0f ? 2 : 16));
}

static int32_t any_threads(fuzz_input *in) {
    return fuzz_odd(in) ? (int32_t)(fuzz_byte(in) % 4) - 3 : 1 + (int32_t)(fuzz_byte(in) % 2);
}

/* Which set of routines: the narrow ones fail at sizes where the wide ones do not. */
static int any_set(fuzz_input *in) {
    const int set = (int)(fuzz_byte(in) % 3);
    return burst_routines_of(set) != NULL && baryta_pixels_of(set) != NULL ? set : 0;
}

static int too_slow(int32_t width, int32_t height) {
    return width <= 32768 && height <= 32768 && (width > LARGEST_SIDE || height > LARGEST_SIDE) &&
           width > 0 && height > 0 && (int64_t)width * height > LARGEST_SIDE * LARGEST_SIDE;
}

static void measure(fuzz_input *in, const baryta_plane *mosaic) {
    const baryta_mosaic_format format = any_format(in);
    const baryta_noise noise = any_noise(in);
    float sharpness = 0.0f;
    const float isolation = fuzz_float(in, 0.5f, 4.0f);
    int64_t corrected = 0;
    fuzz_known(baryta_sharpness(mosaic, &format, &noise, &sharpness, any_threads(in)));
    const int32_t threads = any_threads(in);
    fuzz_known(baryta_pixels_of(any_set(in))
                   ->correct_defects(mosaic, &format, &noise, isolation, &corrected, threads));
}

static void halve(fuzz_input *in, const baryta_plane *mosaic) {
    const baryta_mosaic_format format = any_format(in);
    const baryta_noise noise = any_noise(in);
    const int mono = format.colour[0] == 1 && format.colour[1] == 1;
    const int32_t off = fuzz_odd(in) ? 1 : 0;
    const int32_t width = (mono ? mosaic->width / 2 : mosaic->width / 4 * 2) + off;
    const int32_t height = mono ? mosaic->height / 2 : mosaic->height / 4 * 2;
    baryta_plane half;
    uint8_t *memory = fuzz_plane(in, 2, 2, width, height, &half);
    if (memory != NULL) {
        baryta_mosaic_format half_format;
        baryta_noise half_noise;
        const int32_t scale = any_scale(in, &format);
        fuzz_known(baryta_halve_mosaic(mosaic, &format, &noise, scale, &half, &half_format,
                                       &half_noise, any_threads(in)));
    }
    free(memory);
}

static void merge(fuzz_input *in, const baryta_plane *mosaic) {
    baryta_merge_options options = {
        .format = any_format(in),
        .noise = any_noise(in),
        .robustness = fuzz_float(in, 0.0f, 2.0f),
        .shrink = fuzz_float(in, 0.0f, 1.0f),
        .threads = any_threads(in),
    };
    options.frame_noise = 1.0f;
    options.output_scale = any_scale(in, &options.format);
    baryta_merge *handle = NULL;
    const baryta_status begun =
        burst_begin(&options, mosaic, burst_routines_of(any_set(in)), &handle, NULL, NULL);
    fuzz_known(begun);
    CHECK((begun == BARYTA_OK) == (handle != NULL));
    const int frames = (int)(fuzz_byte(in) % 3);
    for (int i = 0; handle != NULL && i <= frames; i++) {
        baryta_plane view;
        const int32_t off = fuzz_odd(in) ? 2 : 0;
        uint8_t *memory = fuzz_plane(in, 2, 2, mosaic->width + off, mosaic->height, &view);
        if (memory != NULL && i < frames) {
            baryta_frame_report report;
            const float exposure = fuzz_float(in, 0.25f, 4.0f);
            fuzz_known(baryta_merge_set_gain(handle, i % 2 == 0 ? exposure : 1.0f));
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
        .exposure = fuzz_float(in, 0.1f, 4.0f),
        .denoise = fuzz_float(in, 0.0f, 1.0f),
        .threads = any_threads(in),
    };
    for (int i = 0; i < 4 * rows * columns; i++) {
        gain[i] = fuzz_float(in, 1.0f, 4.0f);
    }
    for (int i = 0; i < 3; i++) {
        options.white_balance[i] = i == 1 ? 1.0f : fuzz_float(in, 1.0f, 4.0f);
    }
    for (int i = 0; i < 9; i++) {
        options.matrix[i] = fuzz_float(in, -1.0f, 2.0f);
    }
    const uint32_t what = fuzz_byte(in) % 4;
    baryta_plane linear;
    uint8_t *memory = fuzz_plane(in, what == 0 ? 4 : 12, 4, mosaic->width, mosaic->height, &linear);
    if (memory != NULL) {
        const baryta_pixels_routines *routines = baryta_pixels_of(any_set(in));
        fuzz_known(what == 0 ? baryta_calibrate(mosaic, &options, &linear)
                             : routines->develop(mosaic, &options, &linear, NULL, NULL));
    }
    free(memory);
}

static void render(fuzz_input *in, const baryta_plane *mosaic) {
    enum { NODES = 4 };
    float table[NODES * NODES * NODES * 3];
    const uint32_t step = fuzz_byte(in);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        table[i] = (float)(i * step % 256) / 255.0f;
    }
    if (fuzz_odd(in)) {
        table[fuzz_byte(in) % 8] = fuzz_float(in, -1.0f, 2.0f);
    }
    const baryta_look look = {
        .shaper_scale = fuzz_float(in, 0.001f, 0.1f),
        .shaper_maximum = fuzz_float(in, 1.0f, 16.0f),
        .table = table,
        .size = fuzz_odd(in) ? 1 : 2 + (int32_t)(fuzz_byte(in) % (NODES - 1)),
        .tone_mapping = fuzz_float(in, 0.0f, 1.0f),
        .tone_noise = fuzz_float(in, 0.0f, 1.0f),
        .vignette = fuzz_float(in, -8.0f, 0.0f),
        .halation = fuzz_float(in, 0.0f, 1.0f),
        .halation_radius = fuzz_float(in, 0.0f, 0.25f),
        .bloom = fuzz_float(in, 0.0f, 1.0f),
        .bloom_radius = fuzz_float(in, 0.0f, 0.25f),
        .local_contrast = fuzz_float(in, -1.0f, 1.0f),
        .local_contrast_radius = fuzz_float(in, 0.0f, 0.25f),
        .sharpening = fuzz_float(in, 0.0f, 2.0f),
        .sharpening_radius = fuzz_float(in, 0.0f, 10.0f),
        .grain = fuzz_float(in, 0.0f, 0.2f),
        .grain_size = fuzz_float(in, 0.0f, 0.01f),
        .grain_seed = fuzz_word(in),
    };
    const uint32_t alone = fuzz_byte(in) % 4;
    baryta_plane linear;
    baryta_plane picture;
    uint8_t *from = fuzz_plane(in, 12, 4, mosaic->width, mosaic->height, &linear);
    uint8_t *to = fuzz_plane(in, alone == 0 ? 12 : 3, alone == 0 ? 4 : 1, mosaic->width,
                             mosaic->height, &picture);
    if (from != NULL && to != NULL) {
        const int32_t threads = any_threads(in);
        const baryta_pixels_routines *routines = baryta_pixels_of(any_set(in));
        fuzz_known(alone == 0 ? baryta_apply_table(&linear, &look, &picture, threads)
                              : routines->render(&linear, &look, &picture, threads, NULL, NULL));
    }
    free(from);
    free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input in = fuzz_begin(data, size);
    const uint32_t stage = fuzz_byte(&in) % 5;
    const int32_t least = stage == 2 ? 32 : 16;
    const int32_t width = fuzz_side(&in, least);
    const int32_t height = fuzz_side(&in, least);
    baryta_plane mosaic;
    uint8_t *memory =
        too_slow(width, height) ? NULL : fuzz_plane(&in, 2, 2, width, height, &mosaic);
    if (memory == NULL) {
        return 0;
    }
    void (*const stages[])(fuzz_input *, const baryta_plane *) = {measure, halve, merge, develop,
                                                                  render};
    stages[stage](&in, &mosaic);
    free(memory);
    return 0;
}
