/* What the stages of the merge share: the grid, the handle, and each stage's entry.
 *
 * Grid: a cell is 2x2 samples, a block 4x4 cells (8x8 samples), a tile 2x2 blocks, one starting at
 * every block: tile (i, j) covers blocks i-1..i, j-1..j, so that every cell lies in four tiles.
 *
 * Runs: of a row of blocks, the like cells of all blocks lie together, one float for each: run
 * (4 j + site) * 4 + c holds the site of cell c, j of every block. A run's column q is block q - 1,
 * so that a tile covers the columns of its number and the next. Neighbouring tiles are neighbouring
 * floats: they are worked on in lanes. */
#ifndef BARYTA_BURST_H
#define BARYTA_BURST_H

#include "burst_evidence.h"
#include "burst_set.h"
#include "core.h"
#include "sharpness.h"
#include "vec4.h"

#include <math.h>

enum {
    BURST_LEVELS = 7,
    BURST_UNIT = 128, /* what a frame's weight is counted in */
    BURST_MOST_FRAMES = 500, /* what 16 bit can hold of them */
    BURST_NOISES = 17, /* over the model's, quarters of an octave: 2^-2 .. 2^2 */
    BURST_BAND = 1 << (BURST_LEVELS - 1), /* rows of a level that make one of the coarsest */
    BURST_GUESSES = 3, /* at a frame's motion, refined side by side */
    BURST_ROW_SUMS = 8, /* at most, of a row of samples; those of higher rows have more room */
    BURST_TILE = 16, /* of the alignment, pixels of the half-size grey */
    BURST_PAD = 32, /* columns of a band beyond the frame's; whole vectors, as the next */
    BURST_EDGE = 16,
    BURST_STEP = 8, /* rows of blocks between reports of progress */
    BURST_LAG = 9, /* rows by which the demosaic's last stage runs behind its first */
    BURST_RUNS = 64, /* of a row of blocks */
    BURST_CHUNK = 16,
    BURST_CELLS = 2 * BURST_CHUNK,
    BURST_TILE_LISTS = 21,
    BURST_BINS = 34, /* of a tile's spectrum */
    BURST_TAPS = 6,
    BURST_BEFORE = 2, /* taps before the sample's own */
    BURST_PHASES = 128,
    BURST_ONE = 1 << 14, /* of the finished rows' samples and of the resampling's weights */
    BURST_LOWEST = -BURST_ONE / 4, /* what a sample is limited to: see burst_resample.c */
    BURST_HIGHEST = BURST_ONE + BURST_ONE / 4,
    BURST_MAX_SUSPECTS = 32768,
    BURST_MOST_MARKS = 4, /* of a block: one that has more is misplaced, or all detail */
    BURST_ASK = 1 << 20 /* samples' work between two questions whether to go on */
};

typedef struct burst_grid {
    int32_t width, height; /* samples */
    int32_t cells_w, cells_h;
    int32_t blocks_w, blocks_h;
    int32_t tiles_w, tiles_h;
    int32_t columns; /* of a run, a multiple of BURST_CHUNK; those beyond the blocks are 0 */
} burst_grid;

/* Scale of the samples: (sample - black) * gain is 1 at the reference's white. */
typedef struct burst_scale {
    float black[4];
    float gain[4];
} burst_scale;

/* A frame's rows demosaiced to three planes: the finished ones in whole numbers of the frame's own
 * scale, BURST_ONE its white, what leads to them in floats. A row is 2 * length samples, the
 * frame's and 2 * BURST_PAD mirrored ones on either side; of floats `length` even, then as many odd
 * columns. Only the last rows are kept, in rings. */
typedef struct burst_band {
    int16_t *finished; /* by row the planes one after the other */
    float *spare[6];
    float *memory; /* of the floats */
    int32_t length;
    int32_t planes;
    uint32_t rows; /* finished ones that are kept */
    int32_t first, next, complete; /* rows of the frame: fed first, to be fed, ready last */
    float offset; /* of the square-root domain */
    float unit[3]; /* by colour: what evened-out light is in whole numbers */
} burst_band;

/* Half-size grey in noise-stabilised 8 bit and its halvings. */
typedef struct burst_pyramid {
    uint8_t *data[BURST_LEVELS];
    int32_t width[BURST_LEVELS];
    int32_t height[BURST_LEVELS];
    int32_t levels;
} burst_pyramid;

