/* Plain twins of the kernels: written from native/README.md and the papers it names, one
 * sample, tile or block at a time, without lanes, rings or strips, in double unless whole numbers
 * do. They say what a kernel has to give; the kernels are compared with them.
 *
 * Memory that cannot be had ends the program. */
#ifndef BARYTA_TESTS_PLAIN_H
#define BARYTA_TESTS_PLAIN_H

#include "baryta.h"

#include <complex.h>
#include <stdint.h>

/* Grey levels of 8 bit, rows without a gap. */
typedef struct plain_image {
    const uint8_t *data;
    int32_t width, height;
} plain_image;

/* Numbers by row and column. */
typedef struct plain_plane {
    double *data;
    int32_t width, height;
} plain_plane;

plain_plane plain_plane_make(int32_t width, int32_t height);
void plain_plane_free(plain_plane *plane);
/* Mirrored about the first and the last sample beyond the edges. */
double plain_at(const plain_plane *plane, int32_t x, int32_t y);

/* plain_grey.c: a pixel of the half-size grey, not rounded; of a level half as large; smoothed. */
double plain_grey(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double exposure, double cut, int32_t x, int32_t y);
int plain_halved(const plain_image *image, int32_t x, int32_t y);
int plain_softened(const plain_image *image, int32_t x, int32_t y);

/* plain_step.c: of row y the 10 sums of the matrix (upper triangle by rows: x, y, angle,
 * brightness), 4 of the right side, the number of pixels and their misfit. Pixels; angle in
 * radians about the centre, told in 1 / unit; floor and slack: squares of grey levels, and per
 * squared gradient, at which the weight is a quarter. */
typedef struct plain_step {
    double angle, shift_x, shift_y, centre_x, centre_y, unit, offset, floor, slack;
} plain_step;
void plain_step_row(const plain_image *reference, const plain_image *other, const plain_step *step,
                    int32_t y, double sums[16]);

/* plain_consensus.c: of parts' sums, each misfit where both pictures have 20 pixels, otherwise -1;
 * what the calmest fifth misfits by at most; the sums, those of a part that misfits by more than
 * that weighing less. The share of parts, 0 .. 1, that misfits by more than so much. */
double plain_weigh_parts(double (*parts)[16], int32_t count, double *misfits, double sums[16]);
double plain_disagreement(const double *misfits, int32_t count, double usual);

/* plain_warp.c: a pixel of the other image, so far away in steps of 1/32, bilinear; edges repeat.
 * Where a sample of the reference lies in the other frame, of width x height samples. How far a
 * tile of 16x16 grey pixels moves, grey pixels. */
typedef struct plain_motion {
    double x, y, angle; /* samples, radians */
    int32_t width, height; /* samples */
} plain_motion;
int plain_warped(const plain_image *other, int32_t x, int32_t y, double dx, double dy);
void plain_moved(const plain_motion *motion, double x, double y, double *to_x, double *to_y);
void plain_tile_move(const plain_motion *motion, int32_t x0, int32_t y0, double *dx, double *dy);

/* plain_demosaic.c: a frame's samples, normalised, times their colour's gain, clipped at the
 * frame's own white; demosaiced to three planes of the same scale. offset: of the square root. */
void plain_normalise(const baryta_plane *frame, const baryta_mosaic_format *format, double exposure,
                     const double colour_gain[3], plain_plane *mosaic);
void plain_demosaic(const plain_plane *mosaic, const int32_t colour[4], double offset,
                    plain_plane planes[3]);
/* The development's, from light to light; its square root and back, of negative light too. */
void plain_develop_demosaic(const plain_plane *mosaic, const int32_t colour[4],
                            plain_plane planes[3]);
double plain_to_domain(double light, double knee);
double plain_from_domain(double y, double knee);

/* plain_weights.c: of the six samples from floor(at) - 2 on, at - floor(at) taken in 1/128. */
void plain_weights(double part, int mono, double weight[6]);

