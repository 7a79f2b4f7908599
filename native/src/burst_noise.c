/* The noise model, corrected by what the burst shows.
 *
 * Where there is no detail, a frame's difference to the reference is noise alone. Whether a
 * patch has detail the reference itself tells: if not, it varies no more than the difference does.
 * Such patches, by their light, say how much more or less noise there is than the model told; shot
 * and read noise are fitted to that. Where none is flat, the shape of the distribution counts: if
 * the lower quartile says what the lowest fiftieth says, patches vary like noise; if not, they
 * differ by detail, and the lowest give an upper bound, which counts as far as the calmest patches
 * differ by more than detail could explain. */
#include "burst_patches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 8, FEWEST = 64, MANY = 400 };
enum { MOST = 16 }; /* times the model's noise: more is not looked for */
enum { LISTING = 16 }; /* what a level of light costs by patch, as burst_worked counts */

/* The flat patches' lower quartile and the lowest fiftieth of all patches lie so far below their
 * mean: measured on noise alone. */
static const float quarter = 0.82f, fiftieth = 0.5f;
/* And the greens' lowest sixteenth, which chance may lower. */
static const float sixteenth = 0.47f, slack = 1.1f;
/* Of shot and read noise one is wrong by 0.7 of what the other is at least. */
static const double least_of_other = 0.7;
/* Up to such a ratio of what the two say, patches vary like noise. */
static const float noise_like = 1.25f;
/* What demosaicing adds to noise even then. */
static const float errors = 1.1f;
/* Of a patch's detail that is misplaced in a difference so many times what the differences grow by
 * with it, within limits: the lower one where the frame surely fits. */
static const float misplaced = 3.0f, most_misplaced = 0.4f;
static const float least_misplaced = 0.1f, least_if_fits = 0.02f;
/* Where even the reference's quietest directions vary by so many times what the calmest patches
 * differ by, and those by so many, there is detail in everything, and nothing is proven. But where
 * it is that much more than differs, a frame that has moved is well aligned, and proves something.
 */
static const float everywhere = 4.0f, most_detail = 4.0f, well_aligned = 8.0f;
/* Noise that is less than that is less than the model's. */
static const float surely_less = 0.93f;
/* Changes of the calmest quarter of the patches that go together so much are a pattern's, if the
 * differences grow with them so fast; so much less, if they grow faster. */
static const float patterned = 0.46f, misplaced_pattern = 0.23f;
static const float faintly_patterned = 0.36f, much_misplaced = 0.42f;
/* More noise than that the reference must confirm. */
static const float plausible = 6.0f;
/* And of a model that is half as high as it should be so much is read. */
static const float told_half = 2.5f;
/* Between these the model stands. */
static const double let_be = 0.8, more = 1.5, surely_more = 1.35;
static const double much_more = 3.0;
/* The mean of both noises over the reference's: more is the frame's own, up to so much. */
static const float noisier = 1.6f;
static const double same_frame = 0.2; /* not another one of the scene */
/* What noise is proven to be at least may be too low by so much. */
static const float unproven = 1.25f;

/* What would be at a place were the values in order, which it changes (Hoare's selection). */
float burst_ranked(float *values, int32_t count, int32_t place) {
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

static int level_of(float light) {
    int exponent = 0;
    if (!(light > 0.0f)) {
        return 0;
    }
    (void)frexpf(light, &exponent);
    const int level = exponent + LEVELS - 1;
    return level < 0 ? 0 : level < LEVELS ? level : LEVELS - 1;
}

/* What is left of a normal variable of variance 1 that cannot fall lower than so far below its
 * mean: its variance, and by how much its mean rises. */
float burst_cut_off(float below, float *rise) {
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
        factor = fminf(seen / fmaxf(burst_cut_off(below, &rise), 0.1f), MOST);
    }
    return factor;
}

enum { FLAT, ALL, REFERENCE };

static int tells(const burst_patch *p) {
    return p->light >= 0.0f && p->shot + p->read > 1e-12f;
}

/* Copies the patches that tell, those of a level of light side by side; begin: where a level's
 * are. */
static void sort_by_level(const burst_patches *patches, burst_patch *sorted,
                          int32_t begin[LEVELS + 1]) {
    int32_t next[LEVELS + 1] = {0};
    for (int32_t i = 0; i < patches->count; i++) {
        const burst_patch *p = &patches->patch[i];
        next[1 + level_of(p->light)] += tells(p);
    }
    for (int level = 0; level < LEVELS; level++) {
        next[level + 1] += next[level];
    }
    memcpy(begin, next, sizeof next);
    for (int32_t i = 0; i < patches->count; i++) {
        const burst_patch *p = &patches->patch[i];
        if (tells(p)) {
            sorted[next[level_of(p->light)]++] = *p;
        }
    }
}

