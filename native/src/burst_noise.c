/* The noise model, corrected by what the burst shows.
 *
 * Where there is no detail, a frame's difference to the reference is noise alone. Whether a
 * patch has detail the reference itself tells: if not, it varies no more than the difference does.
 * Such patches, by their light, say how much more or less noise there is than the model told; shot
 * and read noise are fitted to that. Where none is flat, the shape of the distribution counts: if
 * the lower quartile says what the lowest fiftieth says, patches vary like noise; if not, they
 * differ by detail, and the lowest give an upper bound, which counts as far as the calmest patches
 * differ by more than detail could explain. */
#include "burst_routines.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 8, FEWEST_ROWS = 4, PATCHES = 8000, LEVELS = 8, FEWEST = 64, MANY = 400 };
/* What it costs, as burst_worked counts: a row of tiles by its width, a level of light by patch. */
enum { LOOKING = 256, LISTING = 16 };
enum { SIDE = 4, STRIDE = 2, DOWN = (8 - SIDE) / STRIDE + 1 };

/* The flat patches' lower quartile and the lowest fiftieth of all patches lie so far below their
 * mean: measured on noise alone. */
static const float quarter = 0.82f, fiftieth = 0.5f;
/* Up to such a ratio of what the two say, patches vary like noise. */
static const float noise_like = 1.25f;
/* What demosaicing adds to noise even then. */
static const float errors = 1.1f;
/* Of a patch's detail that is misplaced in a difference so many times what the differences grow by
 * with it, within limits. */
static const float misplaced = 3.0f, least_misplaced = 0.1f, most_misplaced = 0.4f;
/* What noise is proven to be at least may be too low by so much. */
static const float unproven = 1.25f;

typedef struct patch {
    float shot, read; /* the model's variances, mean of the sites */
    float light; /* mean of the sites; negative: not to be used */
    float differs, own; /* variances: of the difference, as a frame's; of the reference */
    float above; /* mean light above what the sensor cuts off at */
} patch;

/* The variance of white noise by differences of differences, which see no slope and no edge along
 * rows or columns, and little of what is only out of place. */
static float variance(float v[SIDE][SIDE]) {
    float sum = 0.0f;
    for (int j = 0; j < SIDE - 1; j++) {
        for (int i = 0; i < SIDE - 1; i++) {
            const float change = (v[j][i] - v[j][i + 1]) - (v[j + 1][i] - v[j + 1][i + 1]);
            sum += change * change;
        }
    }
    return sum * (1.0f / (4 * (SIDE - 1) * (SIDE - 1)));
}

/* A patch of the row of tiles ty that a strip holds the differences of, from cell (x0, y0) of it.
 */
static patch measure(const baryta_merge *merge, const burst_strip *strip, int32_t ty, int32_t x0,
                     int32_t y0) {
    const ptrdiff_t columns = merge->grid.columns;
    const size_t width = (size_t)merge->grid.width;
    const baryta_noise *noise = &merge->options.noise;
    patch result = {.light = -1.0f};
    float own = 0.0f, differs = 0.0f, above = 0.0f, light[4] = {0};
    for (int s = 0; s < 4; s++) {
        float value[SIDE][SIDE], difference[SIDE][SIDE];
        for (int32_t j = 0; j < SIDE; j++) {
            const int32_t y = y0 + j;
            const uint16_t *row =
                merge->reference + (size_t)(8 * (ty - 1) + 2 * y + s / 2) * width + s % 2;
            const float *run = strip->cells[y / 4] + (ptrdiff_t)(4 * (4 * (y % 4) + s)) * columns;
            for (int32_t i = 0; i < SIDE; i++) {
                const int32_t x = x0 + i;
                value[j][i] = ((float)row[2 * x] - merge->scale.black[s]) * merge->scale.gain[s];
                difference[j][i] = run[(x % 4) * columns + x / 4 + 1];
                light[s] += value[j][i] * (1.0f / (SIDE * SIDE));
                if (value[j][i] > 0.9f) {
                    return result;
                }
            }
        }
        own += 0.25f * variance(value);
        differs += 0.25f * variance(difference);
    }
    result.light = 0.0f;
    for (int s = 0; s < 4; s++) {
        const float part = 0.25f * fmaxf(light[s], 0.0f);
        above += 0.25f * (light[s] + merge->scale.black[s] * merge->scale.gain[s]);
        result.light += part;
        result.shot += noise->shot[s] * part;
        result.read += 0.25f * noise->read[s];
    }
    result.own = own;
    result.above = above;
    /* Of the difference the reference's part, if both have the model's ratio. */
    const float e = merge->exposure, alone = fmaxf(result.shot + result.read, 1e-12f);
    const float others =
        merge->options.frame_noise * (result.shot / e + result.read / (e * e)) * BURST_LEFT(16);
    result.differs = differs * (alone / (alone + others));
    return result;
}

