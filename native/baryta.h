/* Baryta's C core: the whole contract between C, cffi and people.
 *
 * Conventions
 * - A baryta_plane is a view of samples that the caller owns. Sample type and
 *   samples per pixel are fixed by the function that takes it; stride is the
 *   distance between rows in bytes and may exceed the row. Every function
 *   checks pointer, size and stride before it touches a sample.
 * - Mosaics keep the sensor's own scale: black level included, right-justified.
 *   "Normalised" means (value - black) / (white - black): 0 black, 1 clipped.
 * - A site is a position in the 2x2 CFA cell, row-major:
 *   0 = (0,0), 1 = (0,1), 2 = (1,0), 3 = (1,1).
 * - threads is the number of OpenMP threads, at least 1. Results do not depend
 *   on it.
 * - Functions return BARYTA_OK or say what went wrong; outputs are then
 *   undefined. Nothing is global, nothing is printed.
 * - A progress callback is called on the calling thread only, with a fraction
 *   in [0, 1]; a non-zero return cancels the call (BARYTA_CANCELLED).
 *   It may be NULL.
 *
 * The part between the two marker lines below is what cffi reads: it holds
 * declarations only, no preprocessor lines.
 */
#ifndef BARYTA_H
#define BARYTA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* cffi: begin */

typedef enum baryta_status {
    BARYTA_OK = 0,
    BARYTA_BAD_ARGUMENT = 1, /* a size, stride, pointer or parameter is out of range */
    BARYTA_NO_MEMORY = 2,
    BARYTA_CANCELLED = 3,
    BARYTA_TOO_SMALL = 4 /* the output buffer cannot hold the result */
} baryta_status;

typedef struct baryta_plane {
    void *data;
    int32_t width; /* pixels */
    int32_t height; /* rows */
    int64_t stride; /* bytes from one row to the next */
} baryta_plane;

typedef int (*baryta_progress)(void *user, float fraction);

/* How a mosaic's numbers are to be read. */
typedef struct baryta_mosaic_format {
    int32_t colour[4]; /* by site: 0 red, 1 green, 2 blue; all 1 on a mono sensor */
    float black[4]; /* by site, in sample units */
    float white; /* clipping level in sample units, pedestal included */
} baryta_mosaic_format;

/* Variance of a normalised sample x in [0, 1]: shot * max(x, 0) + read. */
typedef struct baryta_noise {
    float shot[4]; /* by site, 0..1 */
    float read[4]; /* by site, 0..1 */
} baryta_noise;

const char *baryta_version(void);
const char *baryta_build(void); /* compiler, its version, processor, build type, flags */
const char *baryta_status_text(baryta_status status);

/* ---- unpack.c: packed sensor rows to 16-bit samples ---- */

typedef enum baryta_packing {
    BARYTA_U16 = 0, /* one little-endian 16-bit word a sample, right-justified */
    BARYTA_CSI2P10 = 1, /* MIPI CSI-2 RAW10: 4 samples in 5 bytes */
    BARYTA_CSI2P12 = 2, /* MIPI CSI-2 RAW12: 2 samples in 3 bytes */
    BARYTA_CSI2P14 = 3, /* MIPI CSI-2 RAW14: 4 samples in 7 bytes */
    BARYTA_PISP_COMP1 = 4 /* the Pi 5's lossy 8 bit: 8 samples in 8 bytes, made 16 bit */
} baryta_packing;

/* packed: bytes, its width is the number of samples; samples: uint16. shift
 * drops that many low bits (4 turns left-justified 12-bit words back). */
baryta_status baryta_unpack(const baryta_plane *packed, baryta_packing packing, int32_t shift,
                            const baryta_plane *samples, int32_t threads);

/* ---- sharpness.c: which frame of a burst to build on ---- */

/* Energy of the gradients between cells' greens over that of the greens, shadows counted as lights
 * are, less what noise may explain: 0 if that is all. mosaic: uint16, at least 4x4. Of a scene it
 * falls with blur, and depends neither on exposure nor on noise. */
baryta_status baryta_sharpness(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                               const baryta_noise *noise, float *sharpness, int32_t threads);

/* ---- peaking.c: what is in focus in a preview ---- */