/* Where the reference's point p lies in the other frame: centre + R (p - centre) + shift. */
typedef struct burst_motion {
    double x, y, angle; /* samples, radians */
} burst_motion;

/* Per block: displacement of its content in the other frame, samples. */
typedef struct burst_flow {
    float *x;
    float *y;
} burst_flow;

typedef struct burst_stabiliser {
    float slope, offset, factor, floor; /* grey = factor * sqrt(slope * x + offset) - floor */
    float sigma; /* of a grey pixel */
} burst_stabiliser;

/* A sample of the reference that stands out, in the order of rows. Lights are normalised. */
typedef struct burst_suspect {
    int32_t x, y;
    float by; /* how far it stands out, sample units, signed */
    float rank; /* as compared with noise and with what the samples beside it do */
    float least; /* that a frame that moved shows of it */
    float square; /* of what its neighbours show, summed over those frames */
    float square_there; /* of what is missing of them where they went */
    float answers, answers_square; /* two of each frame, summed; their squares */
    float light; /* that they have where its content went, summed */
    burst_evidence evidence; /* of all frames as bright as the reference */
    uint64_t witnessed; /* by which frames, a bit each, as far as there are bits */
    float like; /* weights of frames that differ there as if the reference had no defect; if alike,
                   less what had been added before */
    float stood_in; /* by how much more something stood for it, times the frames' weights, summed */
    float added_before; /* this frame */
    int16_t witnesses, against; /* frames that moved, and answer as for a defect, or for detail */
    uint16_t patch, other; /* what stands for it in this frame, if patched, and in the reference */
    int8_t alike; /* the frame added last was one */
    int8_t isolated; /* stands out alone, and no lens has spread it: alignment is not to see it */
    int8_t marked; /* by a frame: see burst_mark */
    int8_t cleared; /* surely detail */
    int8_t patched; /* this frame answers clearly */
} burst_suspect;

/* One thread's share of a frame: rows of blocks first..last-1, from top to bottom. */
typedef struct burst_strip {
    int32_t first, last;
    int32_t next; /* row of tiles */
    int32_t taken, limit; /* burst_share.c: next row that nobody works on yet, and the last one */
    int32_t begun;
    burst_band band;
    float *sampled; /* differences of a few blocks, see burst_difference */
    float *cells[2]; /* runs of the result: the block rows above and below a row of tiles */
    float *scratch; /* 8 rows, even and odd columns apart, of 4 * grid.columns each */
    float *rows; /* the tiles' rows transformed that a row of tiles leaves to the one below */
    float *back; /* what the upper row of tiles leaves to the lower one */
    float *pending; /* what a tile leaves to the next one */
    float *cover[2]; /* by column: what the frame covers of each block */
    float *tile; /* BURST_TILE_LISTS lists by column: what is known of tiles */
} burst_strip;

/* Weights of the resampling, of BURST_ONE, pairs of them in a number: the first in its low half. */
typedef struct burst_taps {
    int32_t pair[BURST_TAPS / 2];
} burst_taps;

/* The noise that the reference by itself shows at most, against the model: 0 if it does not tell.
 * How fast its quietest directions rise, of noise alone by 1.1 to 1.2; what of the model's variance
 * is shot noise's where it was seen. */
enum { BURST_QUIET = 5 };
typedef struct burst_quiet {
    float most, rises, shot_part;
    float direction[BURST_QUIET][64]; /* samples of a patch: in which the noise was seen */
    float quarter; /* see burst_quiet_quarter; 0: not known */
} burst_quiet;

