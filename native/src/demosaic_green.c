/* Green at the chroma sites: directional linear minimum mean square error estimation.
 *
 * L. Zhang, X. Wu, "Color demosaicking via directional linear minimum mean square-error
 * estimation", IEEE Trans. Image Processing 14(12), 2005. The difference of green and chroma is
 * guessed along rows and along columns (Hamilton and Adams' interpolation), taken as the true
 * difference plus noise, estimated in each direction from the local statistics, and the two
 * estimates are weighted by their expected errors.
 */
#include "demosaic.h"

enum { PAD = BARYTA_TILE_PAD, STRIDE = BARYTA_TILE_STRIDE, REACH = 4 };

/* Low-pass filter of the paper, a Gaussian of sigma 2, centre first; sums to 1. */
static const float low_pass[5] = {0.203125f, 0.1796875f, 0.1171875f, 0.0703125f, 0.03125f};

/* Smaller variances than this are rounding. */
static const float least = 1e-7f;

/* The difference at one site from itself, its neighbours and those two steps off. */
static inline float difference(float sign, float far0, float near0, float here, float near1,
                               float far1) {
    return sign * (0.5f * (near0 + near1 - here) - 0.25f * (far0 + far1));
}

static void column_differences(baryta_tile *tile) {
    for (int32_t y = 2; y < tile->rows - 2; y++) {
        const int chroma = baryta_chroma_parity(tile->colour, y);
        for (int parity = 0; parity < 2; parity++) {
            const float sign = parity == chroma ? 1.0f : -1.0f;
            const float *s = tile->sample[parity][y] + PAD;
            float *restrict out = tile->vertical[parity][y] + PAD;
            for (int32_t k = 0; k < tile->half; k++) {
                out[k] = difference(sign, s[k - 2 * STRIDE], s[k - STRIDE], s[k], s[k + STRIDE],
                                    s[k + 2 * STRIDE]);
            }
        }
    }
    for (int32_t y = 6; y < tile->rows - 6; y++) {
        for (int parity = 0; parity < 2; parity++) {
            const float *d = tile->vertical[parity][y] + PAD;
            float *restrict out = tile->smooth[parity][y] + PAD;
            for (int32_t k = 0; k < tile->half; k++) {
                out[k] = low_pass[0] * d[k] + low_pass[1] * (d[k - STRIDE] + d[k + STRIDE]) +
                         low_pass[2] * (d[k - 2 * STRIDE] + d[k + 2 * STRIDE]) +
                         low_pass[3] * (d[k - 3 * STRIDE] + d[k + 3 * STRIDE]) +
                         low_pass[4] * (d[k - 4 * STRIDE] + d[k + 4 * STRIDE]);
            }
        }
    }
}

/* A direction's estimate of the difference at one site, and its expected squared error. */
typedef struct estimate {
    float value;
    float error;
} estimate;

static inline estimate lmmse(float guess, float sum, float squares, float noise) {
    const float ninth = 1.0f / 9.0f;
    const float mean = sum * ninth;
    const float spread = squares * ninth - mean * mean;
    const float signal = (spread > 0.0f ? spread : 0.0f) + least;
    const float disturbance = noise * ninth + least;
    const float share = signal / (signal + disturbance);
    return (estimate){mean + share * (guess - mean), share * disturbance};
}

typedef struct lines {
    float guess[2][STRIDE]; /* by kind: 0 chroma sites, 1 green sites */
    float smooth[2][STRIDE];
    float squares[2][STRIDE];
    float noise[2][STRIDE];
    float value[STRIDE];
    float error[STRIDE];
} lines;

/* The estimate along a row, at its chroma sites. The green site right of chroma site k is
 * k + parity's complement: with g = green - 1 + parity, its neighbours are g[k] and g[k + 1]. */