/* pixels: 4 x uint8, R G B X. mask: uint8, 255 where the picture bends within a pixel by more than
 * threshold (0..510, 8-bit levels: several deviations of the noise), 0 elsewhere and in the two
 * outer rows and columns. */
baryta_status baryta_peaking(const baryta_plane *pixels, int32_t threshold,
                             const baryta_plane *mask, int32_t threads);

/* ---- frame.c: a preview as small as a panel shows it ---- */

/* pixels: 4 x uint8. fitted: no wider and no higher; each pixel the mean of what it covers of all
 * of them, within a level. */
baryta_status baryta_fit_frame(const baryta_plane *pixels, const baryta_plane *fitted);

/* ---- tone_frame.c: a preview's local tone mapping and contrast ---- */

/* Range of a gain's root, which is what light's root is multiplied with. */
typedef struct baryta_root_gain {
    float least; /* above 0 */
    float most; /* above least */
} baryta_root_gain;

/* pixels: 4 x uint8, R G B and what becomes the gain: from 0, where one by its root is
 * 1 / range->most, in equal steps to 255, where it is 1 / range->least. So the steps are finest
 * where a gain darkens, which is where it is bright. lines: 2 float32 a pixel, of any size over the
 * same frame; the root at luma l (BT.709's weights of the encoded bytes, 0..1) is
 * lines[0] * l + lines[1], within range; bilinear between pixels. Rounded with a dither. */
baryta_status baryta_tone_frame(const baryta_plane *pixels, const baryta_plane *lines,
                                const baryta_root_gain *range);

/* ---- halve.c: a mosaic of half size, for a quick look ---- */

/* mosaic: uint16. half: uint16, samples times output_scale; Bayer 2 * (width / 4) by
 * 2 * (height / 4) samples of the same CFA, mono width / 2 by height / 2; what is left over at the
 * right and below is dropped. The scale of white must be at most 65535. half_format, half_noise:
 * of the result. A sample is clipped if a quarter of the weight of what it is made of is. */
baryta_status baryta_halve_mosaic(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                  const baryta_noise *noise, int32_t output_scale,
                                  const baryta_plane *half, baryta_mosaic_format *half_format,
                                  baryta_noise *half_noise, int32_t threads);

/* ---- merge.c and its stages, burst_*.c: a burst to one mosaic ---- */

typedef struct baryta_merge_options {
    baryta_mosaic_format format;
    baryta_noise noise; /* of the reference frame */
    float robustness; /* 0 average everything .. 1 default .. 2 reject early */
    float shrink; /* denoising of what merging leaves, 0 none .. 1 full */
    int32_t output_scale; /* output = input * scale, at least 1: 16 for 12-bit input */
    int32_t threads;
    float frame_noise; /* the frames' noise variance over the reference's, both taken at the same
                          exposure, 1/16 to 64: 1, and more where the reference is itself a merge */
    int32_t rigid; /* 1: a frame moves as a whole, with its rows' sway; 0: its tiles also alone */
} baryta_merge_options;

typedef struct baryta_frame_report {
    float shift_x; /* global motion against the reference, pixels */
    float shift_y;
    float rotation; /* degrees */
    float weight; /* mean share of this frame in the merge, 0..1 of an equal share */
    int32_t rejected; /* 1: the frame did not fit and was left out */
    float align_seconds; /* of this add */
    float merge_seconds;
} baryta_frame_report;

typedef struct baryta_merge baryta_merge; /* scratch and accumulators of one burst */

/* Copies the reference; NULL handle on failure, a cancel included. */
baryta_status baryta_merge_begin(const baryta_merge_options *options, const baryta_plane *reference,
                                 baryta_merge **handle, baryta_progress progress, void *user);
/* Aligns frame (uint16, size of the reference) to the reference and adds it.
 * exposure is the frame's exposure divided by the reference's. After a cancel
 * the handle may only be freed. */
baryta_status baryta_merge_add(baryta_merge *handle, const baryta_plane *frame, float exposure,
                               baryta_frame_report *report, baryta_progress progress, void *user);
/* The gain of the frames that follow over the reference's, 1/256 to 256: of their exposure what
 * collected no light, so that their noise is that of less. 1 unless it is set. */