struct baryta_merge {
    baryta_merge_options options;
    const struct burst_routines *routines;
    burst_grid grid;
    burst_scale scale;
    burst_taps kernel[BURST_PHASES + 1]; /* resampling weights by fraction of a pixel */
    sharpness_estimate sharpness; /* of the reference */
    float colour_gain[3]; /* evens the colours' means out before demosaicing */
    int32_t mono;
    uint16_t *reference;
    uint16_t *sum; /* weighted differences of all frames to the reference: see burst_sum */
    uint16_t *agreed; /* sums of the frames' weights, 1/BURST_UNIT: see burst_agreed */
    float
        *present; /* per tile: sum of the other frames' shares that show the same: burst_present */
    float *belief; /* per tile and site: how far the mean is believed, 1 .. 0 the reference alone */
    float *light; /* per tile of the alignment: by how much the frame's differs */
    float *level; /* per tile of the alignment: mean grey level of the reference, -1 unknown */
    float *medians[2]; /* of light */
    float *own_light; /* of a tile that burst_gain.c asked: the reference's; 0 not known yet */
    float lit; /* share of the tiles that have the reference's light */
    float *trust; /* per tile of the alignment: 0 the frame's light differs .. 1 it does not */
    uint8_t
        *rim; /* per block: bits 0..3 by site: some of it is clipped, 4..7: some of it is dark */
    uint8_t *at_rim; /* per block: see burst_at_rim */
    v4 *mean; /* per block: mean of the reference */
    v4 *signal; /* per block: mean of what makes noise in the reference: clipped samples have none
                 */
    burst_pyramid grey, other, warped;
    burst_pyramid soft_grey, soft_other;
    burst_stabiliser stabiliser;
    burst_flow flow;
    float *tile_flow; /* scratch of the tile alignment */
    int still; /* the camera did not move: where nothing else did samples are copied */
    int aliased; /* detail of the frame is too fine for its grey: only all of it is aligned */
    burst_flow sway, sway_left; /* per row of tiles, grey pixels: shift beyond the rigid motion */
    void *patches; /* room that burst_patches.c lays out; NULL until a frame tells its noise */
    double *row_sums; /* per row of something: sums to be added in order */
    int32_t *rows_low, *rows_high; /* per row of blocks: the frame's rows from it on, for it */
    burst_strip *strip; /* one a thread */
    burst_suspect *suspect;
    int32_t suspects;
    burst_motion heard[BURST_HEARD]; /* of frames that were asked about suspects */
    int32_t hearings;
    float quieter; /* deviations that outliers are measured by, of those told */
    uint64_t *marks; /* per block: bit by run, of the frame added last: see burst_mark */
    uint16_t *moves; /* per block: frames that moved there */
    uint8_t *displaced; /* per block: whether any frame was resampled there */
    const baryta_plane *frame; /* the one being added */
    float exposure; /* of the frame being added */
    float tint[3]; /* by colour, times that exposure: the frame's light may be another's */
    float cut; /* light that both greys are cut off at, where one frame clips sooner; 0: none */
    float
        frame_gain; /* of its exposure what is gain's over the reference's: that collects nothing */
    float noisier; /* its noise variance over what its exposure tells, as it shows itself */
    float rougher; /* see burst_rougher, at the picture's mean light */
    float usual_light; /* of the reference: its blocks' geometric mean, which is not the lamps' */
    float grey_cut; /* what its grey was made with */
    float share; /* its weight in the mean, the reference 1: inverse to its noise */
    float most_share; /* what that may be */
    float total; /* sum of the shares, the reference included */
    double weight; /* sum of the mean weights times shares */
    baryta_noise told; /* the model that options.noise corrects */
    burst_quiet quiet; /* of the reference, by that */
    float told_sigma; /* the stabiliser's by that */
    int32_t votes[2][BURST_NOISES]; /* frames that have shown so of shot and of read noise */
    int32_t failed; /* a cancelled add has left the sums half done */
    baryta_progress progress; /* of the begin or the add that is under way */
    void *user;
    float done, aim; /* what it was told last, and what the stage comes to */
    int64_t worked; /* by the thread that entered, since it asked last: see burst_worked */
    char message[160];
};

/* burst_grey.c */
void burst_stabilise(const baryta_noise *noise, burst_stabiliser *stabiliser);
void burst_grey(baryta_merge *merge, const baryta_plane *frame, float exposure,
                burst_pyramid *pyramid);
/* Binomial 3x3 smoothing of every level: what is left aliases little between pixels. */
void burst_soften(const burst_pyramid *in, burst_pyramid *out, int32_t threads);
/* Of the rows first..last-1 of the finest level, multiples of BURST_BAND, all others'. */
void burst_halve(const burst_pyramid *pyramid, int32_t first, int32_t last);

/* burst_motion.c */
burst_motion burst_find_motion(baryta_merge *merge);
static inline void burst_move(const burst_grid *grid, const burst_motion *motion, double cosine,
                              double sine, double x, double y, double *to_x, double *to_y) {
    const double cx = 0.5 * (grid->width - 1), cy = 0.5 * (grid->height - 1);
    *to_x = cx + cosine * (x - cx) - sine * (y - cy) + motion->x;
    *to_y = cy + sine * (x - cx) + cosine * (y - cy) + motion->y;
}