/* What would be at a place were the values in order, which it changes (Hoare's selection). */
static float ranked(float *values, int32_t count, int32_t place) {
    for (int32_t low = 0, high = count - 1; low < high;) {
        const float pivot = values[place];
        int32_t i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot) {
                i++;
            }
            while (pivot < values[j]) {
                j--;
            }
            if (i <= j) {
                const float other = values[i];
                values[i++] = values[j];
                values[j--] = other;
            }
        }
        low = j < place ? i : low;
        high = place < i ? j : high;
    }
    return values[place];
}

/* What patches say is too high rather than too low. */
static float drawn_down(float factor) {
    return factor < 0.8f   ? 0.78f * factor
           : factor < 1.0f ? 0.624f + 1.88f * (factor - 0.8f)
                           : factor;
}

/* The factor to believe where patches differ by detail: demosaicing's errors add up to 1.2 of right
 * noise to the least differing ones, so that what reads as 1 to 2.4 may be the model. */
static float believable(float least) {
    return least < 1.0f ? drawn_down(0.87f * least) : least > 2.4f ? least / 1.5f : 1.0f;
}

static int level_of(const patch *patch_) {
    int exponent = 0;
    if (!(patch_->light > 0.0f)) {
        return 0;
    }
    (void)frexpf(patch_->light, &exponent);
    const int level = exponent + LEVELS - 1;
    return level < 0 ? 0 : level < LEVELS ? level : LEVELS - 1;
}

/* What is left of a normal variable of variance 1 that cannot fall lower than so far below its
 * mean: its variance, and by how much its mean rises. */
static float cut_off(float below, float *rise) {
    const float density = 0.3989423f * expf(-0.5f * below * below);
    const float lost = 0.5f * erfcf(0.7071068f * below);
    *rise = density - below * lost;
    return 1.0f - lost - below * density + below * below * lost - *rise * *rise;
}

/* The factor of noise that looks like `seen` where samples end so far below their mean. */
static float uncut(float seen, float above, float variance) {
    float factor = seen, rise = 0.0f;
    if (above * above > 16.0f * variance * fmaxf(seen, 1.0f)) {
        return seen;
    }
    for (int i = 0; i < 8; i++) {
        const float below = above / sqrtf(variance * fmaxf(factor, 0.01f)) - rise;
        factor = fminf(seen / fmaxf(cut_off(below, &rise), 0.1f), 16.0f);
    }
    return factor;
}

enum { FLAT, ALL, REFERENCE };

static int tells(const patch *p, int level) {
    return p->light >= 0.0f && level_of(p) == level && p->shot + p->read > 1e-12f;
}

/* Lists what the patches of a level of light say of the noise against the model: by the
 * difference's variation in flat ones or in all, or by the reference's own. Returns their number;
 * writes the shot noise's part of the model there. */
static int32_t list_level(const patch *patches, int32_t count, int level, int which, float *listed,
                          float *shot_part) {
    int32_t found = 0;
    double shot = 0.0;
    for (int32_t i = 0; i < count; i++) {
        const patch *p = &patches[i];
        if (tells(p, level) && (which != FLAT || p->own < 1.6f * p->differs)) {
            const float seen = which == REFERENCE ? p->own : p->differs;
            listed[found++] = uncut(seen / (p->shot + p->read), p->above, p->shot + p->read);
            shot += (double)(p->shot / (p->shot + p->read));
        }
    }
    *shot_part = found > 0 ? (float)(shot / found) : 0.0f;
    return found;
}

/* Medians of some patches, against the model: of the reference's own variance, of the difference's.
 */
typedef struct medians {
    float own, differs;
} medians;