/* plain_resample.c: a frame as it is seen from the reference. */
typedef struct plain_view {
    const baryta_plane *reference, *frame;
    const baryta_mosaic_format *format;
    const plain_plane *planes; /* of the frame, by colour; of a mono one the first */
    double colour_gain[3]; /* that the planes are multiplied by */
    double exposure, tint[3]; /* times that, by colour */
    int32_t reach; /* samples so near to a clipped one are left out */
} plain_view;
/* Frame minus reference at the reference's sample, displaced by so much; with_care: clipped samples
 * are left out. False: the sample is left out, or the frame does not cover it. */
int plain_difference(const plain_view *view, int32_t x, int32_t y, double dx, double dy,
                     int with_care, double *value);

/* plain_dft.c: of 8x8 numbers by row and column, unscaled; back: their real part, over 64.
 * Half-Hann window of eight. Whether a real tile's other frequencies are told by this one. */
void plain_dft(const double tile[64], double complex spectrum[64]);
void plain_dft_back(const double complex spectrum[64], double tile[64]);
double plain_window(int i);
int plain_told(int u, int v);

/* plain_blend.c: what a frame adds to a tile, whose cells are those of four blocks. */
typedef struct plain_blended {
    double cell[4][64]; /* weighted differences, windowed twice, by site */
    double agreed[64]; /* the frame's weight by frequency */
    double present; /* how far it shows the same */
    double weight; /* mean share */
} plain_blended;
/* difference: by site; variance: of a sample's difference, by site; inside: what part of the tile
 * the picture has; trust, cover: 0..1; share: of the frame in the mean, the reference's is 1. */
void plain_blend(double difference[4][64], const double variance[4], double robustness,
                 double inside, int still, double trust, double cover, double share,
                 plain_blended *out);

/* plain_shrink.c: the spectra of a tile's four sites, in place. variance: of a coefficient of a
 * single frame, by site; agreed: sum of the frames' weights, by frequency; frames: that the tile is
 * the mean of. */
typedef struct plain_left {
    double all; /* what is left of a single frame's noise variance */
    double spread; /* of it what no longer lies where it came from */
    double own; /* the share of the reference's own noise, amplitude */
} plain_left;
plain_left plain_shrink(double complex spectrum[4][64], const double variance[4],
                        const double agreed[64], double frames, double strength);

/* plain_flow.c: what tiles of a have moved by to where b shows their like; field: by tile, x and y;
 * above: that of the level of half the size, NULL if there is none; sigma: of the level's noise.
 * Coarse: tiles of 8 pixels, whole pixels; far: those that have found nothing; fine: tiles of 16
 * pixels, returns how many found their like. */
void plain_match_coarse(const plain_image *a, const plain_image *b, double sigma,
                        const plain_plane *above, plain_plane field[2]);
void plain_look_far(const plain_image *a, const plain_image *b, double sigma, plain_plane field[2]);
int32_t plain_match_fine(const plain_image *a, const plain_image *b, double sigma,
                         const plain_plane *above, plain_plane field[2]);

/* plain_flags.c: whether a sample lies beyond its eight like neighbours, by so many standard
 * deviations of the most lenient site or more: the ratio, 1 at the limit. At least two samples from
 * every edge. */
double plain_flag(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double sigmas, int32_t x, int32_t y);

/* plain_marks.c: which of a block's differences exceed 5.5 times their mean; nearest: how near the
 * nearest comes to that, relative. */
uint64_t plain_mark(const float difference[64], double *nearest);

/* plain_evidence.c: what frames say of a suspect, each with the variance of what it says: how far
 * the lesser mean is beyond chance, 1 at the limit, 0 of too few; alike: so many err alike. */
typedef struct plain_word {
    double here, there, variance;
} plain_word;
double plain_evidence(const plain_word *words, int count, double alike);

/* plain_full.c: the mosaic's grey at full size, smoothed by 1 2 1 both ways, not rounded; a sample
 * or more from every edge. cut: light that no sample exceeds, 0 for white. */
typedef struct plain_burst {
    const baryta_plane *reference, *frame;
    const baryta_mosaic_format *format;
    const baryta_noise *noise;
    double exposure, cut; /* of the frame */
    double sigma; /* of the half-size grey */
} plain_burst;
double plain_full_level(const plain_burst *burst, const baryta_plane *mosaic, int32_t x, int32_t y);
/* By how much the frame misfits in nine windows where a motion puts it, 0 not at all .. 1.
 * brighter: by so many levels. */