/* Displacement of tiles of BURST_TILE grey pixels beyond what brings the frame over, grey pixels.
 */
typedef struct burst_field {
    float *x, *y;
    int32_t columns, rows;
} burst_field;

/* burst_warp.c: fills merge->warped and sway, false if the merge is to end; sway at a row, samples.
 */
int burst_bring_over(baryta_merge *merge, const burst_motion *motion);
void burst_sway_at(const baryta_merge *merge, double y, double *dx, double *dy);

/* burst_tiles.c: fills merge->flow; returns the share of tiles that found their like: 0 if the
 * light differs in too many. */
float burst_find_flow(baryta_merge *merge, const burst_motion *motion);

/* burst_light.c: fills merge->trust; returns the share of tiles that have the reference's light. */
float burst_judge_light(baryta_merge *merge, const burst_motion *motion, const burst_field *field);

/* burst_edges.c: what of the reference's edges is in a tile of the grey at a level, over what noise
 * alone makes of squared differences, and what of it is in the frame, that many pixels further; 0
 * if that lies outside. next: the tile that will be asked next, so many further. Sums over tiles
 * that the frame covers, by level, of each part of the picture, row by row. How surely and how far
 * it lacks them: 0 .. 1. Takes that much of merge->trust where the reference has edges, and returns
 * what is left of it in the mean. */
enum { BURST_ACROSS = 4, BURST_PARTS = BURST_ACROSS * BURST_ACROSS };
typedef struct burst_edges {
    float own, common;
} burst_edges;
typedef struct burst_answers {
    double tiles, own[2], common[2];
} burst_answers;
int burst_measure_edges(const baryta_merge *merge, int level, int32_t i, int32_t j, int32_t dx,
                        int32_t dy, int32_t next, burst_edges *found);
void burst_ask_for_edges(baryta_merge *merge, const burst_motion *motion,
                         burst_answers parts[BURST_PARTS]);
float burst_lacks_edges(baryta_merge *merge, const burst_motion *motion);
float burst_doubt_edges(baryta_merge *merge, float lacking);

/* burst_gain.c */
/* Of BURST_TILE x BURST_TILE cells at even x, y, of one row in `every`: sum and highest sample by
 * site; returns the cells' number. next: samples to where will be looked next. */
int32_t burst_tile_sums(const uint16_t *samples, ptrdiff_t stride, int32_t x, int32_t y,
                        int32_t every, int32_t next, float sum[4], float top[4]);
/* Mean light of BURST_TILE x BURST_TILE cells at even x, y, normalised, of one row in `every`; 2 if
 * some of it clips. next: samples to where will be looked next. */
float burst_mean_light(const baryta_merge *merge, const uint16_t *samples, ptrdiff_t stride,
                       int32_t x, int32_t y, int32_t every, int32_t next);
/* By how much the frame is brighter than told, where the motion puts it; 1 if that cannot be told
 * or is too little to matter. */
float burst_find_gain(const baryta_merge *merge, const baryta_plane *frame,
                      const burst_motion *motion);
/* Where such cells lie in the frame, by whole ones; 0 if outside. The flow looks for like
 * brightness, which is what is in question: the motion alone counts. */
int burst_tile_place(const baryta_merge *merge, const burst_motion *motion, int32_t x, int32_t y,
                     int32_t *u, int32_t *v);

/* burst_tint.c: fills merge->tint where the frame's colours are others than the reference's. */
void burst_find_tint(baryta_merge *merge, const baryta_plane *frame, const burst_motion *motion);

/* How long a colour of the frame is exposed, the reference 1. */
static inline float burst_exposure_of(const baryta_merge *merge, int colour) {
    return merge->exposure * merge->tint[colour];
}

static inline int burst_tinted(const baryta_merge *merge) {
    const float *tint = merge->tint;
    return tint[0] != 1.0f || tint[1] != 1.0f || tint[2] != 1.0f;
}

/* burst_blocks.c: from tiles to blocks. */
void burst_spread_flow(baryta_merge *merge, const burst_motion *motion, const burst_field *field);

/* Where a row of the frame, no further than this above it, is in the ring. */
static inline uint32_t burst_slot(const burst_band *band, int32_t row) {
    return (uint32_t)(row + (1 << 24)) % band->rows;
}