/* Of those patches of a level whose own variance is above `from` and up to `to`. */
static medians medians_of(const patch *patches, int32_t count, int level, float from, float to,
                          float *listed) {
    medians found = {0.0f, 0.0f};
    for (int which = 0; which < 2; which++) {
        int32_t number = 0;
        for (int32_t i = 0; i < count; i++) {
            const patch *p = &patches[i];
            const float model = p->shot + p->read, own = p->own / model;
            if (tells(p, level) && own > from && own <= to) {
                listed[number++] = which == 0 ? own : p->differs / model;
            }
        }
        const float median = number > 0 ? ranked(listed, number, number / 2) : 0.0f;
        *(which == 0 ? &found.own : &found.differs) = median;
    }
    return found;
}

/* What the noise is at least, against the model: what of the differences in the calmest eighth of a
 * level's patches no misplaced detail explains. How much of it may be misplaced tells how the
 * differences grow with it, from there to the fourth eighth. */
static float proven_by(const patch *patches, int32_t count, int level, float *listed) {
    int32_t all = 0;
    for (int32_t i = 0; i < count; i++) {
        if (tells(&patches[i], level)) {
            listed[all++] = patches[i].own / (patches[i].shot + patches[i].read);
        }
    }
    const float eighths[] = {ranked(listed, all, all / 8), ranked(listed, all, 3 * all / 8),
                             ranked(listed, all, all / 2)};
    const medians calm = medians_of(patches, count, level, -1.0f, eighths[0], listed);
    const medians usual = medians_of(patches, count, level, eighths[1], eighths[2], listed);
    const float grows = (usual.differs - calm.differs) / fmaxf(usual.own - calm.own, 1e-6f);
    const float share = fminf(fmaxf(misplaced * grows, least_misplaced), most_misplaced);
    return (calm.differs - share * calm.own) / (1.0f - share);
}

/* What a level of light says: the factor of noise against the model, 0 if it does not tell; the
 * shot noise's part of the model there; what it counts; what the factor is at least; and
 * whether the reference by itself says so. */
typedef struct verdict {
    float factor, shot_part;
    float weight, least;
    int certain;
} verdict;

static verdict judge_level(const patch *patches, int32_t count, int level, float *listed) {
    verdict v = {0.0f, 0.0f, 0.0f, 0.0f, 0};
    const int32_t all = list_level(patches, count, level, REFERENCE, listed, &v.shot_part);
    if (all < FEWEST) {
        return v;
    }
    /* The reference knows of no motion: what its calmest patches vary by, noise cannot exceed. */
    const float calm = ranked(listed, all, all / 50) / fiftieth;
    const float own = ranked(listed, all, all / 4) / quarter;
    const float most = 1.1f * calm;
    v.least = proven_by(patches, count, level, listed);
    list_level(patches, count, level, ALL, listed, &v.shot_part);
    const float least = ranked(listed, all, all / 50) / fiftieth;
    const float low = ranked(listed, all, all / 4) / quarter;
    const int32_t flat = list_level(patches, count, level, FLAT, listed, &v.shot_part);
    float factor = 0.0f;
    if (2 * flat < all && low < noise_like * least) { /* the flat ones would be the noisiest */
        factor = fminf(low < 1.0f ? low : fmaxf(low / errors, 1.0f), most);
    } else if (flat >= FEWEST && 8 * flat >= all && (2 * flat >= all || low < 1.5f * least)) {
        factor =
            fminf(ranked(listed, flat, flat / 4) / quarter, most); /* fewer are flat by chance */
    }
    v.certain = own < noise_like * calm && factor > 0.8f * calm;
    if (factor > 0.0f) {
        v.factor = v.certain ? factor : drawn_down(factor);
    } else if (all >= MANY) { /* the lowest of few are chance */
        v.factor = believable(fminf(least, most));
    }
    v.weight = sqrtf((float)all) * (v.certain ? 1.0f : 0.25f) * (1.0f / FEWEST);
    return v;
}

/* Near the model the model stands: a little more noise is as likely detail. Beyond, steps of a
 * quarter of an octave are fine enough, and the same whichever frame tells. */
static float admitted(double factor) {
    if ((factor > 0.8 && factor < 1.6) || factor < 0.2) { /* the last: the same frame again */
        return 1.0f;
    }
    const double most = factor < 1.0 ? factor : 1.0 + 1.4 * (factor - 1.3);
    return (float)exp2(0.25 * rint(4.0 * log2(fmin(fmax(most, 0.25), 4.0))));
}

/* Least squares over the classes, drawn a little towards the model and towards one common factor.
 * Returns whether half of them are certain. */
