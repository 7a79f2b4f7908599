/* One Gauss-Newton step's sums over a row. */
#ifndef BARYTA_BURST_STEP_H
#define BARYTA_BURST_STEP_H

#include "burst.h"

enum { BURST_STEP_SUMS = 16 };

typedef struct burst_step {
    const uint8_t *reference, *other;
    int32_t width, height;
    float cosine, sine, shift_x, shift_y; /* in pixels of the level, about its centre */
    float centre_x, centre_y, unit; /* of the motion's centre; length that angle is scaled by */
    float offset; /* of brightness */
    float floor, slack; /* squares: residual, and share of the gradient, tolerated */
} burst_step;

/* Of row y, columns first .. end - 1, by sixteen but where the row ends, the share of the normal
 * equations: 10 of the matrix, 4 of the right side; pixels, misfit. Images have 16 bytes to spare
 * at their end. */
void burst_step_row(const burst_step *s, int32_t y, int32_t first, int32_t end,
                    double sums[BURST_STEP_SUMS]);

/* The last of the sums, which no weight has a part in. */
enum { BURST_STEP_PIXELS = 14, BURST_STEP_MISFIT = 15 };

/* At most so many parts of a picture each way: of each, the sums. */
enum { BURST_STEP_ACROSS = 8, BURST_STEP_PARTS = BURST_STEP_ACROSS * BURST_STEP_ACROSS };
typedef double burst_step_part[BURST_STEP_SUMS];

/* Of those of them that both pictures have, 0 all fits .. 1 nothing does. */
typedef struct burst_misfits {
    double of[BURST_STEP_PARTS];
    int32_t count;
} burst_misfits;

/* burst_consensus.c: adds the parts up, those less that misfit by more than is usual. */
void burst_weigh_parts(burst_step_part *parts, int32_t count, burst_misfits *misfits,
                       double sums[BURST_STEP_SUMS]);
/* What the calmest parts misfit by, and the share of them, 0 .. 1, that misfits by more than so
 * much. */
double burst_usual_misfit(const burst_misfits *misfits);
double burst_disagreement(const burst_misfits *misfits, double usual);

/* A motion and how well it brings the frame over. */
typedef struct burst_guess {
    burst_motion motion;
    double offset; /* brightness, grey levels */
    double misfit; /* 0 all fits .. 1 nothing does, before the last step */
    burst_misfits parts; /* then */
} burst_guess;

/* Solves the equations and moves the guess; size: of the level's pixels, samples; radius: what
 * angles were scaled by, pixels. Returns how far a corner moved, pixels. */
double burst_take_step(const double sums[BURST_STEP_SUMS], double size, double radius,
                       burst_guess *guess);

/* burst_full.c: a part of a mosaic, a sample or more from its edges, smoothed by 1 2 1 both ways,
 * in grey levels whose noise is equally strong; lines of its width, and 16 bytes to spare. */
enum { BURST_WINDOW_SIDE = 128 }; /* at most */
typedef struct burst_cutout {
    int32_t x, y, width, height;
} burst_cutout;
void burst_make_window(const baryta_merge *merge, const baryta_plane *frame, float exposure,
                       const burst_cutout *w, uint8_t *out);
/* Whether the frames at full size bear out the first of two motions rather than the
 * second; the first is refined then. */
int burst_bears_out(baryta_merge *merge, burst_guess *first, const burst_guess *second);

#endif