/* A finished row, from the frame's first column on. */
static inline int16_t *burst_band_row(const burst_band *band, int plane, int32_t row) {
    const ptrdiff_t number = (ptrdiff_t)burst_slot(band, row) * band->planes + plane;
    return band->finished + number * 2 * band->length + 2 * BURST_PAD;
}

/* A sample of a finished row. */
static inline int16_t burst_whole(float value) {
    const float limited = fminf(fmaxf(value, BURST_LOWEST), BURST_HIGHEST);
    return (int16_t)lrintf(limited);
}

/* The demosaic's own: samples in the square-root domain, the differences down the columns, those
 * smoothed, green where it was missing, and the lines that chroma follows green by. */
enum { BURST_RAW, BURST_DOWN, BURST_SMOOTH, BURST_GREEN, BURST_SLOPE, BURST_BASE, BURST_SPARES };

/* Rows in their rings: as many as are read and written at a time. */
static const uint32_t burst_spare_rows[BURST_SPARES] = {12, 8, 6, 6, 4, 4};

static inline float *burst_spare_row(const burst_band *band, int plane, int32_t row, int parity) {
    const uint32_t slot = (uint32_t)(row + (1 << 24)) % burst_spare_rows[plane];
    return band->spare[plane] + ((ptrdiff_t)slot * 2 + parity) * (ptrdiff_t)band->length;
}

/* burst_weights.c */
void burst_make_kernel(int mono, burst_taps kernel[BURST_PHASES + 1]);
/* Where noise has more variance at white, the fringes of clipped light drown in it. */
#define BURST_FRINGES_DROWN 0.001f
/* A frame's noise variance over the reference's counts up to this. */
#define BURST_MOST_NOISIER 64.0f
/* Where exposures differ, what lies above this is taken for clipped. */
#define BURST_CLIPPED 0.98f
/* Less is not counted exactly, and more not so that 64 frames of any exposure have room. */
#define BURST_LEAST_SHARE (1.0f / 64.0f)
#define BURST_MOST_SHARE 7.0f

/* burst_strip.c: finds the rows that each row of blocks needs; returns how many a band keeps. */
int32_t burst_plan_strips(baryta_merge *merge);
/* The rows of the frame that a row of blocks is sampled from, by itself. */
void burst_sampled_rows(const baryta_merge *merge, int32_t by, int32_t *low, int32_t *high);
/* burst_lower.c: what the sum would hold more of had the reference's sample been lower by that
 * much, normalised, from the first frame on. */
void burst_lower_reference(baryta_merge *merge, int32_t x, int32_t y, float by);

/* burst_quieter.c: fills merge->quieter. */
void burst_find_quieter(baryta_merge *merge);

/* burst_outliers.c: lists suspects, 0 if there is no memory or the merge is to end. */
int burst_find_suspects(baryta_merge *merge);
/* The first suspect, in their order, at a sample or after it; their number if there is none. */
int32_t burst_suspect_from(const baryta_merge *merge, int32_t x, int32_t y);

/* burst_defects.c: what a frame about to be added says of the suspects; what clearly is one has
 * something else for it in the frame and, until burst_restore_suspects, in the reference. 0 if the
 * merge is to end. */
int burst_judge_suspects(baryta_merge *merge, const baryta_plane *frame);
void burst_restore_suspects(baryta_merge *merge);

/* Looks at what the frame just added has marked, and lists what may be a defect. */
int burst_judge_marks(baryta_merge *merge, const baryta_plane *frame);

/* burst_verdict.c: replaces the convicts in the reference and in what was added against them; 0 if
 * the merge is to end. */
int burst_settle_suspects(baryta_merge *merge);

/* Whether content moved so far over the sensor, samples, that a defect's place shows other content.
 */
#define BURST_MOVED 1.5f
static inline int burst_moved(float x, float y) {
    return x * x + y * y >= BURST_MOVED * BURST_MOVED;
}

/* burst_calm.c: grey and its pyramid, of the reference and into other of the frame, in which
 * suspects, and what is like them in the frame, are as their neighbours. */
void burst_grey_reference(baryta_merge *merge);
void burst_grey_frame(baryta_merge *merge, const baryta_plane *frame);
/* Lists by tile of the alignment what the reference's mean grey lacks where suspects are as their
 * neighbours but the frame has none: those are the scene's. */
void burst_list_hidden(baryta_merge *merge, float *hidden, int32_t columns, int32_t rows);

/* burst_strip.c: memory for so many rows in every strip's band; 0 if there is none. */
int burst_strips_make(baryta_merge *merge);
int burst_strips_grow(baryta_merge *merge, int32_t rows);
void burst_strips_free(baryta_merge *merge);