double plain_full_misfit(const plain_burst *burst, const plain_motion *motion, double brighter);

/* plain_sway.c: what a rolling shutter adds to the motion of each row of tiles, grey pixels. a, b:
 * smoothed grey of reference and frame; sigma: of its noise; x, y: by row of 16 pixels. */
void plain_find_sway(const plain_image *a, const plain_image *b, const plain_motion *motion,
                     double sigma, double *x, double *y);

/* plain_light.c: by tile of 16 grey pixels how far a frame's light is that of the reference, 0..1;
 * field: by tile, how far its content has moved from a to b. */
typedef struct plain_levels {
    double sigma, factor, offset, floor; /* noise of a grey pixel; from light to grey levels */
    double slope;
} plain_levels;

/* Two frames of different exposure, and by block of 8x8 samples how far content has moved. */
typedef struct plain_exposed {
    const baryta_plane *reference, *frame;
    const baryta_mosaic_format *format;
    const baryta_noise *noise;
    double exposure;
    plain_plane flow[2];
} plain_exposed;

/* exposed: NULL where exposures are alike and greys are compared. */
void plain_trust(const plain_image *a, const plain_image *b, const plain_motion *motion,
                 const plain_plane field[2], const plain_levels *grey, const plain_exposed *exposed,
                 plain_plane *trust);

/* plain_edges.c: what of the reference's edges is in a tile of so many pixels a side, over the
 * noise, and what of it is in the frame, dx, dy pixels further. noise: variance of a pixel. */
void plain_edge_tile(const plain_image *reference, const plain_image *frame, int32_t side,
                     double noise, int32_t i, int32_t j, int32_t dx, int32_t dy, double *own,
                     double *common);
/* What that of the nine tiles round a tile leaves of its trust to a frame that lacks so much. */
double plain_edge_trust(const plain_plane *own, int32_t i, int32_t j, double lacking);

/* plain_blocks.c: of its tile's displacement, those of the tiles round it and none the one that
 * fits best a block of 8x8 samples, grey pixels. */
void plain_block_motion(const plain_image *a, const plain_image *b, const plain_plane field[2],
                        int32_t bx, int32_t by, double to[2]);

/* plain_result.c: what frames have left behind, and the reference; planes of cells by site, of
 * whole blocks of 4x4 cells; by tile, one more than there are blocks either way. */
typedef struct plain_sums {
    plain_plane cells[4]; /* of the reference, normalised; what the frame's edge cuts is filled */
    plain_plane sum[4]; /* weighted differences */
    plain_plane present; /* by tile: the sum of the frames' shares */
    plain_plane belief[4]; /* by tile: how far a site's mean is believed; filled by plain_result */
    plain_plane agreed; /* by tile a row of 64: the sum of the weights by frequency */
    plain_plane variance; /* by tile a row of 4: of a sample of the reference by site */
    const baryta_noise *noise; /* of a single frame */
    int32_t width, height; /* samples of the frame */
    int32_t cells_w, cells_h; /* cells of the frame */
} plain_sums;
/* The merged picture's cells, shrunk. Returns what is left of a frame's noise variance, mean of the
 * tiles but for the last row of them. */
double plain_result(plain_sums *sums, double strength, plain_plane merged[4]);

/* plain_pixels.c: the steps of development that see one pixel at a time. A sample normalised,
 * white-balanced and shaded; by how much whitening raises it, 1 or more; white-balanced camera RGB
 * whose clipped channels are rebuilt, level: where each clips; through the matrix to linear
 * Rec.2020, without negative components. */
double plain_calibrate(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t x,
                       int32_t y);
double plain_whitening(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t x,
                       int32_t y);
void plain_highlights(double rgb[3], const double level[3]);
void plain_colour(double rgb[3], const float matrix[9]);

