#include "tone_pyramid.h"

#include <stdlib.h>

static const float detail = 1.4f; /* stops: texture below, edges above */
static const float largest_step = 1.0f; /* stops between two levels g */

enum { DEEPEST = 12, SMALLEST_SIDE = 8, MOST_SAMPLES = 32 };

/* The sizes of a Gaussian pyramid whose levels lie one after the other. */
typedef struct shape {
    int32_t levels;
    int32_t width[DEEPEST];
    int32_t height[DEEPEST];
    int64_t at[DEEPEST + 1]; /* first pixel of each level; the last: their sum */
} shape;

typedef struct job {
    shape form;
    const baryta_tone_curve *curve;
    const float *curved; /* the curve at each pixel of the map */
    const float *pyramid; /* of the map */
    float *even; /* Laplacian coefficients, shares of levels g of even and odd index */
    float *odd;
    float *scratch;
    size_t part;
    float lowest; /* the first g */
    float step;
    int32_t samples;
} job;

static shape shape_of(int32_t columns, int32_t rows) {
    shape form = {0};
    int32_t w = columns;
    int32_t h = rows;
    for (;;) {
        const int32_t level = form.levels++;
        form.width[level] = w;
        form.height[level] = h;
        form.at[level + 1] = form.at[level] + (int64_t)w * h;
        if (form.levels == DEEPEST || baryta_min(w, h) < 2 * SMALLEST_SIDE) {
            return form;
        }
        w = (w + 1) / 2;
        h = (h + 1) / 2;
    }
}

/* Burt and Adelson's reduction, kernel 1 4 6 4 1, borders repeated; line holds a row. */
static void halve(const float *restrict from, int32_t width, int32_t height, float *restrict line,
                  float *restrict to) {
    const int32_t w = (width + 1) / 2;
    for (int32_t y = 0; y < (height + 1) / 2; y++) {
        const float *row[5];
        for (int32_t i = 0; i < 5; i++) {
            row[i] = from + (int64_t)baryta_max(0, baryta_min(2 * y + i - 2, height - 1)) * width;
        }
        for (int32_t x = 0; x < width; x++) {
            line[x + 2] = 0.0625f * (row[0][x] + row[4][x] + 4.0f * (row[1][x] + row[3][x]) +
                                     6.0f * row[2][x]);
        }
        line[0] = line[1] = line[2];
        line[width + 2] = line[width + 3] = line[width + 1];
        float *out = to + (int64_t)y * w;
        for (int32_t x = 0; x < w; x++) {
            const float *at = line + 2 * x;
            out[x] = 0.0625f * (at[0] + at[4] + 4.0f * (at[1] + at[3]) + 6.0f * at[2]);
        }
    }
}

/* Burt and Adelson's expansion of a level at one pixel of the next finer one. */
static float expanded(const float *coarse, int32_t width, int32_t height, int32_t x, int32_t y) {
    static const float even[3] = {0.125f, 0.75f, 0.125f};
    static const float odd[3] = {0.0f, 0.5f, 0.5f};
    const float *across = x & 1 ? odd : even;
    const float *down = y & 1 ? odd : even;
    float sum = 0.0f;
    for (int32_t i = 0; i < 3; i++) {
        const float *row =
            coarse + (int64_t)baryta_max(0, baryta_min(y / 2 + i - 1, height - 1)) * width;
        const int32_t left = baryta_max(0, x / 2 - 1);
        const int32_t right = baryta_min(x / 2 + 1, width - 1);
        sum += down[i] * (across[0] * row[left] + across[1] * row[x / 2] + across[2] * row[right]);
    }
    return sum;
}

static void build(const shape *form, float *pyramid, float *line) {
    for (int32_t i = 1; i < form->levels; i++) {
        halve(pyramid + form->at[i - 1], form->width[i - 1], form->height[i - 1], line,
              pyramid + form->at[i]);
    }
}

static void remap(const job *all, float g, float *restrict out) {
    const float at_g = baryta_tone_curve_at(all->curve, g);
    const float scale = -0.72134752f / (detail * detail);
    const float *restrict stops = all->pyramid;
    const float *restrict curved = all->curved;
    for (int64_t i = 0; i < all->form.at[1]; i++) {
        const float d = stops[i] - g;
        const float weight = baryta_exp2(fmaxf(scale * d * d, -100.0f));
        out[i] = curved[i] + (d - (curved[i] - at_g)) * weight;
    }
}