/* What is done with the rows of tiles, strip by strip from top to bottom: begin where a strip
 * starts, then advance by so many rows. */
typedef struct burst_pass {
    void (*begin)(baryta_merge *merge, const struct burst_pass *pass, burst_strip *strip);
    void (*advance)(baryta_merge *merge, const struct burst_pass *pass, burst_strip *strip,
                    int32_t rows);
    const baryta_plane *plane; /* the frame, or the result */
    float from, to; /* of the progress */
    baryta_progress progress;
    void *user;
} burst_pass;

/* burst_share.c: all rows, by all threads; true if it was cancelled. */
int burst_share_rows(baryta_merge *merge, const burst_pass *pass);

/* The lower half of a row of tiles is the upper one of the next. */
void burst_swap_halves(burst_strip *strip);

/* merge_memory.c */
void *burst_allocate(size_t count, size_t size); /* zeroed, on cache lines; NULL if there is none */
void burst_release(void *memory); /* NULL is allowed */
int burst_allocate_all(baryta_merge *merge);
/* Gives back until the next frame what only a frame that is being added needs. */
void burst_forget_frame(baryta_merge *merge);
void burst_free_all(baryta_merge *merge);

/* Share of a frame's noise variance after demosaicing and resampling, at a frequency of that
 * square: measured on flat grey, 0.83 on the mean of the frequencies. */
#define BURST_LEFT(square) (0.78f + 0.35f * (float)((square) * (square)) / 1024.0f)

/* burst_noise.c */
/* Where no noise was told, or no read noise: what it may be. */
void burst_suppose_noise(const baryta_mosaic_format *format, baryta_noise *noise);

/* burst_noisier.c: the frame's noise variance over the reference's, by what both have in the
 * reference's quietest directions; 0 if that does not tell. */
float burst_compare_quiet(baryta_merge *merge, const baryta_plane *frame);

/* burst_correct.c: takes shot and read noise for so many quarters of an octave more than told;
 * returns by what that changes it at middle grey. */
double burst_take_noise(baryta_merge *merge, const int quarters[2]);
/* What a frame has shown. */
void burst_vote_noise(baryta_merge *merge, const int quarters[2]);
/* Takes the noise for what the middle one of the frames has shown. */
void burst_agree_on_noise(baryta_merge *merge);

/* merge_begin.c: what baryta_merge_begin does, with such routines; mean and signal of a block of
 * the reference; which blocks are at rims, of what those say of themselves. */
baryta_status burst_begin(const baryta_merge_options *options, const baryta_plane *reference,
                          const struct burst_routines *routines, baryta_merge **handle,
                          baryta_progress progress, void *user);
void burst_measure_block(baryta_merge *merge, int32_t bx, int32_t by);
void burst_find_rims(baryta_merge *merge);

/* merge.c: true if the merge is to end, which it asks between two steps of the begin or of the
 * alignment; and in the loops of a step, which the threads share, whenever the one that entered has
 * done BURST_ASK more. samples: of the work done since the last call or about to be, in looks at a
 * sample, some ten instructions of four lanes each. What a step leaves half done is not used. */
int burst_pause(baryta_merge *merge);
int burst_worked(baryta_merge *merge, int64_t samples);

/* The light that the frame collected over the reference's: its noise goes by that. */
static inline float burst_collected(const baryta_merge *merge) {
    return merge->exposure / merge->frame_gain;
}

/* The frame's noise variance at some light over the reference's, in the colour that it has least
 * of.
 */
static inline float burst_noise_ratio(const baryta_merge *merge, float light) {
    const float *tint = merge->tint;
    const float e = burst_collected(merge) * fminf(fminf(tint[0], tint[1]), fminf(tint[2], 1.0f));
    float shot = 0.0f, read = 1e-12f;
    for (int site = 0; site < 4; site++) {
        shot += merge->options.noise.shot[site] * (light > 0.0f ? light : 0.0f);
        read += merge->options.noise.read[site];
    }
    return merge->options.frame_noise * merge->noisier * (shot / e + read / (e * e)) /
           (shot + read);
}

/* Whether the frame is as bright as the reference, but for what metadata are rounded by: then it
 * clips where the reference does and is as noisy. */
static inline int burst_as_bright(const baryta_merge *merge) {
    return fabsf(merge->exposure - 1.0f) < 0.01f;
}

