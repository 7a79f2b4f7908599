/* Rows of the packings that are more than a shift. */
#ifndef BARYTA_UNPACK_H
#define BARYTA_UNPACK_H

#include <stdint.h>

/* PISP_COMP1: width samples from (width + 7) / 8 blocks of 8 bytes. */
void baryta_unpack_pisp(const uint8_t *in, uint16_t *out, int32_t width, int32_t shift);

#endif
