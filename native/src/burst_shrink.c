/* Less of the noise that merging left, in tiles' spectra.
 *
 * Every tile's spectrum is turned into four decorrelated channels: the sites' phases are aligned to
 * one point, then a luminance, the two chrominances and the difference of the greens are formed.
 * Each coefficient is shrunk against the variance that the merge tracked for it. */
#include "burst_shrink.h"
#include "burst_routines.h"

#include <math.h>

/* The bin that holds frequency (u, v) or its mirror image. */
static int bin_of(int u, int v) {
    u &= 7;
    v &= 7;
    if (u > 4) {
        u = 8 - u;
        v = (8 - v) & 7;
    }
    if (u == 0 || u == 4) {
        return (u == 0 ? 0 : 5) + (v > 4 ? 8 - v : v);
    }
    return 10 + 8 * (u - 1) + v;
}

void burst_shrink_plan_make(const baryta_merge *merge, burst_shrink_plan *plan) {
    for (int bin = 0; bin < BURST_BINS; bin++) {
        const int u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
        int v = bin < 10 ? bin % 5 : (bin - 10) % 8;
        const int own = (u == 0 || u == 4) && (v == 0 || v == 4);
        v = v > 4 ? v - 8 : v;
        for (int site = 0; site < 4; site++) {
            /* At the Nyquist frequency a half shift is ambiguous: left alone. */
            const int across = u == 4 ? 0 : u * (site % 2), down = v == 4 ? 0 : v * (site / 2);
            const float angle = 3.14159265f * (float)(across + down) / 8.0f;
            plan->cosine[bin][site] = cosf(angle);
            plan->sine[bin][site] = sinf(angle);
        }
        plan->above[bin] = (uint8_t)bin_of(u, v - 1);
        plan->below[bin] = (uint8_t)bin_of(u, v + 1);
        plan->before[bin] = (uint8_t)bin_of(u - 1, v);
        plan->after[bin] = (uint8_t)bin_of(u + 1, v);
        plan->left[bin] = BURST_LEFT(u * u + v * v);
        plan->share[bin] = (own ? 1.0f : 2.0f) / 64.0f;
    }
    plan->strength = merge->options.shrink;
}

/* Sites to channels or back: an orthonormal, symmetric mixture. */
static inline void mix(const vf s[4], vf c[4]) {
    const float half = 0.5f, root = 0.70710678f;
    const vf outer = s[0] + s[3], inner = s[1] + s[2];
    c[0] = half * (outer + inner);
    c[1] = root * (s[1] - s[2]);
    c[2] = root * (s[0] - s[3]);
    c[3] = half * (outer - inner);
}

static inline void unmix(const vf c[4], vf s[4]) {
    const float half = 0.5f, root = 0.70710678f;
    const vf chroma = half * (c[0] + c[3]), green = half * (c[0] - c[3]);
    s[0] = chroma + root * c[2];
    s[1] = green + root * c[1];
    s[2] = green - root * c[1];
    s[3] = chroma - root * c[2];
}

/* One bin of all sites to channels, in place. */
static inline void to_channels(const burst_shrink_plan *plan, fft8_spectrum site[4], int bin) {
    vf re[4], im[4], mixed_re[4], mixed_im[4];
    for (int s = 0; s < 4; s++) {
        const float c = plan->cosine[bin][s], d = plan->sine[bin][s];
        re[s] = site[s].re[bin] * c + site[s].im[bin] * d;
        im[s] = site[s].im[bin] * c - site[s].re[bin] * d;
    }
    mix(re, mixed_re);
    mix(im, mixed_im);
    for (int s = 0; s < 4; s++) {
        site[s].re[bin] = mixed_re[s];
        site[s].im[bin] = mixed_im[s];
    }
}

/* Back, each channel times its gain, over what the FFT multiplies by. */
static inline void to_sites(const burst_shrink_plan *plan, fft8_spectrum site[4], int bin,
                            const vf gain[4]) {
    vf re[4], im[4], mixed_re[4], mixed_im[4];
    for (int s = 0; s < 4; s++) {
        const vf part = gain[s] * (1.0f / 64.0f);
        mixed_re[s] = site[s].re[bin] * part;
        mixed_im[s] = site[s].im[bin] * part;
    }
    unmix(mixed_re, re);
    unmix(mixed_im, im);
    for (int s = 0; s < 4; s++) {
        const float c = plan->cosine[bin][s], d = plan->sine[bin][s];
        site[s].re[bin] = re[s] * c - im[s] * d;
        site[s].im[bin] = im[s] * c + re[s] * d;
    }
}