static int fit(baryta_merge *merge, const patch *patches, int32_t count, float *listed, float *shot,
               float *read) {
    int certain = 0;
    const double model = 0.004, common = 1.0;
    double ss = model + common, sr = -common, rr = model + common, s1 = model, r1 = model;
    verdict verdicts[LEVELS] = {{.factor = 0.0f}};
    float proven = 1.0f / unproven;
    for (int level = 0; level < LEVELS && !burst_worked(merge, LISTING * count); level++) {
        verdicts[level] = judge_level(patches, count, level, listed);
        proven = fmaxf(proven, verdicts[level].least);
    }
    for (int level = 0; level < LEVELS; level++) {
        const verdict v = verdicts[level];
        const float factor = v.certain ? v.factor : fminf(v.factor, unproven * proven);
        if (factor > 0.0f) {
            certain += v.certain ? 1 : -1;
            const double weight = (double)(v.weight / (factor * factor));
            const double p = (double)v.shot_part, q = 1.0 - p;
            ss += weight * p * p;
            sr += weight * p * q;
            rr += weight * q * q;
            s1 += weight * p * (double)factor;
            r1 += weight * q * (double)factor;
        }
    }
    const double determinant = ss * rr - sr * sr;
    *shot = admitted((s1 * rr - r1 * sr) / determinant);
    *read = admitted((r1 * ss - s1 * sr) / determinant);
    return certain >= 0;
}

int burst_judge_noise(baryta_merge *merge, const baryta_plane *frame, float *shot, float *read,
                      int *certain) {
    const burst_grid *grid = &merge->grid;
    const int32_t threads = merge->options.threads;
    const int32_t across = (grid->width / 2 - SIDE) / STRIDE + 1;
    const int32_t enough = PATCHES / (DOWN * across);
    const int32_t wanted = enough < FEWEST_ROWS ? FEWEST_ROWS : enough < ROWS ? enough : ROWS;
    /* Rows of tiles that lie wholly in the frame. */
    const int32_t down = grid->height / 8 - 1, rows = down < wanted ? down : wanted;
    const int32_t count = rows * DOWN * across;
    patch *patches = burst_allocate((size_t)count, sizeof *patches);
    float *listed = burst_allocate((size_t)count, sizeof *listed);
    if (patches == NULL || listed == NULL) {
        burst_release(patches);
        burst_release(listed);
        return 0;
    }
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int32_t i = 0; i < threads; i++) {
        burst_strip *strip = &merge->strip[i];
        for (int32_t r = i; r < rows; r += threads) {
            const int32_t ty = 1 + (int32_t)((int64_t)r * (down - 1) / (rows > 1 ? rows - 1 : 1));
            if (burst_worked(merge, (int64_t)LOOKING * grid->width)) {
                continue;
            }
            merge->routines->strip_look(merge, frame, strip, ty);
            const int ended = burst_worked(merge, (int64_t)LOOKING * grid->width);
            for (int32_t k = 0; k < DOWN * across && !ended; k++) {
                const int32_t x = k % across * STRIDE, y = k / across * STRIDE;
                patch *p = &patches[r * DOWN * across + k];
                *p = measure(merge, strip, ty, x, y);
                const float *cover = strip->cover[(y + SIDE - 1) / 4] + 1;
                if (cover[x / 4] < 1.0f || cover[(x + SIDE - 1) / 4] < 1.0f) {
                    p->light = -1.0f;
                }
            }
        }
    }
    *certain = fit(merge, patches, count, listed, shot, read);
    burst_release(patches);
    burst_release(listed);
    return 1;
}

/* What no factor could correct was not told. A site without any noise is taken for one of a small
 * sensor at its base gain; read noise of less than half an electron (1 / shot are clipped) for
 * three of them. Nothing is less noisy than the rounding to whole levels. */
void burst_suppose_noise(const baryta_mosaic_format *format, baryta_noise *noise) {
    for (int site = 0; site < 4; site++) {
        float *shot = &noise->shot[site], *read = &noise->read[site];
        *shot = *shot > 0.0f || *read > 0.0f ? *shot : 3e-4f;
        const float electron = fminf(*shot, 0.02f);
        *read = *read < 0.25f * electron * electron ? 9.0f * electron * electron : *read;
        const float level = 1.0f / (format->white - format->black[site]);
        *read = fmaxf(*read, level * level * (1.0f / 12.0f));
    }
}
