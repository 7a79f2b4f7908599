/* What a frame says of a suspect: shared by the files that judge them. */
#ifndef BARYTA_BURST_ANSWERS_H
#define BARYTA_BURST_ANSWERS_H

#include "burst_outliers.h"

/* Of what is wanted: what shows less is surely detail. */
#define BURST_SOME 0.5f

/* Lights are over the reference's white, positive in the suspect's own direction. */
typedef struct burst_answer {
    int still; /* its content has not moved: the frame has nothing to say */
    int known;
    float sign; /* which way it stands out, of what has none yet */
    float here, there; /* what shows too much here, what is missing where it went */
    float least; /* of the two */
    float wanted; /* of a defect */
    float came_light, light; /* what lies under it in the frame, and in the reference */
    int measured; /* whether its neighbours were looked at: not if it is surely detail */
    float square, square_there; /* mean squares of the same of them */
} burst_answer;

/* Asks for the memory that a suspect's answer is found in, so many suspects before its turn. */
enum { BURST_ASK_AHEAD = 6 };
void burst_ask_ahead(const baryta_merge *merge, const view *frame, const view *reference,
                     const burst_suspect *s);
burst_answer burst_ask(const baryta_merge *merge, const view *frame, const view *reference,
                       const burst_suspect *s);

/* Whether more is to be asked: what shows less in one frame is detail, but alignment may have
 * failed where it stands alone, or was marked and has had a witness. */
static inline int burst_asks_on(const burst_suspect *s, const burst_answer *a) {
    const int before = s->marked && s->witnesses == 0;
    return s->isolated || (s->marked && !before) ||
           a->least >= (before ? 1.0f : BURST_SOME) * a->wanted;
}

/* burst_marked.c: whether an answer counts: of what a frame has marked only those of frames that
 * would have marked it, for none before the first of these was asked. */
int burst_counts(const burst_suspect *s, const burst_answer *a);

/* burst_verdict.c: what the frames so far have added at a suspect's place: sum of their weights. */
float burst_added_at(const baryta_merge *merge, const burst_suspect *s);
/* Takes an answer into the record: of witnesses, and of the evidence of all. */
void burst_hear(const baryta_merge *merge, const burst_answer *a, burst_suspect *s);
void burst_note_word(const baryta_merge *merge, const burst_answer *a, burst_suspect *s);
/* What stood for a suspect's sample that is detail is taken back out of the sums. */
void burst_acquit(baryta_merge *merge, burst_suspect *s);

static inline float burst_light_of(const baryta_merge *merge, int site, float value) {
    return (value - merge->scale.black[site]) * merge->scale.gain[site];
}

static inline uint16_t burst_value_of(const baryta_merge *merge, int site, float light) {
    const float value = light / merge->scale.gain[site] + merge->scale.black[site];
    return (uint16_t)burst_clamp(value + 0.5f, 0.0f, 65535.0f);
}

#endif
