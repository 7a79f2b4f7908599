/* The streaming merge: add frames, finish. */
#include "burst_patches.h"
#include "burst_routines.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static baryta_status fail(baryta_merge *merge, baryta_status status, const char *message) {
    snprintf(merge->message, sizeof merge->message, "%s", message);
    return status;
}

static const float enough_fit = 0.4f, surely_lit = 0.85f; /* of the tiles */
static const float next_to_none = 0.1f; /* of a frame's trust */
static const double too_blurred = 0.5; /* of the reference's sharpness */
/* Of its edges, of which there are to be so many: few may be of a lamp that goes out. */
static const double too_faded = 0.25, edges_to_ask = 0.05;

/* A frame brighter than told counts for more than one as told by its share's ratio to this power.
 */
static const float trusted = 0.4f;

/* The frame's noise over the reference's in the latter's quietest directions: less is chance, or a
 * frame that is sharper. */
static const float surely_noisier = 2.0f;

/* Samples by which a frame that has not moved may seem to. */
static const double hardly_moved = 0.15;

enum { PATCHES = 8000 }; /* that are looked at of a frame */

/* Shares in the progress: of the alignment in that of adding a frame, of judging what to believe in
 * that of the finish. */
static const float aligning = 0.3f, believing = 0.1f;

/* How many steps there are is not known beforehand: each is a tenth of what is left. */
int burst_pause(baryta_merge *merge) {
    merge->worked = 0;
    if (!merge->failed) {
        merge->done += 0.1f * (merge->aim - merge->done);
#pragma omp atomic write
        merge->failed = baryta_report(merge->progress, merge->user, merge->done);
    }
    return merge->failed;
}

int burst_worked(baryta_merge *merge, int64_t samples) {
    if (omp_get_thread_num() == 0) { /* it entered the core: only it may call back */
        merge->worked += samples;
        if (merge->worked >= BURST_ASK) {
            burst_pause(merge);
        }
    }
    int failed;
#pragma omp atomic read
    failed = merge->failed;
    return failed;
}

static void begin_adding(baryta_merge *merge, const burst_pass *pass, burst_strip *strip) {
    merge->routines->strip_begin(merge, pass->plane, strip);
}

static void go_on_adding(baryta_merge *merge, const burst_pass *pass, burst_strip *strip,
                         int32_t rows) {
    merge->routines->strip_advance(merge, pass->plane, strip, rows);
}

