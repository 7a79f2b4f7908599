/* How sharp a mosaic is: the energy of its gradients, less what noise adds to it. */
#include "sharpness.h"

#include "burst_routines.h"

#include <math.h>

enum { BANDS = 512, AT_ONCE = 8 }; /* pairs of cell rows looked at, at most; by a thread */

static const double errors = 3.0; /* of the noise's energy: below these no detail is proven */

static sharpness_job make_job(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                              const baryta_noise *noise) {
    sharpness_job work = {
        .mosaic = mosaic, .mono = baryta_cfa_mono(format->colour), .right = format->colour[0] != 1};
    const float share = work.mono ? 0.25f : 0.5f;
    for (int site = 0; site < 4; site++) {
        work.black[site] = format->black[site];
        work.gain[site] = share / (format->white - format->black[site]);
        if (format->colour[site] == 1) {
            work.shot += share * share * noise->shot[site];
            work.read += share * share * noise->read[site];
        }
    }
    return work;
}

sharpness_estimate sharpness_measure(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, int32_t threads,
                                     const burst_routines *routines) {
    const sharpness_job work = make_job(mosaic, format, noise);
    const int32_t rows = mosaic->height / 2;
    const int32_t step = rows > BANDS ? rows / (BANDS / 2) : 1;
    const int32_t bands = (rows - 2) / step + 1;
    sharpness_sums band[BANDS], total = {.level = 0.0};
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int32_t i = 0; i < bands; i += AT_ONCE) {
        const int32_t left = bands - i;
        routines->sharpness_rows(&work, i * step, step, left < AT_ONCE ? left : AT_ONCE, band + i);
    }
    for (int32_t i = 0; i < bands; i++) {
        total.gradient += band[i].gradient;
        total.level += band[i].level;
        total.noise += band[i].noise;
        total.squared += band[i].squared;
        total.edges[0] += band[i].edges[0];
        total.edges[1] += band[i].edges[1];
    }
    if (!(total.level > 0.0)) {
        return (sharpness_estimate){.value = 0.0};
    }
    const double pairs = (double)bands * (double)(mosaic->width / 2);
    return (sharpness_estimate){
        .value = total.gradient / total.level,
        .noise = total.noise / total.level,
        /* The squares' variance is 2, doubled by the samples that neighbours share. */
        .doubt = errors * 2.0 * sqrt(total.squared) / total.level,
        .level = total.level / pairs,
        .edges = {total.edges[0] / pairs, total.edges[1] / pairs},
    };
}

baryta_status baryta_sharpness(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                               const baryta_noise *noise, float *sharpness, int32_t threads) {
    if (!baryta_plane_valid(mosaic, 2, 2) || mosaic->width < 4 || mosaic->height < 4 ||
        format == NULL || !baryta_format_valid(format) || !baryta_cfa_valid(format->colour) ||
        !baryta_noise_valid(noise) || sharpness == NULL || !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const sharpness_estimate found =
        sharpness_measure(mosaic, format, noise, threads, burst_best_routines());
    *sharpness = (float)fmax(found.value - found.doubt, 0.0);
    return BARYTA_OK;
}
