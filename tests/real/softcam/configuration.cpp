/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <libcamera/color_space.h>
#include <libcamera/formats.h>

namespace softcam {

using namespace libcamera;

namespace {

/* What the image processor writes; what a camera without raw frames, such as a USB one, sends. */
std::vector<PixelFormat> picture_formats(const Description &camera) {
    if (!camera.raw)
        return {formats::YUYV};
    return {formats::XBGR8888, formats::XRGB8888, formats::BGR888, formats::RGB888,
            formats::YUV420,   formats::YVU420,   formats::NV12};
}

PixelFormat packed_format(const Mode &mode) {
    return BayerFormat(mode.order, static_cast<uint8_t>(mode.depth), BayerFormat::Packing::CSI2)
        .toPixelFormat();
}

double distance(double desired, double actual) {
    double score = desired - actual;
    if (score < 0.0)
        score = -score / 8.0;
    return actual == desired ? score : 2.0 * score;
}

StreamConfiguration offered(const Description &camera, StreamRole role) {
    std::map<PixelFormat, std::vector<SizeRange>> sizes;
    Size full = camera.modes[0].size;
    bool raw = role == StreamRole::Raw && camera.raw;
    if (raw)
        for (const Mode &mode : camera.modes)
            sizes[packed_format(mode)].emplace_back(mode.size);
    else
        for (PixelFormat format : picture_formats(camera))
            sizes[format].emplace_back(camera.raw ? Size(32, 32) : full, full, 2, 2);
    StreamConfiguration stream{StreamFormats(sizes)};
    stream.size = full;
    stream.bufferCount = 4;
    stream.pixelFormat = raw ? packed_format(camera.modes[0]) : picture_formats(camera)[0];
    stream.colorSpace = raw ? ColorSpace::Raw : ColorSpace::Sycc;
    if (role == StreamRole::Viewfinder && camera.raw)
        stream.size.boundTo(Size(800, 600));
    if (role == StreamRole::StillCapture)
        stream.bufferCount = 1;
    if (raw)
        stream.bufferCount = 2;
    return stream;
}

} // namespace

bool Configuration::is_raw(PixelFormat format) {
    return BayerFormat::fromPixelFormat(format).isValid();
}

std::unique_ptr<Configuration> Configuration::generate(const CameraData *data,
                                                       Span<const StreamRole> roles) {
    auto made = std::make_unique<Configuration>(data);
    for (StreamRole role : roles)
        made->addConfiguration(offered(data->description(), role));
    if (!roles.empty())
        made->validate();
    return made;
}

CameraConfiguration::Status Configuration::validate() {
    Status status = Valid;
    if (config_.empty())
        return Invalid;
    if (orientation != Orientation::Rotate0) {
        orientation = Orientation::Rotate0;
        status = Adjusted;
    }
    StreamConfiguration *raw = nullptr;
    std::vector<StreamConfiguration *> pictures;
    Size largest;
    for (StreamConfiguration &stream : config_) {
        if (is_raw(stream.pixelFormat) && data_->description().raw) {
            if (raw)
                return Invalid;
            raw = &stream;
        } else {
            pictures.push_back(&stream);
            largest = largest.expandedTo(stream.size);
        }
    }
    if (pictures.size() > CameraData::out_streams || !choose_mode(raw, largest))
        return Invalid;
    for (StreamConfiguration *stream : pictures)
        status = std::max(status, grant_picture(stream, largest));
    if (raw)
        status = std::max(status, grant_raw(raw));
    return status;
}

/* The mode asked for, which must be there; else the one nearest in size and depth. */
bool Configuration::choose_mode(const StreamConfiguration *raw, Size picture) {
    const std::vector<Mode> &modes = data_->description().modes;
    Size size = raw ? raw->size : picture;
    unsigned depth = raw ? BayerFormat::fromPixelFormat(raw->pixelFormat).bitDepth : 12;
    if (sensorConfig) {
        size = sensorConfig->outputSize;
        depth = sensorConfig->bitDepth;
    }
    double best = INFINITY;
    for (unsigned k = 0; k < modes.size(); k++) {
        const Mode &mode = modes[k];
        double score =
            distance(size.width, mode.size.width) + distance(size.height, mode.size.height) +
            1500.0 * distance(static_cast<double>(size.width) / std::max(size.height, 1u),
                              static_cast<double>(mode.size.width) / mode.size.height) +
            500.0 * std::abs(static_cast<int>(mode.depth) - static_cast<int>(depth));
        if (score < best) {
            best = score;
            mode_ = k;
        }
    }
    return !sensorConfig || (modes[mode_].size == size && modes[mode_].depth == depth);
}

/*
 * The Pi 4 gives the sensor's depth, packed or not. The Pi 5 gives 16 bit: as they are if unpacked
 * samples were asked for, compressed to 8 bit if packed ones were.
 */
CameraConfiguration::Status Configuration::grant_raw(StreamConfiguration *stream) const {
    const Mode &mode = data_->description().modes[mode_];
    BayerFormat bayer = BayerFormat::fromPixelFormat(stream->pixelFormat);
    bayer.order = mode.order;
    if (data_->description().pisp) {
        if (bayer.packing == BayerFormat::Packing::CSI2)
            bayer.packing = BayerFormat::Packing::PISP1;
        bayer.bitDepth = 16;
    } else {
        if (bayer.packing != BayerFormat::Packing::None)
            bayer.packing = BayerFormat::Packing::CSI2;
        bayer.bitDepth = static_cast<uint8_t>(mode.depth);
    }
    Status status = Valid;
    if (stream->pixelFormat != bayer.toPixelFormat() || stream->size != mode.size ||
        stream->colorSpace != ColorSpace::Raw)
        status = Adjusted;
    stream->pixelFormat = bayer.toPixelFormat();
    stream->size = mode.size;
    stream->colorSpace = ColorSpace::Raw;
    Layout layout = layout_of(stream->pixelFormat, stream->size, data_->description().alignment());
    stream->stride = layout.stride;
    stream->frameSize = static_cast<unsigned>(layout.frame_size);
    stream->bufferCount = std::max(stream->bufferCount, 1u);
    return status;
}

CameraConfiguration::Status Configuration::grant_picture(StreamConfiguration *stream,
                                                         Size largest) const {
    const Description &camera = data_->description();
    std::vector<PixelFormat> known = picture_formats(camera);
    PixelFormat format = stream->pixelFormat;
    if (std::find(known.begin(), known.end(), format) == known.end())
        format = known[0];
    Size size = stream->size.boundedTo(largest).expandedTo(Size(32, 32)).alignedDownTo(2, 2);
    if (!camera.raw)
        size = camera.modes[0].size;
    Status status = format == stream->pixelFormat && size == stream->size ? Valid : Adjusted;
    if (!stream->colorSpace) {
        stream->colorSpace = ColorSpace::Sycc;
        status = Adjusted;
    }
    stream->pixelFormat = format;
    stream->size = size;
    Layout layout = layout_of(format, size, camera.alignment());
    stream->stride = layout.stride;
    stream->frameSize = static_cast<unsigned>(layout.frame_size);
    stream->bufferCount = std::max(stream->bufferCount, 1u);
    return status;
}

} // namespace softcam