static baryta_status add_frame(baryta_merge *merge, const baryta_plane *frame,
                               baryta_frame_report *report, baryta_progress progress, void *user) {
    const burst_grid *g = &merge->grid;
    if (!burst_strips_grow(merge, burst_plan_strips(merge))) {
        return fail(merge, BARYTA_NO_MEMORY, "not enough memory for the frame's rows");
    }
    const burst_pass pass = {begin_adding, go_on_adding, frame, aligning, 1.0f, progress, user};
    if (burst_share_rows(merge, &pass)) {
        merge->failed = 1;
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    double total = 0.0;
    for (int32_t ty = 0; ty < g->tiles_h; ty++) {
        total += merge->row_sums[ty];
    }
    report->weight = (float)(total / ((double)g->tiles_w * (double)g->tiles_h));
    merge->weight += (double)(report->weight * merge->share);
    merge->total += merge->share;
    return BARYTA_OK;
}

static void set_exposure(baryta_merge *merge, float exposure) {
    merge->exposure = exposure;
    const float quieter = 1.0f / burst_noise_ratio(merge, merge->usual_light);
    merge->share = fminf(fmaxf(quieter, BURST_LEAST_SHARE), merge->most_share);
    merge->rougher = burst_rougher(merge, merge->usual_light);
    merge->cut = burst_as_bright(merge) ? 0.0f : BURST_CLIPPED * fminf(1.0f, 1.0f / exposure);
}

/* Takes the noise for what the reference by itself shows, or as told. */
static void start_noise(baryta_merge *merge) {
    const int quarters = burst_quiet_quarters(&merge->quiet);
    burst_take_noise(merge, (const int[2]){quarters, quarters});
}

/* Of the reference's exposure: beyond that a frame clips and drowns other detail. */
static int within_a_stop(const baryta_merge *merge) {
    return merge->exposure >= 0.5f && merge->exposure <= 2.0f;
}

/* Whether a frame's own noise may be compared with the reference's: a merge's is not white, and
 * what is much brighter or darker is noise of other samples. */
static int asked_for_noise(const baryta_merge *merge) {
    return merge->options.frame_noise == 1.0f && within_a_stop(merge);
}

/* Takes the noise for what this frame shows. aligned_by: the grey's noise that it was aligned by;
 * fitting: the flow's share of fits. */
static void correct_noise(baryta_merge *merge, const burst_patches *patches,
                          const burst_likeness *is, float aligned_by, const burst_motion *motion,
                          float *fitting) {
    int quarters[2];
    const float noisier = asked_for_noise(merge) ? burst_compare_quiet(merge, merge->frame) : 0.0f;
    const double turned = motion->angle * 0.5 * (merge->grid.width + merge->grid.height);
    const double moved = fabs(motion->x) + fabs(motion->y) + fabs(turned);
    const burst_witness witness = {is->fits, is->tells, moved < hardly_moved};
    burst_judge_noise(merge, patches, witness, quarters);
    if (noisier > surely_noisier) { /* its differences say nothing of the reference's noise */
        merge->noisier = fminf(fmaxf(noisier, merge->noisier), BURST_MOST_NOISIER);
        start_noise(merge);
    } else if (!is->tells && quarters[0] == 0 && quarters[1] == 0) {
        start_noise(merge); /* nobody has said anything */
    } else {
        burst_vote_noise(merge, quarters);
        burst_take_noise(merge, quarters);
    }
    const float ratio = merge->stabiliser.sigma / aligned_by;
    set_exposure(merge, merge->exposure); /* which noise has a part in */
    if (!burst_pause(merge) &&
        (ratio * ratio > 1.2f || ratio * ratio < 1.0f / 1.2f || merge->noisier > 1.0f)) {
        *fitting = merge->routines->find_flow(merge, motion); /* it was judged by the wrong noise */
    }
}

/* Looks closely at some of the frame: one whose detail is not the reference's does not fit, though
 * noise hide it tile by tile, and one that does tells the noise. */
static baryta_status look_closely(baryta_merge *merge, const baryta_plane *frame,
                                  const burst_motion *motion, float *fitting) {
    burst_patches patches;
    const float aligned_by = merge->stabiliser.sigma;
    burst_take_noise(merge, (const int[2]){0, 0}); /* the model that patches are compared with */
    if (!burst_strips_grow(merge, burst_plan_strips(merge)) ||
        !burst_look_at_patches(merge, frame, PATCHES, &patches)) {
        return fail(merge, BARYTA_NO_MEMORY, "not enough memory to compare the frame");
    }
    const burst_likeness like = burst_compare_detail(&patches);
    if (like.foreign) {
        *fitting = 0.0f;
    } else {
        correct_noise(merge, &patches, &like, aligned_by, motion, fitting);
    }
    return BARYTA_OK;
}

typedef enum blur { SHARP, FADED, BLURRED } blur;

/* Whether hardly anything is left of the edges that the reference has across or down. */
static int edges_faded(const sharpness_estimate *own, const sharpness_estimate *frame) {
    for (int down = 0; down < 2; down++) {
        if (own->edges[down] > edges_to_ask &&
            frame->edges[down] * own->level < too_faded * own->edges[down] * frame->level) {
            return 1;
        }
    }
    return 0;
}

/* The camera swung or lost its focus: what detail is left lies below the noise, where no tile would
 * tell it from the reference's. The model's noise cancels out of the difference; of what the
 * reference has, half of it is left, for the model may be too high by two. Where most of the detail
 * is noise, edges tell. */
static blur judge_blur(const baryta_merge *merge, const baryta_plane *frame) {
    const sharpness_estimate own = merge->sharpness;
    if (!within_a_stop(merge) || own.value <= own.doubt) {
        return SHARP; /* what was not proven cannot be lost */
    }
    const sharpness_estimate sharp = sharpness_measure(frame, &merge->options.format, &merge->told,
                                                       merge->options.threads, merge->routines);
    const double lost = own.value - sharp.value, all = own.value + 0.5 * own.noise;
    if (lost > too_blurred * all + own.doubt + sharp.doubt) {
        return BLURRED;
    }
    return burst_as_bright(merge) && edges_faded(&own, &sharp) ? FADED : SHARP;
}

/* Lets a frame that lacks edges count less where the reference has some; one of which next to
 * nothing is left does not fit. */
static void doubt_edges(baryta_merge *merge, blur blurred, const burst_motion *motion,
                        float *fitting) {
    float lacking = blurred == FADED ? 1.0f : 0.0f;
    if (blurred == SHARP && within_a_stop(merge) && !merge->aliased) {
        lacking = burst_lacks_edges(merge, motion);
    }
    if (lacking > 0.0f && !burst_pause(merge) && burst_doubt_edges(merge, lacking) < next_to_none) {
        *fitting = 0.0f;
    }
}

/* Frames of different exposure clip at different light: what either cannot show is cut off in both,
 * so that they can be compared. */
static void make_greys(baryta_merge *merge, const baryta_plane *frame) {
    if (merge->grey_cut != merge->cut) {
        burst_grey_reference(merge);
        if (burst_pause(merge)) {
            return;
        }
        merge->routines->soften(&merge->grey, &merge->soft_grey, merge->options.threads);
        merge->grey_cut = merge->cut;
        burst_pause(merge);
    }
    burst_grey_frame(merge, frame);
}

/* Finds motion and flow; returns the share of tiles that fit. */
static float bring_over(baryta_merge *merge, const baryta_plane *frame, burst_motion *motion) {
    make_greys(merge, frame);
    if (burst_pause(merge)) {
        return 0.0f;
    }
    *motion = merge->routines->find_motion(merge);
    return merge->routines->find_flow(merge, motion);
}

/* Finds motion and flow, and the exposure where it is not what was told: unless the frame surely
 * fits as told and does not by what was found. */
static burst_motion align(baryta_merge *merge, const baryta_plane *frame, float *fitting) {
    burst_motion motion = {0.0, 0.0, 0.0};
    *fitting = bring_over(merge, frame, &motion);
    const float gain = merge->failed ? 1.0f : burst_find_gain(merge, frame, &motion);
    if (gain == 1.0f) {
        return motion;
    }
    const float told = merge->exposure, share = merge->share, most = merge->most_share;
    const int fitted = *fitting >= enough_fit && merge->lit > surely_lit;
    set_exposure(merge, told * gain);
    merge->most_share = share * powf(fmaxf(merge->share / share, 1.0f), trusted);
    set_exposure(merge, merge->exposure);
    *fitting = bring_over(merge, frame, &motion);
    if (fitted && *fitting < enough_fit && !merge->failed) {
        merge->most_share = most;
        set_exposure(merge, told);
        *fitting = bring_over(merge, frame, &motion);
    }
    return motion;
}

baryta_status baryta_merge_add(baryta_merge *merge, const baryta_plane *frame, float exposure,
                               baryta_frame_report *report, baryta_progress progress, void *user) {
    if (merge == NULL) {
        return BARYTA_BAD_ARGUMENT;
    }
    merge->message[0] = '\0';
    baryta_frame_report ignored;
    report = report != NULL ? report : &ignored;
    memset(report, 0, sizeof *report);
    if (merge->failed) {
        return fail(merge, BARYTA_BAD_ARGUMENT, "this merge was cancelled");
    }
    if (!baryta_plane_valid(frame, 2, 2) || frame->width != merge->grid.width ||
        frame->height != merge->grid.height) {
        return fail(merge, BARYTA_BAD_ARGUMENT, "the frame is not of the reference's size");
    }
    if (!(exposure >= 1.0f / 256.0f && exposure <= 256.0f)) {
        snprintf(merge->message, sizeof merge->message,
                 "the exposure ratio %g is not within 1/256 to 256", (double)exposure);
        return BARYTA_BAD_ARGUMENT;
    }
    start_noise(merge); /* until this frame tells */
    merge->most_share = BURST_MOST_SHARE;
    merge->noisier = 1.0f;
    merge->tint[0] = merge->tint[1] = merge->tint[2] = 1.0f;
    set_exposure(merge, exposure);
    merge->frame = frame;
    if (merge->total + merge->share > BURST_MOST_FRAMES) {
        snprintf(merge->message, sizeof merge->message,
                 "frames of %g times the reference's weight are too many: at most %d",
                 (double)(merge->total + merge->share), BURST_MOST_FRAMES);
        return BARYTA_BAD_ARGUMENT;
    }
    merge->progress = progress;
    merge->user = user;
    merge->done = 0.0f;
    merge->aim = aligning;
    merge->failed = baryta_report(progress, user, 0.0f);
    if (merge->failed) {
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    const double start = omp_get_wtime();
    float fitting = 0.0f;
    burst_motion motion = {0.0, 0.0, 0.0};
    const blur blurred = judge_blur(merge, frame);
    if (blurred != BLURRED) {
        motion = align(merge, frame, &fitting);
    }
    if (fitting >= enough_fit && within_a_stop(merge) && !burst_pause(merge)) {
        burst_find_tint(merge, frame, &motion);
        set_exposure(merge, merge->exposure);
    }
    if (!burst_pause(merge) && fitting >= enough_fit && burst_tells_noise(merge)) {
        const baryta_status known = look_closely(merge, frame, &motion, &fitting);
        if (known != BARYTA_OK) {
            return known;
        }
    }
    if (fitting >= enough_fit && !burst_pause(merge)) {
        doubt_edges(merge, blurred, &motion, &fitting);
    }
    if (burst_pause(merge)) {
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    report->rejected = fitting < enough_fit;
    if (!report->rejected) {
        if (merge->hearings < BURST_HEARD) {
            merge->heard[merge->hearings] = motion;
        }
        merge->hearings++;
        if (!burst_judge_suspects(merge, frame)) {
            return fail(merge, BARYTA_CANCELLED, "cancelled");
        }
    }
    const double aligned = omp_get_wtime();
    report->shift_x = (float)motion.x;
    report->shift_y = (float)motion.y;
    report->rotation = (float)(motion.angle * 57.29577951308232);
    report->align_seconds = (float)(aligned - start);
    baryta_status status = BARYTA_OK;
    if (!report->rejected) {
        status = add_frame(merge, frame, report, progress, user);
        merge->done = merge->aim = 1.0f;
        if (status == BARYTA_OK) {
            burst_restore_suspects(merge);
            if (!burst_judge_marks(merge, frame)) {
                status = fail(merge, BARYTA_CANCELLED, "cancelled");
            }
        }
    }
    report->merge_seconds = (float)(omp_get_wtime() - aligned);
    if (status == BARYTA_OK && baryta_report(progress, user, 1.0f)) {
        merge->failed = 1;
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    return status;
}

static void begin_believing(baryta_merge *merge, const burst_pass *pass, burst_strip *strip) {
    (void)merge, (void)pass;
    strip->next = strip->first;
}

static void go_on_believing(baryta_merge *merge, const burst_pass *pass, burst_strip *strip,
                            int32_t rows) {
    (void)pass;
    const int32_t end = strip->last + (strip->last == merge->grid.blocks_h); /* one more below */
    const int32_t to = strip->next + rows;
    merge->routines->believe(merge, strip, strip->next, to < end ? to : end);
    strip->next = to;
}

static void begin_shrinking(baryta_merge *merge, const burst_pass *pass, burst_strip *strip) {
    (void)pass;
    merge->routines->shrink_begin(merge, strip);
}

static void go_on_shrinking(baryta_merge *merge, const burst_pass *pass, burst_strip *strip,
                            int32_t rows) {
    merge->routines->shrink_advance(merge, pass->plane, strip, rows);
}

baryta_status baryta_merge_set_gain(baryta_merge *merge, float gain) {
    if (merge == NULL) {
        return BARYTA_BAD_ARGUMENT;
    }
    merge->message[0] = '\0';
    if (!(gain >= 1.0f / 256.0f && gain <= 256.0f)) {
        snprintf(merge->message, sizeof merge->message, "the gain %g is not within 1/256 to 256",
                 (double)gain);
        return BARYTA_BAD_ARGUMENT;
    }
    merge->frame_gain = gain;
    return BARYTA_OK;
}

baryta_status baryta_merge_finish(baryta_merge *merge, const baryta_plane *merged,
                                  baryta_noise *noise, float *frames, baryta_progress progress,
                                  void *user) {
    if (merge == NULL) {
        return BARYTA_BAD_ARGUMENT;
    }
    merge->message[0] = '\0';
    const burst_grid *g = &merge->grid;
    if (merge->failed) {
        return fail(merge, BARYTA_BAD_ARGUMENT, "this merge was cancelled");
    }
    if (!baryta_plane_valid(merged, 2, 2) || merged->width != g->width ||
        merged->height != g->height) {
        return fail(merge, BARYTA_BAD_ARGUMENT, "the output is not of the reference's size");
    }
    merge->progress = progress;
    merge->user = user;
    merge->done = merge->aim = 0.0f;
    if (!burst_settle_suspects(merge)) {
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    burst_agree_on_noise(merge);
    burst_forget_frame(merge); /* the result takes its place */
    const burst_pass passes[] = {
        {begin_believing, go_on_believing, NULL, 0.0f, believing, progress, user},
        {begin_shrinking, go_on_shrinking, merged, believing, 1.0f, progress, user},
    };
    for (int i = 0; i < 2; i++) {
        if (burst_share_rows(merge, &passes[i])) {
            return fail(merge, BARYTA_CANCELLED, "cancelled");
        }
    }
    double left[2] = {0.0, 0.0};
    for (int32_t by = 0; by < g->blocks_h; by++) {
        left[0] += merge->row_sums[2 * by];
        left[1] += merge->row_sums[2 * by + 1];
    }
    const float factor = (float)(left[0] / left[1]);
    if (noise != NULL) {
        for (int site = 0; site < 4; site++) {
            noise->shot[site] = merge->options.noise.shot[site] * factor;
            noise->read[site] = merge->options.noise.read[site] * factor;
        }
    }
    if (frames != NULL) {
        *frames = (float)(1.0 + merge->weight);
    }
    if (baryta_report(progress, user, 1.0f)) {
        return fail(merge, BARYTA_CANCELLED, "cancelled");
    }
    return BARYTA_OK;
}

void baryta_merge_free(baryta_merge *merge) {
    if (merge == NULL) {
        return;
    }
    burst_free_all(merge);
    free(merge);
}

const char *baryta_merge_message(const baryta_merge *merge) {
    return merge == NULL ? "" : merge->message;
}