/* One level g: its pyramid's Laplacian coefficients where the map's own level is next to g. A
 * pixel lies between two g, one of even and one of odd index, so that no two items write to one
 * place. */
static void sample(void *context, int32_t item, int32_t thread) {
    const job *all = context;
    const shape *form = &all->form;
    float *pyramid = all->scratch + (size_t)thread * all->part;
    remap(all, all->lowest + (float)item * all->step, pyramid);
    build(form, pyramid, pyramid + form->at[form->levels]);
    float *out = item & 1 ? all->odd : all->even;
    for (int32_t i = 0; i < form->levels - 1; i++) {
        const float *coarse = pyramid + form->at[i + 1];
        for (int32_t y = 0; y < form->height[i]; y++) {
            const int64_t row = form->at[i] + (int64_t)y * form->width[i];
            for (int32_t x = 0; x < form->width[i]; x++) {
                const float from = (all->pyramid[row + x] - all->lowest) / all->step - (float)item;
                const float share = 1.0f - fabsf(from);
                if (share > 0.0f) {
                    out[row + x] = share * (pyramid[row + x] - expanded(coarse, form->width[i + 1],
                                                                        form->height[i + 1], x, y));
                }
            }
        }
    }
}

/* From the coefficients to the filtered map, in even. */
static void collapse(const job *all) {
    const shape *form = &all->form;
    const int32_t last = form->levels - 1;
    for (int64_t i = form->at[last]; i < form->at[last + 1]; i++) {
        all->even[i] = baryta_tone_curve_at(all->curve, all->pyramid[i]);
    }
    for (int32_t i = last - 1; i >= 0; i--) {
        const float *coarse = all->even + form->at[i + 1];
        for (int32_t y = 0; y < form->height[i]; y++) {
            const int64_t row = form->at[i] + (int64_t)y * form->width[i];
            for (int32_t x = 0; x < form->width[i]; x++) {
                all->even[row + x] += all->odd[row + x] + expanded(coarse, form->width[i + 1],
                                                                   form->height[i + 1], x, y);
            }
        }
    }
}

static void choose_samples(job *all) {
    float low = all->pyramid[0];
    float high = low;
    for (int64_t i = 0; i < all->form.at[1]; i++) {
        low = fminf(low, all->pyramid[i]);
        high = fmaxf(high, all->pyramid[i]);
    }
    const float steps = ceilf((high - low) / largest_step);
    all->samples = 1 + (int32_t)fminf(fmaxf(steps, 1.0f), MOST_SAMPLES - 1);
    all->lowest = low;
    all->step = fmaxf(high - low, 1e-3f) / (float)(all->samples - 1);
}

baryta_status baryta_tone_filter(const float *stops, int32_t columns, int32_t rows,
                                 const baryta_tone_curve *curve, float *gain, int32_t threads) {
    job all = {.form = shape_of(columns, rows), .curve = curve};
    const int64_t base = (int64_t)columns * rows;
    const size_t whole = (size_t)all.form.at[all.form.levels];
    const size_t line = (size_t)columns + 4;
    float *planes = calloc(3 * whole + (size_t)base + line, sizeof(float));
    all.scratch = baryta_scratch(threads, whole + line, &all.part);
    if (planes == NULL || all.scratch == NULL) {
        free(planes);
        free(all.scratch);
        return BARYTA_NO_MEMORY;
    }
    float *pyramid = planes;
    float *curved = planes + 3 * whole;
    all.even = planes + whole;
    all.odd = planes + 2 * whole;
    for (int64_t i = 0; i < base; i++) {
        pyramid[i] = stops[i];
        curved[i] = baryta_tone_curve_at(curve, stops[i]);
    }
    build(&all.form, pyramid, curved + base);
    all.pyramid = pyramid;
    all.curved = curved;
    choose_samples(&all);
    const baryta_status status =
        baryta_for_each(all.samples, all.samples, threads, sample, &all, NULL);
    collapse(&all);
    for (int64_t i = 0; i < base; i++) {
        gain[i] = all.even[i] - stops[i];
    }
    free(planes);
    free(all.scratch);
    return status;
}
