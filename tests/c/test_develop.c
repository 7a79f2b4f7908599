/* The contract of development at its edges: bad planes, cancelling, the domain's inverse. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "baryta.h"
#include "check.h"
#include "domain.h"

enum { W = 70, H = 45 };

static uint16_t mosaic[W * H];
static float linear[3 * W * H];

static baryta_develop_options options(void) {
    baryta_develop_options o;
    memset(&o, 0, sizeof o);
    const int32_t colour[4] = {1, 0, 2, 1};
    for (int i = 0; i < 4; i++) {
        o.format.colour[i] = colour[i];
        o.format.black[i] = 256.0f;
        o.noise.shot[i] = 1e-4f;
        o.noise.read[i] = 1e-6f;
    }
    o.format.white = 4095.0f;
    for (int i = 0; i < 3; i++) {
        o.white_balance[i] = 1.0f;
        o.matrix[4 * i] = 1.0f;
    }
    o.exposure = 1.0f;
    o.denoise = 1.0f;
    o.threads = 2;
    return o;
}

static int cancel_at(void *user, float fraction) {
    int *left = user;
    CHECK(fraction >= 0.0f && fraction <= 1.0f);
    return --*left == 0;
}

static void domain(void) {
    const float step = 1e-3f;
    for (float knee = baryta_domain_knee; knee < 1.0f; knee *= 3.0f) {
        for (int i = -4000; i <= 4000; i++) {
            const float x = (float)i * fabsf((float)i) * 1e-6f;
            const float back = baryta_from_domain(baryta_to_domain(x, knee), knee);
            CHECK(fabsf(back - x) <= 4e-7f * fabsf(x));
        }
        for (float x = 0.01f; x < 2.0f; x += 0.05f) {
            const float y = baryta_to_domain(x, knee), root = baryta_domain_root(y, knee);
            const float rise = baryta_to_domain(x + step, knee) - baryta_to_domain(x - step, knee);
            const float slope = rise / (2.0f * step);
            CHECK(fabsf(slope - baryta_domain_slope(y, root, knee)) < 0.01f * slope);
        }
    }
}

static void planes(void) {
    const baryta_develop_options o = options();
    const baryta_plane in = {mosaic, W, H, 2 * W};
    const baryta_plane out = {linear, W, H, 12 * W};
    CHECK(baryta_develop(&in, &o, &out, NULL, NULL) == BARYTA_OK);
    baryta_plane bad = in;
    bad.stride = 2 * W - 2;
    CHECK(baryta_develop(&bad, &o, &out, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    bad = in;
    bad.data = NULL;
    CHECK(baryta_develop(&bad, &o, &out, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    bad = out;
    bad.height = H - 1;
    CHECK(baryta_develop(&in, &o, &bad, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    bad = out;
    bad.stride = 12 * W + 2; /* floats out of step */
    CHECK(baryta_develop(&in, &o, &bad, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_develop(NULL, &o, &out, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_develop(&in, NULL, &out, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_calibrate(&in, NULL, &out) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_demosaic(&in, NULL, &out, 1) == BARYTA_BAD_ARGUMENT);
    baryta_develop_options none = o;
    none.threads = 0;
    CHECK(baryta_develop(&in, &none, &out, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    int64_t corrected = 0;
    CHECK(baryta_correct_defects(&in, NULL, &o.noise, 0.5f, &corrected, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_correct_defects(&in, &o.format, NULL, 0.5f, &corrected, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_correct_defects(&in, &o.format, &o.noise, 0.5f, NULL, 1) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_correct_defects(&in, &o.format, &o.noise, 0.4f, &corrected, 1) ==
          BARYTA_BAD_ARGUMENT);
}

static void cancelling(void) {
    const baryta_develop_options o = options();
    const baryta_plane in = {mosaic, W, H, 2 * W};
    const baryta_plane out = {linear, W, H, 12 * W};
    int calls = 1000;
    CHECK(baryta_develop(&in, &o, &out, cancel_at, &calls) == BARYTA_OK);
    const int all = 1000 - calls;
    CHECK(all >= 3);
    for (int at = 1; at <= all; at++) {
        int left = at;
        CHECK(baryta_develop(&in, &o, &out, cancel_at, &left) == BARYTA_CANCELLED);
        CHECK(left == 0);
    }
}

int main(void) {
    for (int i = 0; i < W * H; i++) {
        mosaic[i] = (uint16_t)(256 + i * 7919 % 3800);
    }
    domain();
    planes();
    cancelling();
    return 0;
}