/* Lists what the patches of a level of light say of the noise against the model: by the
 * difference's variation in flat ones or in all, or by the reference's own. Returns their number;
 * writes the shot noise's part of the model there. */
static int32_t list_level(const burst_patch *patches, int32_t count, int which, float *listed,
                          float *shot_part) {
    int32_t found = 0;
    double shot = 0.0;
    for (int32_t i = 0; i < count; i++) {
        const burst_patch *p = &patches[i];
        if (which != FLAT || p->own < 1.6f * p->differs) {
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

/* Of those patches whose own variance is above `from` and up to `to`. */
static medians medians_of(const burst_patch *patches, int32_t count, float from, float to,
                          float *listed) {
    medians found = {0.0f, 0.0f};
    for (int which = 0; which < 2; which++) {
        int32_t number = 0;
        for (int32_t i = 0; i < count; i++) {
            const burst_patch *p = &patches[i];
            const float model = p->shot + p->read, own = p->own / model;
            if (own > from && own <= to) {
                listed[number++] = which == 0 ? own : p->differs / model;
            }
        }
        const float median = number > 0 ? burst_ranked(listed, number, number / 2) : 0.0f;
        *(which == 0 ? &found.own : &found.differs) = median;
    }
    return found;
}

/* Lists the reference's own variances, against the model. */
static void list_own(const burst_patch *patches, int32_t count, float *listed) {
    for (int32_t i = 0; i < count; i++) {
        listed[i] = patches[i].own / (patches[i].shot + patches[i].read);
    }
}

/* What the noise is at least, against the model: what of the differences in the calmest eighth of a
 * level's patches no misplaced detail explains. How much of it may be misplaced tells how the
 * differences grow with it, from there to the fourth eighth. */
static float proven_by(const burst_patch *patches, int32_t count, int fits, float *listed,
                       float *grows, float *detail) {
    list_own(patches, count, listed);
    const float eighths[] = {burst_ranked(listed, count, count / 8),
                             burst_ranked(listed, count, 3 * count / 8),
                             burst_ranked(listed, count, count / 2)};
    const medians calm = medians_of(patches, count, -1.0f, eighths[0], listed);
    const medians usual = medians_of(patches, count, eighths[1], eighths[2], listed);
    *grows = (usual.differs - calm.differs) / fmaxf(usual.own - calm.own, 1e-6f);
    const float share =
        fminf(fmaxf(misplaced * *grows, fits ? least_if_fits : least_misplaced), most_misplaced);
    *detail = calm.own / fmaxf(calm.differs, 1e-6f);
    return (calm.differs - share * calm.own) / (1.0f - share);
}

/* How much the calmest quarter of a level's patches have in common with what lies a cell beside
 * them: of noise nothing, of a weave much, though it be the same everywhere like noise. */
static float pattern_of(const burst_patch *patches, int32_t count, float *listed) {
    list_own(patches, count, listed);
    const float calm = burst_ranked(listed, count, count / 4);
    double common[4][BURST_LAGS] = {{0.0}}, own = 1e-12, most = 0.0;
    for (int32_t i = 0; i < count; i++) {
        const burst_patch *p = &patches[i];
        for (int n = 0; n < 4 * BURST_LAGS && p->own <= calm * (p->shot + p->read); n++) {
            common[n / BURST_LAGS][n % BURST_LAGS] +=
                (double)p->lag[n / BURST_LAGS][n % BURST_LAGS];
            own += n == 0 ? (double)p->own : 0.0;
        }
    }
    for (int n = 0; n < 4 * BURST_LAGS; n++) {
        most = fmax(most, fabs(common[n / BURST_LAGS][n % BURST_LAGS]));
    }
    return (float)(most / own);
}

/* What a level of light says: the factor of noise against the model, 0 if it does not tell; the
 * shot noise's part of the model there; what it counts; what the factor is at least; and
 * whether the reference by itself says so. */
typedef struct verdict {
    float factor, shot_part;
    float weight, least;
    int certain;
    float exceeds; /* that least, over what the reference varies by */
    float low; /* what the differences' fiftieth reads as */
} verdict;

static verdict judge_level(const burst_patch *patches, int32_t count, burst_witness witness,
                           float quiet, float *listed) {
    verdict v = {0.0f, 0.0f, 0.0f, 0.0f, 0, 0.0f, 0.0f};
    const int32_t all = list_level(patches, count, REFERENCE, listed, &v.shot_part);
    if (all < FEWEST) {
        return v;
    }
    /* The reference knows of no motion: what its calmest patches vary by, noise cannot exceed. */
    const float calm = burst_ranked(listed, all, all / 50) / fiftieth;
    const float own = burst_ranked(listed, all, all / 4) / quarter;
    const float most = 1.1f * calm;
    float grows = 0.0f, detail = 0.0f;
    v.least = proven_by(patches, count, witness.fits, listed, &grows, &detail);
    v.exceeds = v.least / fmaxf(fminf(calm, own), 1e-6f);
    const float pattern = pattern_of(patches, count, listed);
    const int misplaced_detail = (pattern > patterned && grows > misplaced_pattern) ||
                                 (pattern > faintly_patterned && grows > much_misplaced);
    list_level(patches, count, ALL, listed, &v.shot_part);
    const float least = burst_ranked(listed, all, all / 50) / fiftieth;
    const float low = burst_ranked(listed, all, all / 4) / quarter;
    const int32_t flat = list_level(patches, count, FLAT, listed, &v.shot_part);
    v.low = least;
    if (quiet > everywhere * least && detail > most_detail &&
        (witness.still || detail < well_aligned)) {
        v.least = 0.0f;
    }
    float factor = 0.0f;
    if (2 * flat < all && low < noise_like * least) { /* the flat ones would be the noisiest */
        factor = fminf(low < 1.0f ? low : fmaxf(low / errors, 1.0f), most);
    } else if (flat >= FEWEST && 8 * flat >= all && (2 * flat >= all || low < 1.5f * least)) {
        factor = fminf(burst_ranked(listed, flat, flat / 4) / quarter,
                       most); /* fewer are flat by chance */
    }
    v.certain = !misplaced_detail && own < fminf(noise_like * calm, MOST) && factor > 0.8f * calm;
    if (factor > 0.0f) {
        v.factor = v.certain ? factor : drawn_down(factor);
        /* Between what it is at least, where that tells, and at most. */
        if (witness.fits && !v.certain && factor < surely_less && v.least > 0.55f * factor) {
            v.factor = fminf(v.factor, sqrtf(factor * v.least));
        }
    } else if (all >= MANY) { /* the lowest of few are chance */
        v.factor = believable(fminf(least, most));
    }
    /* Detail that seldom passes for flat may still tell of a model that is half as high. */
    const float most_told = !misplaced_detail ? plausible : 3 * flat > all ? 1.0f : told_half;
    if (!v.certain && v.factor > most_told) {
        v.factor = v.least = 0.0f;
    }
    v.weight = sqrtf((float)all) * (v.certain ? 1.0f : 0.25f) * (1.0f / FEWEST);
    return v;
}

/* What shot and read noise are at most: the greens' lattice is fine enough to show calm places
 * where the four sites' own are not, and one that is dark beside bright ones counts by its own
 * light. */
static void limit_by_greens(const burst_patch *patches, int32_t count, const baryta_noise *noise,
                            float *listed, double *shot, double *read) {
    const float per_light = 0.5f * (noise->shot[1] + noise->shot[2]);
    const float always = 0.5f * (noise->read[1] + noise->read[2]);
    for (int level = 0; level < LEVELS; level++) {
        int32_t found = 0;
        double part = 0.0, above = 0.0, variance = 0.0;
        for (int32_t i = 0; i < count; i++) {
            const burst_patch *p = &patches[i];
            const float model = per_light * p->green_light + always;
            if (p->light >= 0.0f && level_of(p->green_light) == level && model > 1e-12f) {
                listed[found++] = p->green / model;
                part += (double)(per_light * p->green_light / model);
                above += (double)p->green_above;
                variance += (double)model;
            }
        }
        const int cut = above * above < 36.0 * variance * found; /* not even twice the noise is */
        if (found >= FEWEST && !cut) {
            const double most =
                (double)(slack * burst_ranked(listed, found, found / 16) / sixteenth) * found;
            *shot = fmin(*shot, most / (part + least_of_other * (found - part)));
            *read = fmin(*read, most / (found - part + least_of_other * part));
        }
    }
}

/* The frame's noise variance over the reference's. The reference's cannot exceed what its calmest
 * patches vary by, the mean of both not be less than what of the difference no detail explains:
 * where half of the patches say that this is more than that, the frame is the noisier one. */
static float compare_noise(const verdict verdicts[LEVELS], const int32_t begin[LEVELS + 1]) {
    float exceeds = 0.0f; /* the weighted median */
    for (int i = 0; i < LEVELS; i++) {
        int32_t above = 0, all = 0;
        for (int level = 0; level < LEVELS; level++) {
            const int32_t count = begin[level + 1] - begin[level];
            all += verdicts[level].exceeds > 0.0f ? count : 0;
            above += verdicts[level].exceeds >= fmaxf(verdicts[i].exceeds, 1e-6f) ? count : 0;
        }
        exceeds = all > 0 && 2 * above >= all ? fmaxf(exceeds, verdicts[i].exceeds) : exceeds;
    }
    return exceeds > noisier ? fminf(2.0f * exceeds - 1.0f, BURST_MOST_NOISIER) : 1.0f;
}

/* Near the model the model stands: a little more noise is as likely detail, the more where the
 * reference does not say so. */
int burst_quarters_of(double factor, int sure) {
    if (factor < same_frame || (factor > let_be && factor < (sure ? surely_more : more))) {
        return 0;
    }
    if (factor > 2.0) { /* a pattern may say so: twice, or surely more */
        return factor < much_more ? 4 : 8;
    }
    return (int)rint(4.0 * log2(fmax(factor, 0.25)));
}

/* What the differences read as at their calmest, mean of the patches; 0 if none tells. */
static double calmest(const verdict verdicts[LEVELS], const int32_t begin[LEVELS + 1]) {
    double sum = 0.0, count = 0.0;
    for (int level = 0; level < LEVELS; level++) {
        if (verdicts[level].low > 0.0f) {
            sum += (double)verdicts[level].low * (begin[level + 1] - begin[level]);
            count += begin[level + 1] - begin[level];
        }
    }
    return sum / fmax(count, 1.0);
}

/* Least squares over the classes, drawn a little towards the model and towards one common factor.
 */
void burst_judge_noise(baryta_merge *merge, const burst_patches *patches, burst_witness witness,
                       int quarters[2]) {
    const int32_t count = patches->count;
    burst_patch *sorted = patches->sorted;
    float *listed = patches->listed;
    int32_t begin[LEVELS + 1];
    sort_by_level(patches, sorted, begin);
    int sure = 0; /* by the reference */
    const double model = 0.004, common = 1.0;
    double ss = model + common, sr = -common, rr = model + common, s1 = model, r1 = model;
    verdict verdicts[LEVELS] = {{.factor = 0.0f}};
    float proven = 1.0f / unproven;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int level = 0; level < LEVELS; level++) {
        if (!burst_worked(merge, LISTING * count)) {
            verdicts[level] = judge_level(sorted + begin[level], begin[level + 1] - begin[level],
                                          witness, merge->quiet.most, listed + begin[level]);
        }
    }
    /* A merge's own noise is not white. */
    if (witness.tells && merge->options.frame_noise == 1.0f) {
        merge->noisier = compare_noise(verdicts, begin);
    }
    const double calm = calmest(verdicts, begin);
    if (witness.still) { /* nothing is misplaced */
        proven = fmaxf(proven, (float)calm);
    }
    for (int level = 0; level < LEVELS; level++) {
        const int few = 8 * (begin[level + 1] - begin[level]) < begin[LEVELS]; /* calm by chance */
        if (!few || verdicts[level].least < told_half) {
            proven = fmaxf(proven, verdicts[level].least);
        }
    }
    for (int level = 0; level < LEVELS; level++) {
        const verdict v = verdicts[level];
        const float factor = v.certain ? v.factor : fminf(v.factor, unproven * proven);
        if (factor > 0.0f) {
            sure += v.certain ? 1 : -1;
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
    double of_shot = (s1 * rr - r1 * sr) / determinant, of_read = (r1 * ss - s1 * sr) / determinant;
    if (sure < 0) { /* else one of them may be right, and the other wrong by any factor */
        limit_by_greens(patches->patch, count, &merge->options.noise, listed, &of_shot, &of_read);
    }
    if (!witness.tells) {
        of_shot = of_read = 1.0;
        sure = -1;
    }
    if (burst_confine(&merge->quiet, calm, witness.tells, sure >= 0, &of_shot, &of_read)) {
        sure = 0;
    }
    quarters[0] = burst_quarters_of(of_shot, sure >= 0);
    quarters[1] = burst_quarters_of(of_read, sure >= 0);
}

/* What no factor could correct was not told. A site without any noise is taken for one of a small
 * sensor at its base gain; read noise of less than half an electron (1 / shot are clipped) for
 * five of them. Nothing is less noisy than the rounding to whole levels. */
void burst_suppose_noise(const baryta_mosaic_format *format, baryta_noise *noise) {
    for (int site = 0; site < 4; site++) {
        float *shot = &noise->shot[site], *read = &noise->read[site];
        *shot = *shot > 0.0f || *read > 0.0f ? *shot : 3e-4f;
        const float electron = fminf(*shot, 0.02f);
        *read = *read < 0.25f * electron * electron ? 25.0f * electron * electron : *read;
        const float level = 1.0f / (format->white - format->black[site]);
        *read = fmaxf(*read, level * level * (1.0f / 12.0f));
    }
}
