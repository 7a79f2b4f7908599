/* What the noise may be at least and at most, from what no frame's detail has a part in.
 *
 * The reference's quietest directions (burst_quiet.c) are never less than noise, nor are the
 * differences to a frame at their calmest. Where the former rise as noise's do they are noise, and
 * a frame's word counts only near them; where there is more in them, it counts up to them. */
#include "burst_patches.h"

/* Where the reference's quietest directions rise no faster than noise's, they are noise; where
 * hardly faster, most of what is in them. */
static const float noise_alone = 1.07f, mostly_noise = 1.25f, at_least = 1.6f;
/* That much more noise no frame has to confirm; and so much the reference may prove at all. */
static const float plausible_alone = 2.6f, provable = 3.0f;
/* Detail that is as white as noise has the differences far below it. */
static const float white_detail = 1.7f;
/* A frame's word is as good within 1.3, and what was not told by any within 1.1. */
static const double like_sure = 1.3, like = 1.1;

/* Whether the reference by itself tells the noise: its quietest directions rise no faster than
 * that, and are no detail as white, from which the differences, at their calmest, are far. */
static int quiet_tells(const burst_quiet *quiet, double calm, float rising) {
    return quiet->rises <= rising && quiet->most <= provable &&
           (double)quiet->most <= (double)white_detail * calm;
}

int burst_confine(const burst_quiet *quiet, double calm, int tells, int sure, double *of_shot,
                  double *of_read) {
    if (quiet->most <= 0.0f || calm <= 0.0 || (!tells && quiet->most >= plausible_alone)) {
        return 0;
    }
    const double part = (double)quiet->shot_part, seen = *of_shot * part + *of_read * (1.0 - part);
    const double most = fmin((double)quiet->most, calm), within = sure ? like_sure : like;
    const int known = quiet_tells(quiet, calm, noise_alone);
    const int nearly = quiet_tells(quiet, calm, mostly_noise);
    double wanted = fmin(fmax(seen, nearly ? most / (double)at_least : 0.0), like * most);
    if (known) {
        wanted = seen > most * within || seen < most / within ? most : seen;
    }
    *of_shot *= wanted / fmax(seen, 1e-6);
    *of_read *= wanted / fmax(seen, 1e-6);
    return known;
}

int burst_quiet_quarters(const burst_quiet *quiet) {
    const int alone =
        quiet->most > 0.0f && quiet->most < plausible_alone && quiet->rises <= noise_alone;
    return alone ? burst_quarters_of((double)quiet->most, 1) : 0;
}