/* plain_denoise.c: the noise model of a colour; the knee of the square-root domain; variance of a
 * colour's noise in that domain, y: the colour there, without shading. Planes of camera RGB in the
 * domain, less their noise; keep: what was left of the finest differences, of chroma and of
 * luminance, by pixel. */
void plain_noise_of(const baryta_develop_options *options, int colour, double *shot, double *read);
double plain_knee(const baryta_develop_options *options);
double plain_noise_at(const baryta_develop_options *options, int colour, double y);
void plain_denoise(const plain_plane rgb[3], const baryta_develop_options *options,
                   plain_plane out[3], plain_plane keep[2]);

/* plain_inverse.c: a pixel from the domain to light, less the bias of what was averaged. */
void plain_inverse(double rgb[3], const baryta_develop_options *options, double keep_chroma,
                   double keep_luma);

/* plain_defects.c: what a sample becomes, itself unless it is a defect. */
uint16_t plain_corrected(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                         const baryta_noise *noise, double isolation, int32_t x, int32_t y);

/* plain_render.c: the change that sharpening makes to all channels of a pixel, whose luma is given;
 * grain of variance 1; a kernel is the weights by distance, up to reach. An encoded value with
 * grain; its dithered byte. */
double plain_sharpened(const plain_plane *luma, const double *kernel, int32_t reach, double amount,
                       int32_t x, int32_t y);
double plain_grain(uint32_t seed, const double *kernel, int32_t reach, int32_t x, int32_t y);
double plain_with_grain(double value, double amount, double grain);
double plain_dither(int32_t x, int32_t y);

/* plain_ycc.c: luma (channel 0) or chroma of a pixel, not yet a whole level. */
double plain_ycc(const uint8_t rgb[3], int channel);

/* plain_scatter.c: what a look does to linear light before its table. Luminance; light of a pixel
 * that blooms, and that reaches the film's base. */
double plain_luminance(const double rgb[3]);
void plain_highlight(const double rgb[3], double bloom[3], double *glow);
/* A map of blocks' means at a pixel, bilinear between the blocks' centres. */
double plain_block_mean(const plain_plane *plane, int32_t block, int32_t x, int32_t y);
double plain_map_at(const plain_plane *map, int32_t block, int32_t x, int32_t y);
/* In place; bloom, glow: of the blurred maps there. */
void plain_scatter(double rgb[3], const double bloom[3], double glow, double bloom_share,
                   double halation);
/* In place; base = slope * stops + offset. */
double plain_stops(double luminance);
void plain_contrast(double rgb[3], double slope, double offset, double amount);
/* Factor of the light at a pixel; ev: in the corners, 0 or less. */
double plain_vignette(int32_t width, int32_t height, double ev, int32_t x, int32_t y);

/* plain_unpack.c: a sample of a packed row, before any shift. */
uint32_t plain_unpack(const uint8_t *row, baryta_packing packing, int32_t x);

/* plain_rectify.c: a colour of a pixel of the rectified image. mix: camera RGB to the image's
 * colours; camera: its inverse. */
double plain_rectify(const baryta_plane *linear, const baryta_warp *warp, const double mix[9],
                     const double camera[9], int colour, int32_t x, int32_t y);

/* plain_peaking.c: 255 where a preview is in focus, 0 elsewhere. */
int plain_peaking(const baryta_plane *pixels, int32_t threshold, int32_t x, int32_t y);

/* plain_quiet.c: the noise that a frame's quietest directions show, against the model; how fast
 * they rise; what of the model's variance is shot noise's. */
void plain_quiet(const baryta_plane *frame, const baryta_mosaic_format *format,
                 const baryta_noise *noise, double quiet[3]);

/* plain_noisier.c: the frame's noise over the reference's in the latter's quietest directions, its
 * gain over the reference's being told; 0: that does not tell. */
double plain_noisier(const baryta_plane *reference, const baryta_plane *frame,
                     const baryta_mosaic_format *format, const baryta_noise *noise, double gain);

/* plain_tint.c: by colour, how many times as long a frame that has moved by whole cells is exposed;
 * 1 where its colours are the reference's. */
void plain_tint(const plain_view *view, const baryta_noise *noise, int32_t dx, int32_t dy,
                double tint[3]);

#endif
