/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pixels.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <libcamera/formats.h>

#include "libcamera/internal/bayer_format.h"

namespace softcam {

using namespace libcamera;

namespace {

unsigned aligned(unsigned value, unsigned alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

bool is_planar(PixelFormat format) {
    return format == formats::YUV420 || format == formats::YVU420;
}

/* Bytes R, G, B at an output pixel. */
struct Nearest {
    const uint8_t *rgbx;
    Size from, to;

    const uint8_t *operator()(unsigned x, unsigned y) const {
        size_t column = static_cast<size_t>(x) * from.width / to.width;
        size_t row = static_cast<size_t>(y) * from.height / to.height;
        return rgbx + (row * from.width + column) * 4;
    }
};

/* JPEG's full-range matrix, sYCC's too. */
uint8_t luma(const uint8_t *p) {
    return static_cast<uint8_t>((77 * p[0] + 150 * p[1] + 29 * p[2] + 128) >> 8);
}

uint8_t blue_difference(const uint8_t *p) {
    return static_cast<uint8_t>(
        std::min((-43 * p[0] - 85 * p[1] + 128 * p[2] + 32768 + 127) >> 8, 255));
}

uint8_t red_difference(const uint8_t *p) {
    return static_cast<uint8_t>(
        std::min((128 * p[0] - 107 * p[1] - 21 * p[2] + 32768 + 127) >> 8, 255));
}

void write_rgb(const Nearest &at, const Layout &layout, uint8_t *out, unsigned bytes,
               bool blue_first) {
    for (unsigned y = 0; y < layout.size.height; y++) {
        uint8_t *row = out + static_cast<size_t>(y) * layout.stride;
        for (unsigned x = 0; x < layout.size.width; x++, row += bytes) {
            const uint8_t *p = at(x, y);
            row[0] = p[blue_first ? 2 : 0];
            row[1] = p[1];
            row[2] = p[blue_first ? 0 : 2];
            if (bytes == 4)
                row[3] = 255;
        }
    }
}

void write_yuv(const Nearest &at, const Layout &layout, uint8_t *out) {
    unsigned width = layout.size.width, height = layout.size.height;
    uint8_t *chroma = out + static_cast<size_t>(layout.stride) * height;
    bool planar = is_planar(layout.format);
    unsigned stride = planar ? layout.stride / 2 : layout.stride;
    unsigned step = planar ? 1 : 2;
    uint8_t *first = chroma;
    uint8_t *second = planar ? chroma + static_cast<size_t>(stride) * (height / 2) : chroma + 1;
    if (layout.format == formats::YVU420)
        std::swap(first, second);
    for (unsigned y = 0; y < height; y++)
        for (unsigned x = 0; x < width; x++) {
            const uint8_t *p = at(x, y);
            out[static_cast<size_t>(y) * layout.stride + x] = luma(p);
            if (x % 2 || y % 2 || y / 2 >= height / 2)
                continue;
            size_t place = static_cast<size_t>(y / 2) * stride + x / 2 * step;
            first[place] = blue_difference(p);
            second[place] = red_difference(p);
        }
}

void write_yuyv(const Nearest &at, const Layout &layout, uint8_t *out) {
    for (unsigned y = 0; y < layout.size.height; y++) {
        uint8_t *row = out + static_cast<size_t>(y) * layout.stride;
        for (unsigned x = 0; x + 1 < layout.size.width; x += 2, row += 4) {
            row[0] = luma(at(x, y));
            row[1] = blue_difference(at(x, y));
            row[2] = luma(at(x + 1, y));
            row[3] = red_difference(at(x, y));
        }
    }
}

void pack_row(const uint16_t *samples, unsigned width, unsigned depth, uint8_t *out) {
    unsigned group = depth == 10 ? 4 : 2; /* MIPI CSI-2: high bytes, then the low bits together */
    for (unsigned x = 0; x < width; x += group, out += group + 1) {
        unsigned low = 0;
        for (unsigned k = 0; k < group && x + k < width; k++) {
            out[k] = static_cast<uint8_t>(samples[x + k] >> (depth - 8));
            low |= (samples[x + k] & ((1u << (depth - 8)) - 1)) << (k * (depth - 8));
        }
        out[group] = static_cast<uint8_t>(low);
    }
}

} // namespace

Layout layout_of(PixelFormat format, Size size, unsigned alignment) {
    Layout layout{format, size, 0, 0};
    BayerFormat bayer = BayerFormat::fromPixelFormat(format);
    unsigned row = 0;
    if (bayer.isValid()) {
        switch (bayer.packing) {
        case BayerFormat::Packing::CSI2:
            row = bayer.bitDepth == 10 ? (size.width + 3) / 4 * 5 : (size.width + 1) / 2 * 3;
            break;
        case BayerFormat::Packing::PISP1:
            row = aligned(size.width, 8);
            break;
        default:
            row = 2 * size.width;
        }
    } else if (format == formats::XBGR8888 || format == formats::XRGB8888) {
        row = 4 * size.width;
    } else if (format == formats::BGR888 || format == formats::RGB888) {
        row = 3 * size.width;
    } else if (format == formats::YUYV) {
        row = 2 * size.width;
    } else if (format == formats::NV12 || is_planar(format)) {
        row = size.width;
        alignment *= is_planar(format) ? 2 : 1;
    } else {
        return layout;
    }
    layout.stride = aligned(row, alignment);
    layout.frame_size = static_cast<size_t>(layout.stride) * size.height;
    if (format == formats::NV12 || is_planar(format))
        layout.frame_size += layout.frame_size / 2;
    return layout;
}

void write_raw(const uint16_t *samples, unsigned depth, const Layout &layout, uint8_t *out) {
    BayerFormat bayer = BayerFormat::fromPixelFormat(layout.format);
    unsigned width = layout.size.width;
    std::vector<uint16_t> line(width);
    for (unsigned y = 0; y < layout.size.height; y++, samples += width, out += layout.stride) {
        if (bayer.packing == BayerFormat::Packing::CSI2) {
            pack_row(samples, width, depth, out);
            continue;
        }
        unsigned shift = bayer.bitDepth == 16 ? 16 - depth : 0;
        for (unsigned x = 0; x < width; x++)
            line[x] = static_cast<uint16_t>(samples[x] << shift);
        if (bayer.packing == BayerFormat::Packing::PISP1)
            compress_row(line.data(), width, out);
        else
            memcpy(out, line.data(), 2 * static_cast<size_t>(width));
    }
}

void write_picture(const uint8_t *rgbx, Size from, const Layout &layout, uint8_t *out) {
    Nearest at{rgbx, from, layout.size};
    PixelFormat format = layout.format;
    if (format == formats::XBGR8888 || format == formats::XRGB8888)
        write_rgb(at, layout, out, 4, format == formats::XRGB8888);
    else if (format == formats::BGR888 || format == formats::RGB888)
        write_rgb(at, layout, out, 3, format == formats::RGB888);
    else if (format == formats::YUYV)
        write_yuyv(at, layout, out);
    else
        write_yuv(at, layout, out);
}

} // namespace softcam