baryta_status baryta_merge_set_gain(baryta_merge *handle, float gain);
/* merged: uint16. noise: the frame's model times the mean share that is left of it over the
 * picture, flat areas having less and texture more; frames: the sum of weights merged, the
 * reference's being 1: a brighter frame counts for up to 7. May be called again, after a cancel
 * too; further frames may follow. */
baryta_status baryta_merge_finish(baryta_merge *handle, const baryta_plane *merged,
                                  baryta_noise *noise, float *frames, baryta_progress progress,
                                  void *user);
void baryta_merge_free(baryta_merge *handle); /* NULL is allowed */
/* Why the last call on this handle failed; empty if it did not. */
const char *baryta_merge_message(const baryta_merge *handle);

/* ---- develop.c and its stages: a mosaic to a linear image ---- */

/* Replaces isolated outliers (hot and dead pixels) by a median of their like neighbours, in place.
 * mosaic: uint16. isolation: by how many times their spread an outlier lies beyond them, 0.5 to
 * 16. corrected: their number. */
baryta_status baryta_correct_defects(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, float isolation, int64_t *corrected,
                                     int32_t threads);

/* Lens shading: gains of rows x columns nodes spread evenly over the frame from
 * corner to corner, four planes by site, bilinear between nodes. */
typedef struct baryta_shading {
    const float *gain; /* 4 * rows * columns, each at least 1; NULL: none */
    int32_t rows;
    int32_t columns;
} baryta_shading;

typedef struct baryta_develop_options {
    baryta_mosaic_format format;
    baryta_noise noise;
    baryta_shading shading;
    float white_balance[3]; /* gains of camera R, G, B; the smallest is 1 */
    float matrix[9]; /* white-balanced camera RGB to linear Rec.2020 (D65), row-major */
    float exposure; /* linear factor on the result */
    float denoise; /* 0 none .. 1 default */
    int32_t threads;
} baryta_develop_options;

/* mosaic: uint16, at least 16x16; linear: 3 float32 a pixel, same size, linear
 * Rec.2020, scene-referred: the sensor's clipping level is at `exposure` or above.
 * Highlights clipped in some channels are rebuilt neutral. */
baryta_status baryta_develop(const baryta_plane *mosaic, const baryta_develop_options *options,
                             const baryta_plane *linear, baryta_progress progress, void *user);

/* calibrate.c: mosaic (uint16) to normalised, shaded, white-balanced float32. */
baryta_status baryta_calibrate(const baryta_plane *mosaic, const baryta_develop_options *options,
                               const baryta_plane *normalised);
/* demosaic.c: normalised white-balanced mosaic (float32) to 3 float32 a pixel. */
baryta_status baryta_demosaic(const baryta_plane *normalised, const int32_t colour[4],
                              const baryta_plane *rgb, int32_t threads);

/* ---- rectify.c: distortion and lateral colour of a lens ---- */

enum { BARYTA_WARP_MOST = 4 }; /* of any coefficient */

/* DNG's WarpRectilinear: where a colour of the corrected image lies in the uncorrected one. With
 * (x, y) from the centre over the distance from there to the farthest corner and r^2 = x^2 + y^2:
 * x' = (k0 + k1 r^2 + k2 r^4 + k3 r^6) x + 2 t0 x y + t1 (r^2 + 2 x^2), and y' likewise. */
typedef struct baryta_warp {
    float radial[3][4]; /* by colour: k0 to k3 */
    float tangential[3][2];
    float centre[2]; /* shares of width and height, 0..1 */
} baryta_warp;

/* linear, rectified: 3 float32 a pixel, one size, at least 2x2, not the same memory. What would
 * come from beyond the frame repeats its edge. matrix: 9, camera RGB to the image's colours, row by
 * row, invertible; NULL where the image is camera RGB. The warp's colours are the camera's. */
baryta_status baryta_rectify(const baryta_plane *linear, const baryta_warp *warp,
                             const float *matrix, const baryta_plane *rectified, int32_t threads,
                             baryta_progress progress, void *user);

/* ---- render.c and its stages: a linear image in a look ---- */

/* A compiled look. Colour: linear Rec.2020 -> shaper -> 3D table, tetrahedral ->
 * encoded output. Lengths are fractions of the picture's diagonal. */