static void row_estimates(const baryta_tile *tile, int32_t y, lines *restrict at) {
    const int parity = baryta_chroma_parity(tile->colour, y);
    const int32_t half = tile->half;
    const float *c = tile->sample[parity][y] + PAD;
    const float *g = tile->sample[!parity][y] + PAD;
    float *restrict chroma = at->guess[0] + PAD;
    float *restrict green = at->guess[1] + PAD;
    const int32_t to_green = parity - 1;
    const int32_t to_chroma = -parity;
    for (int32_t k = 0; k < half; k++) {
        const float *near = g + k + to_green;
        chroma[k] = difference(1.0f, c[k - 1], near[0], c[k], near[1], c[k + 1]);
    }
    for (int32_t k = 0; k < half; k++) {
        const float *near = c + k + to_chroma;
        green[k] = difference(-1.0f, g[k - 1], near[0], g[k], near[1], g[k + 1]);
    }
    for (int kind = 0; kind < 2; kind++) {
        const float *same = at->guess[kind] + PAD;
        const float *cross = at->guess[!kind] + PAD + (kind == 0 ? to_green : to_chroma);
        float *restrict smooth = at->smooth[kind] + PAD;
        float *restrict squares = at->squares[kind] + PAD;
        float *restrict noise = at->noise[kind] + PAD;
        for (int32_t k = 0; k < half; k++) {
            const float s = low_pass[0] * same[k] + low_pass[1] * (cross[k] + cross[k + 1]) +
                            low_pass[2] * (same[k - 1] + same[k + 1]) +
                            low_pass[3] * (cross[k - 1] + cross[k + 2]) +
                            low_pass[4] * (same[k - 2] + same[k + 2]);
            const float residue = same[k] - s;
            smooth[k] = s;
            squares[k] = s * s;
            noise[k] = residue * residue;
        }
    }
    const float *s0 = at->smooth[0] + PAD;
    const float *s1 = at->smooth[1] + PAD + to_green;
    const float *q0 = at->squares[0] + PAD;
    const float *q1 = at->squares[1] + PAD + to_green;
    const float *n0 = at->noise[0] + PAD;
    const float *n1 = at->noise[1] + PAD + to_green;
    float *restrict value = at->value + PAD;
    float *restrict error = at->error + PAD;
    for (int32_t k = 0; k < half; k++) {
#define NINE(a, b)                                                                                 \
    (((a[k - 2] + a[k + 2]) + (a[k - 1] + a[k + 1])) +                                             \
     (((b[k - 1] + b[k + 2]) + a[k]) + (b[k] + b[k + 1])))
        const estimate e = lmmse(chroma[k], NINE(s0, s1), NINE(q0, q1), NINE(n0, n1));
#undef NINE
        value[k] = e.value;
        error[k] = e.error;
    }
}

static inline float least_of(float a, float b) {
    return a < b ? a : b;
}

static inline float most_of(float a, float b) {
    return a > b ? a : b;
}

/* Four samples: of a colour round a site, to the left and right, above and below; or the other
 * chroma's, by diagonals. */
typedef struct four {
    float a0, a1, b0, b1;
} four;

/* A line along a diagonal, one site wide, may pass between all greens. It shows by lying beyond the
 * like sites round it, and by the other chroma's sites: those on its diagonal lie apart from those
 * beside it. By how much both say so. */
static inline float diagonal_line(float own, four like, four other) {
    const float low = least_of(least_of(like.a0, like.a1), least_of(like.b0, like.b1));
    const float high = most_of(most_of(like.a0, like.a1), most_of(like.b0, like.b1));
    const float beyond = most_of(low - own, own - high);
    const float apart = most_of(least_of(other.a0, other.a1) - most_of(other.b0, other.b1),
                                least_of(other.b0, other.b1) - most_of(other.a0, other.a1));
    return most_of(least_of(beyond, apart), 0.0f);
}

/* Green may pass the four greens round its site by half their range: enough for the finest
 * stripes, too little for dots along the edges of saturated colours, where the difference is not
 * smooth as the method supposes. It may pass them further by what they cannot show. */
static inline float bounded(float green, four round, float unseen) {
    const float low = least_of(least_of(round.a0, round.a1), least_of(round.b0, round.b1));
    const float high = most_of(most_of(round.a0, round.a1), most_of(round.b0, round.b1));
    const float room = 0.5f * (high - low) + unseen;
    return least_of(most_of(green, low - room), high + room);
}

void baryta_tile_green(baryta_tile *tile) {
    column_differences(tile);
    lines at = {0};
    for (int32_t y = 10; y < tile->rows - 10; y++) {
        const int parity = baryta_chroma_parity(tile->colour, y);
        row_estimates(tile, y, &at);
        const float *guess = tile->vertical[parity][y] + PAD;
        const float *smooth = tile->smooth[parity][y] + PAD;
        const float *value = at.value + PAD;
        const float *error = at.error + PAD;
        const float *sample = tile->sample[parity][y] + PAD;
        const float *beside = tile->sample[!parity][y] + PAD + parity - 1;
        float *restrict own = tile->own[y] + PAD;
        for (int32_t k = 0; k < tile->half; k++) {
            float sum = 0.0f;
            float squares = 0.0f;
            float noise = 0.0f;
            for (int32_t i = -REACH * STRIDE; i <= REACH * STRIDE; i += STRIDE) {
                const float s = smooth[k + i];
                const float residue = guess[k + i] - s;
                sum += s;
                squares += s * s;
                noise += residue * residue;
            }
            const estimate down = lmmse(guess[k], sum, squares, noise);
            const float fused =
                (value[k] * down.error + down.value * error[k]) / (down.error + error[k]);
            const four round = {beside[k], beside[k + 1], sample[k - STRIDE], sample[k + STRIDE]};
            const four like = {sample[k - 1], sample[k + 1], sample[k - 2 * STRIDE],
                               sample[k + 2 * STRIDE]};
            const four other = {beside[k - STRIDE], beside[k + 1 + STRIDE], beside[k + 1 - STRIDE],
                                beside[k + STRIDE]};
            own[k] = bounded(sample[k] + fused, round, diagonal_line(sample[k], like, other)) -
                     sample[k];
        }
    }
}
