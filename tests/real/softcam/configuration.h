/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be asked of a software camera, and what is granted: the Raspberry Pi handlers' rules. */
#pragma once

#include <map>
#include <memory>

#include <libcamera/camera.h>

#include "camera.h"

namespace softcam {

class Configuration : public libcamera::CameraConfiguration {
  public:
    explicit Configuration(const CameraData *data) : data_(data) {
    }

    /* The formats and sizes of these roles; null for a role there is not. */
    static std::unique_ptr<Configuration>
    generate(const CameraData *data, libcamera::Span<const libcamera::StreamRole> roles);

    Status validate() override;

    /* After validate(): the sensor mode, an index of the description's. */
    unsigned mode() const {
        return mode_;
    }

    static bool is_raw(libcamera::PixelFormat format);

  private:
    Status grant_raw(libcamera::StreamConfiguration *stream) const;
    Status grant_picture(libcamera::StreamConfiguration *stream, libcamera::Size largest) const;
    bool choose_mode(const libcamera::StreamConfiguration *raw, libcamera::Size picture);

    const CameraData *data_;
    unsigned mode_ = 0;
};

} // namespace softcam