typedef struct baryta_look {
    float shaper_scale; /* shaper: asinh(x / scale) / asinh(maximum / scale), x in [0, maximum] */
    float shaper_maximum;
    const float *table; /* size^3 * 3, index ((r * size) + g) * size + b; output in [0, 1] */
    int32_t size; /* 2..129 */
    float tone_mapping; /* how far a large range of light is drawn together, 0 none .. 1 */
    float tone_noise; /* standard deviation in black, linear light, 0..1: not to be lifted */
    float vignette; /* exposure change in the corners, EV, 0 or less */
    float halation; /* share of the light scattered red round highlights, 0..1 */
    float halation_radius;
    float bloom; /* share of the light scattered round highlights, 0..1 */
    float bloom_radius;
    float local_contrast; /* -1..1, 0 none */
    float local_contrast_radius;
    float sharpening; /* 0..2, unsharp on luminance, halo-limited */
    float sharpening_radius; /* pixels */
    float grain; /* standard deviation at mid-grey, of full scale, 0..0.2 */
    float grain_size; /* fraction of the diagonal */
    uint32_t grain_seed;
} baryta_look;

/* linear: 3 float32 a pixel; picture: 3 uint8 a pixel, same size, in the
 * table's output encoding. */
baryta_status baryta_render(const baryta_plane *linear, const baryta_look *look,
                            const baryta_plane *picture, int32_t threads, baryta_progress progress,
                            void *user);
/* Range of the gain that local tone mapping and contrast give, and what keeps noise out of it. */
typedef struct baryta_tone_range {
    float floor; /* luminance, above 0 */
    float least; /* EV, 0 or less */
    float most; /* EV, 0 or more */
} baryta_tone_range;

/* tone_maps.c: a look's local tone mapping and contrast for another renderer. linear: 3 float32 a
 * pixel, at most 384 pixels a side; maps: 2 float32 a pixel, same size. The gain in EV of light of
 * luminance L is maps[0] * log2(L + floor) + maps[1], within least and most; maps are bilinear
 * between pixels. */
baryta_status baryta_tone_maps(const baryta_plane *linear, const baryta_look *look,
                               const baryta_plane *maps, baryta_tone_range *range, int32_t threads);
/* lut.c: shaper and table alone, no spatial part; in and out 3 float32 a pixel. */
baryta_status baryta_apply_table(const baryta_plane *linear, const baryta_look *look,
                                 const baryta_plane *encoded, int32_t threads);

/* ---- lossless_jpeg.c: a tile of mosaic as lossless JPEG (SOF3) ---- */

/* samples: uint16, even width; coded as 2 components of half width, predictor 1,
 * 16 bit. size: bytes written to coded. */
baryta_status baryta_lossless_jpeg_encode(const baryta_plane *samples, uint8_t *coded,
                                          int64_t capacity, int64_t *size);

/* ---- convert.c: a finished picture in another colour space ---- */

/* In fixed point: 1.0 is 16384. */
typedef struct baryta_conversion {
    int32_t decode[256]; /* light by encoded value, 0 to 1.0 */
    int32_t matrix[9]; /* linear RGB to linear RGB, row-major; no factor beyond 40000 */
    uint8_t encode[16385]; /* encoded value by light */
} baryta_conversion;

/* Both uint8, 3 a pixel, of one size. */
baryta_status baryta_convert(const baryta_plane *picture, const baryta_conversion *conversion,
                             const baryta_plane *converted);

/* ---- ycc.c: a finished picture as luma and chroma ---- */

/* Both uint8, 3 a pixel, of one size: R, G, B to Y, Cb, Cr (ITU-T T.871). Chroma is rounded with a
 * dither, the same within JPEG's blocks of 8x8. */
baryta_status baryta_ycc(const baryta_plane *picture, const baryta_plane *coded);

/* ---- floor.c: the cost of only touching memory ---- */

/* Reads frames (uint16) and writes their mean to mean (uint16): the least any
 * merge must do. Used by the benchmarks. */
baryta_status baryta_memory_floor(const baryta_plane *frames, int32_t count,
                                  const baryta_plane *mean, int32_t threads);

/* cffi: end */

#ifdef __cplusplus
}
#endif
#endif