/* A coefficient of relative power p (its own and its neighbours', 1 is noise) keeps
 * p^2 / (p^2 + k): k is small where the channel holds detail, large where it looks like noise. */
static const float detail_k = 5.0f, flat_k = 60.0f, detail_energy = 3.0f;

/* relative: a channel's energies by bin, 1 is noise; returns k. */
static inline vf flat_or_detail(const burst_shrink_plan *plan, vf relative[BURST_BINS]) {
    vf energy = vf_all(0.0f);
    for (int bin = 1; bin < BURST_BINS; bin++) {
        energy += plan->share[bin] * relative[bin];
    }
    relative[0] = vf_all(1.0f); /* the mean says nothing about detail */
    const vf flatness = vf_min(vf_max(detail_energy - energy, vf_all(0.0f)), vf_all(1.0f));
    return detail_k + flat_k * flatness * flatness;
}

/* Sums over the three frequencies, adjacent downwards. */
static inline void sum_down(const burst_shrink_plan *plan, const vf relative[BURST_BINS],
                            vf sum[BURST_BINS]) {
    for (int bin = 0; bin < BURST_BINS; bin++) {
        sum[bin] = relative[bin] + (relative[plan->above[bin]] + relative[plan->below[bin]]);
    }
}

burst_left burst_shrink_tiles(const burst_shrink_plan *plan, fft8_spectrum site[4],
                              const vf noise[4], const uint16_t *agreed, vf frames, vf belief) {
    const vf strength = plan->strength * belief;
    const vf one = vf_all(1.0f);
    const vf outer = 0.5f * (noise[0] + noise[3]), inner = 0.5f * (noise[1] + noise[2]);
    const vf both = one / (0.5f * (outer + inner));
    const vf inverse[4] = {both, one / inner, one / outer, both};
    const vf share = one / frames;
    vf relative[4][BURST_BINS], sum[4][BURST_BINS], factor[BURST_BINS], own[BURST_BINS], k[4];
    for (int bin = 0; bin < BURST_BINS; bin++) {
        /* Variance of reference (1 - sum / N) + the others' shares of 1 / N each. */
        const vf agreeing = vf_counts(agreed + bin * BURST_CHUNK) * (1.0f / BURST_UNIT);
        own[bin] = 1.0f - agreeing * share;
        factor[bin] = own[bin] * own[bin] + plan->left[bin] * share * share * agreeing;
        to_channels(plan, site, bin);
        const vf over = one / factor[bin];
        for (int c = 0; c < 4; c++) {
            const vf re = site[c].re[bin], im = site[c].im[bin];
            relative[c][bin] = (re * re + im * im) * (inverse[c] * over);
        }
    }
    for (int c = 0; c < 4; c++) {
        k[c] = flat_or_detail(plan, relative[c]);
        sum_down(plan, relative[c], sum[c]);
    }
    burst_left left = {vf_all(0.0f), vf_all(0.0f), vf_all(0.0f)};
    vf level = vf_all(0.0f);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        vf gain[4], squares = vf_all(0.0f), gains = vf_all(0.0f);
        for (int c = 0; c < 4; c++) {
            const vf *s = sum[c];
            const vf nine = s[bin] + (s[plan->before[bin]] + s[plan->after[bin]]);
            const vf p = 0.4375f * relative[c][bin] + 0.0625f * nine;
            gain[c] = bin == 0 ? one : one - strength * (k[c] / (p * p + k[c]));
            squares += gain[c] * gain[c];
            gains += gain[c];
        }
        left.all += plan->share[bin] * factor[bin] * squares;
        left.own += plan->share[bin] * own[bin] * gains;
        level += plan->share[bin] * vf_sqrt(factor[bin]) * gains;
        to_sites(plan, site, bin, gain);
    }
    left.all *= 0.25f;
    left.own *= 0.25f;
    left.spread = vf_max(left.all - 0.0625f * level * level, vf_all(0.0f));
    return left;
}
