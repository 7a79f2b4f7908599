/* The difference of a resampled frame to the reference, block by block, against the plain twin:
 * within 2e-4 of white, the demosaic's tolerance under the kernel's lobes, and what whole numbers
 * cost, and the cover. */
#include "burst_case.h"

static void compare_block(const burst_case *c, const plain_view *view, int32_t bx, int32_t by,
                          const float *cells, float cover) {
    const burst_grid *grid = &c->merge->grid;
    const size_t at = (size_t)(by * grid->blocks_w + bx);
    const double dx = (double)c->merge->flow.x[at], dy = (double)c->merge->flow.y[at];
    const int copied = dx == 0.0 && dy == 0.0;
    const int differs = view->exposure != 1.0 || view->tint[0] != 1.0;
    const int with_care = differs || (burst_at_rim(c->merge, bx, by) && !copied);
    const double least = view->exposure * fmin(view->tint[2], 1.0);
    int covered = 0;
    for (int n = 0; n < BURST_RUNS; n++) {
        const int row = n / 16, site = n / 4 % 4, column = n % 4;
        double wanted;
        covered += plain_difference(view, 8 * bx + 2 * column + site % 2,
                                    8 * by + 2 * row + site / 2, dx, dy, with_care, &wanted);
        const double step = 1.0 / (16384.0 * least); /* of the frame's samples */
        CHECK(fabs((double)cells[n * BURST_CELLS] - wanted) < 2e-4 + step);
    }
    CHECK(fabs((double)cover - covered / 64.0) < 1e-5);
}

static void compare(const kernels *k, const baryta_mosaic_format *format, int32_t width,
                    int32_t height, float exposure, float redder, const baryta_noise *noise,
                    double dx, double dy, double spread) {
    const baryta_merge_options options = scene_options(format, noise);
    burst_case c = burst_case_begin(k, &options, width, height, exposure, dx, dy);
    c.merge->tint[0] = redder;
    c.merge->tint[2] = 1.0f / redder;
    burst_case_demosaic(&c);
    burst_case_flow(&c, dx, dy, spread);
    const burst_grid *grid = &c.merge->grid;
    c.merge->flow.x[0] = -1000.0f; /* out of sight */
    c.merge->flow.y[grid->blocks_w - 1] = -9.5f;
    const burst_band *band = burst_case_band(k, &c);
    const int near = noise->shot[1] + noise->read[1] > 0.001f || baryta_cfa_mono(format->colour);
    const plain_view view = burst_case_view(&c, exposure == 1.0f && near ? 1 : 3);
    float *cells = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
    float *cover = burst_allocate((size_t)grid->columns, sizeof(float));
    CHECK(cells != NULL && cover != NULL);
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        /* As for tiles, which are one more: the last lanes may lie beyond the blocks. */
        for (int32_t bx = 0; bx < grid->tiles_w; bx += k->lanes) {
            k->difference(c.merge, &c.frame, band, bx, by, cells, cover + bx + 1);
            for (int32_t i = 0; i < k->lanes; i++) {
                const float *own = cells + BURST_CHUNK + i;
                if (bx + i < grid->blocks_w) {
                    compare_block(&c, &view, bx + i, by, own, cover[bx + i + 1]);
                }
                for (int n = 0; n < BURST_RUNS && bx + i >= grid->blocks_w; n++) {
                    CHECK(own[n * BURST_CELLS] == 0.0f);
                }
                CHECK(bx + i < grid->blocks_w || cover[bx + i + 1] == cover[grid->blocks_w]);
            }
        }
    }
    burst_release(cells);
    burst_release(cover);
    burst_case_end(&c);
}

int main(void) {
    const baryta_noise noisy = {{4e-3f, 4e-3f, 4e-3f, 4e-3f}, {1e-4f, 1e-4f, 1e-4f, 1e-4f}};
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        compare(k, &scene_bayer, 203, 149, 1.0f, 1.0f, &scene_noise, 3.0, -2.0, 3.0);
        compare(k, &scene_bayer, 152, 98, 1.0f, 1.0f, &noisy, 0.0, 0.0, 0.0);
        compare(k, &scene_bayer, 152, 98, 0.5f, 1.0f, &scene_noise, 0.0, 0.0, 0.0);
        compare(k, &scene_bayer, 131, 90, 2.0f, 1.0f, &scene_noise, -5.0, 4.0, 2.0);
        compare(k, &scene_bayer, 264, 34, 0.4f, 1.0f, &scene_noise, 1.2, 0.4, 1.0);
        compare(k, &scene_bayer, 121, 49, 1.0f, 1.0f, &scene_noise, 1.3, 0.6, 2.0); /* 16 blocks */
        compare(k, &scene_mono, 99, 57, 1.0f, 1.0f, &scene_noise, 0.7, 0.2, 8.0);
        compare(k, &scene_bayer, 131, 90, 1.0f, 1.3f, &scene_noise, 2.3, 0.4, 2.0);
    }
    return 0;
}