/* Whether a frame tells of the reference's noise: beyond two stops, most of it lies where the other
 * is clipped or drowned. */
static inline int burst_tells_noise(const baryta_merge *merge) {
    return merge->exposure > 0.24f && merge->exposure < 4.2f;
}

/* By how much the deviation of a difference to the reference exceeds that of a frame of the same
 * exposure; 1 if it does not. */
static inline float burst_rougher(const baryta_merge *merge, float light) {
    return sqrtf(fmaxf(0.5f * (1.0f + burst_noise_ratio(merge, light)), 1.0f));
}

/* The noise variances of the four blocks under a tile, by site, added up, in a frame of such an
 * exposure; edges repeat. */
static inline v4 burst_tile_variance(const baryta_merge *merge, float exposure, int32_t tx,
                                     int32_t ty) {
    const burst_grid *grid = &merge->grid;
    const v4 shot = v4_load(merge->options.noise.shot) / exposure;
    const v4 read = v4_load(merge->options.noise.read) / (exposure * exposure);
    v4 sum = v4_all(0.0f);
    for (int32_t j = ty - 1; j <= ty; j++) {
        const int32_t y = j < 0 ? 0 : j >= grid->blocks_h ? grid->blocks_h - 1 : j;
        for (int32_t i = tx - 1; i <= tx; i++) {
            const int32_t x = i < 0 ? 0 : i >= grid->blocks_w ? grid->blocks_w - 1 : i;
            const v4 signal = merge->signal[(size_t)y * (size_t)grid->blocks_w + (size_t)x];
            sum += v4_max(shot * signal + read, v4_all(1e-12f));
        }
    }
    return sum;
}

/* Of a row of blocks' runs: BURST_CHUNK columns of each, then the next ones; half-precision floats
 * of the sums times BURST_SUM_UNIT, which keeps noise of any camera well above the subnormal. */
#define BURST_SUM_UNIT 64.0f
static inline uint16_t *burst_sum(const baryta_merge *merge, int32_t by, int32_t column) {
    const int32_t chunk = by * (merge->grid.columns / BURST_CHUNK) + column / BURST_CHUNK;
    return merge->sum + (size_t)chunk * BURST_RUNS * BURST_CHUNK + column % BURST_CHUNK;
}

/* A tile's first bin; the next is BURST_CHUNK further. */
static inline uint16_t *burst_agreed(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const int32_t chunk = ty * (merge->grid.columns / BURST_CHUNK) + tx / BURST_CHUNK;
    return merge->agreed + (size_t)chunk * BURST_BINS * BURST_CHUNK + tx % BURST_CHUNK;
}

static inline float burst_clamp(float value, float low, float high) {
    return value < low ? low : value > high ? high : value;
}

static inline float *burst_present(const baryta_merge *merge, int32_t tx, int32_t ty) {
    return merge->present + BURST_CHUNK + (ptrdiff_t)ty * merge->grid.columns + tx;
}

static inline float *burst_belief(const baryta_merge *merge, int site, int32_t tx, int32_t ty) {
    return merge->belief + BURST_CHUNK + (ptrdiff_t)(4 * ty + site) * merge->grid.columns + tx;
}

/* Whether a block or one beside it holds both clipped and dark samples of a site: resampling there
 * leaves fringes. */
static inline int burst_at_rim(const baryta_merge *merge, int32_t bx, int32_t by) {
    return merge->at_rim[(size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx];
}

/* Whether three samples of a site or more of the block are clipped in the reference. */
static inline int burst_clips(const baryta_merge *merge, int32_t bx, int32_t by) {
    return (merge->rim[(size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx] & 15u) != 0;
}

/* Whether the block's samples that are clipped in the reference stay white. */
static inline int burst_keeps_white(const baryta_merge *merge, int32_t bx, int32_t by) {
    const float enough = 0.9f;
    const size_t at = (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    int keeps = merge->at_rim[at] && merge->displaced[at];
    for (int site = 0; site < 4 && !keeps; site++) {
        const float *upper = burst_belief(merge, site, bx, by);
        const float *lower = burst_belief(merge, site, bx, by + 1);
        keeps = upper[0] < enough || upper[1] < enough || lower[0] < enough || lower[1] < enough;
    }
    return keeps;
}

/* The half-Hann window whose square, at half overlap, sums to one. */
extern const float burst_window[8];

#endif
