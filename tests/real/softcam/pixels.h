/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the hardware would write: samples and pictures in the formats and strides of libcamera. */
#pragma once

#include <cstddef>
#include <cstdint>

#include <libcamera/geometry.h>
#include <libcamera/pixel_format.h>

namespace softcam {

/* How a stream lies in its buffer. */
struct Layout {
    libcamera::PixelFormat format;
    libcamera::Size size;
    unsigned stride; /* bytes of a row of the first plane */
    size_t frame_size; /* bytes, all planes, one after the other */
};

/*
 * The layout of a format and size with rows aligned to so many bytes (planar 4:2:0: the chroma rows
 * too). A stride of 0 says that the format is none of those known here.
 */
Layout layout_of(libcamera::PixelFormat format, libcamera::Size size, unsigned alignment);

/*
 * Writes samples of a mosaic as a raw format asks: CSI-2 packed, 16-bit words at the sensor's
 * depth, left-justified in 16 bit, or PISP_COMP1. samples: size.width * size.height, each below
 * 2^depth.
 */
void write_raw(const uint16_t *samples, unsigned depth, const Layout &layout, uint8_t *out);

/*
 * Writes a picture as an RGB or YUV format asks, scaled by taking the nearest pixel.
 * rgbx: bytes R, G, B, X of a picture of that size.
 */
void write_picture(const uint8_t *rgbx, libcamera::Size from, const Layout &layout, uint8_t *out);

/*
 * One row of PISP_COMP1, the lossy 8 bits a sample of the Pi 5's front end: each eight samples give
 * two 32-bit words, one for the even and one for the odd columns.
 * row: width samples, left-justified in 16 bit; the last group is filled up with its last samples.
 */
void compress_row(const uint16_t *row, unsigned width, uint8_t *out);

} // namespace softcam
