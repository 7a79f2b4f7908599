/* What frames of the reference's exposure have said of a suspect, each by how surely it knows. */
#ifndef BARYTA_BURST_EVIDENCE_H
#define BARYTA_BURST_EVIDENCE_H

#include <stdint.h>

/* Sums over frames; lights are over the reference's white, positive in the suspect's direction. */
typedef struct burst_evidence {
    float weight, weight_square; /* a frame's weight is inverse to the variance round the suspect */
    float here, here_square; /* what shows too much at its place, weighed; squares weighed alike */
    float there, there_square; /* what is missing where its content went */
    float light; /* what its content has there, weighed */
    int32_t frames;
    uint64_t who; /* of them, a bit each */
} burst_evidence;

enum { BURST_HEARD = 64 }; /* frames that have a bit */

/* One frame's word; variance: of the same at the samples round it, as far as is known. */
void burst_weigh(burst_evidence *evidence, int32_t frame, float here, float there, float light,
                 float variance);
/* Whether both excesses are too large for chance, by all frames together, so many of which show the
 * same and err alike: 1 if none does. */
int burst_evident(const burst_evidence *evidence, float alike);

#endif
