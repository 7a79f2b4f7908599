/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One software camera: what it offers, what it was configured to, and its stream of frames. */
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <libcamera/camera.h>
#include <libcamera/stream.h>

#include "libcamera/internal/bayer_format.h"
#include "libcamera/internal/camera.h"
#include "libcamera/internal/mapped_framebuffer.h"

#include "pixels.h"
#include "server.h"

namespace softcam {

/* A sensor mode: what is read out. */
struct Mode {
    libcamera::Size size;
    unsigned depth;
    libcamera::BayerFormat::Order order;
};

/* What the server tells of a camera before it is opened. */
struct Description {
    unsigned index;
    std::string id;
    bool pisp = false; /* the Pi 5's front end, else the Pi 4's */
    bool raw = true;
    std::vector<Mode> modes;
    std::vector<Fields> properties, controls;

    unsigned alignment() const {
        return pisp ? 64 : 32; /* bytes of a row */
    }
};

/* The cameras that are plugged in; and how many are not. */
std::vector<Description> describe(unsigned *unplugged = nullptr);

/* What became of a frame. */
struct Frame {
    enum class End { Done, TimedOut, Unplugged } end = End::Done;
    libcamera::Request *request = nullptr;
    unsigned number = 0;
    int64_t timestamp = 0;
    std::vector<Fields> metadata;
};

class CameraData : public libcamera::Camera::Private {
  public:
    static constexpr unsigned out_streams = 2;

    CameraData(libcamera::PipelineHandler *pipe, Description description);
    ~CameraData() override;

    const Description &description() const {
        return description_;
    }

    /* Chooses a mode and opens the sensor; a negative errno if the server cannot. */
    int configure(unsigned mode, const std::map<const libcamera::Stream *, Layout> &layouts);

    /* Starts frames; each is told to `done` from the camera's own thread, with a lock held. */
    int start(const libcamera::ControlList *controls, std::function<void(Frame)> done);

    /* Ends them; no frame is told and no request touched after this. */
    void stop();

    /* False once the camera has stopped, timed out or gone. */
    bool queue(libcamera::Request *request);

    libcamera::Stream out[out_streams], raw;

  private:
    void set_controls(const std::vector<Fields> &lines);
    void run();
    void finish();
    libcamera::Request *next_request(int64_t latest);
    bool wait_until(int64_t time);
    void write(libcamera::Request *request);
    libcamera::MappedFrameBuffer *mapped(libcamera::FrameBuffer *buffer);

    Description description_;
    std::unique_ptr<Connection> connection_;
    std::map<const libcamera::Stream *, Layout> layouts_;
    Mode mode_ = {};
    libcamera::Size main_;
    int memory_ = -1; /* the server writes pixels here: samples, then the picture */
    uint8_t *pixels_ = nullptr;
    size_t pixels_size_ = 0;

    std::function<void(Frame)> done_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<libcamera::Request *> queued_;
    bool running_ = false;
    std::map<const libcamera::FrameBuffer *, std::unique_ptr<libcamera::MappedFrameBuffer>> maps_;
};

} // namespace softcam
