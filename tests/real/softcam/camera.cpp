/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera.h"

#include <cerrno>
#include <chrono>
#include <sys/mman.h>
#include <unistd.h>

#include <libcamera/control_ids.h>
#include <libcamera/property_ids.h>
#include <libcamera/request.h>

#include "libcamera/internal/framebuffer.h"
#include "libcamera/internal/request.h"

#include "values.h"

namespace softcam {

using namespace libcamera;

namespace {

constexpr unsigned timeout_ms = 1000; /* without a frame, the Pi's handler gives up after this */

int64_t now() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

BayerFormat::Order order_of(const std::string &name) {
    static const std::map<std::string, BayerFormat::Order> orders = {{"BGGR", BayerFormat::BGGR},
                                                                     {"GBRG", BayerFormat::GBRG},
                                                                     {"GRBG", BayerFormat::GRBG},
                                                                     {"RGGB", BayerFormat::RGGB},
                                                                     {"MONO", BayerFormat::MONO}};
    auto found = orders.find(name);
    return found == orders.end() ? BayerFormat::RGGB : found->second;
}

} // namespace

std::vector<Description> describe(unsigned *unplugged) {
    std::vector<Description> cameras;
    std::unique_ptr<Connection> connection = Connection::open();
    std::vector<Fields> answer;
    if (!connection || !connection->ask({"describe", folder()}, &answer))
        return cameras;
    for (const Fields &line : answer) {
        if (line[0] == "camera" && line.size() == 5) {
            Description &camera = cameras.emplace_back();
            camera.index = std::stoul(line[1]);
            camera.id = line[2];
            camera.pisp = line[3] == "pisp";
            camera.raw = line[4] == "1";
        } else if (line[0] == "unplugged") {
            if (unplugged)
                ++*unplugged;
        } else if (line[0] == "error") {
            fprintf(stderr, "softcam: %s\n", line.back().c_str());
        } else if (cameras.empty()) {
            continue;
        } else if (line[0] == "mode" && line.size() == 5) {
            cameras.back().modes.push_back({Size(std::stoul(line[1]), std::stoul(line[2])),
                                            static_cast<unsigned>(std::stoul(line[3])),
                                            order_of(line[4])});
        } else if (line[0] == "property") {
            cameras.back().properties.push_back(line);
        } else if (line[0] == "control") {
            cameras.back().controls.push_back(line);
        }
    }
    return cameras;
}

CameraData::CameraData(PipelineHandler *pipe, Description description)
    : Camera::Private(pipe), description_(std::move(description)) {
    properties_ = ControlList(properties::properties);
    for (const Fields &line : description_.properties) {
        const ControlId *id = control_named(properties::properties, line[1]);
        ControlValue value = id ? value_of(id->type(), line[2]) : ControlValue();
        if (!value.isNone())
            properties_.set(id->id(), value);
    }
    set_controls(description_.controls);
}

CameraData::~CameraData() {
    stop();
    finish();
    if (pixels_)
        munmap(pixels_, pixels_size_);
    if (memory_ >= 0)
        close(memory_);
}

void CameraData::set_controls(const std::vector<Fields> &lines) {
    ControlInfoMap::Map map;
    for (const Fields &line : lines) {
        const ControlId *id = control_named(controls::controls, line[1]);
        if (line[0] == "control" && id && line.size() == 5)
            map.emplace(id,
                        ControlInfo(value_of(id->type(), line[2]), value_of(id->type(), line[3]),
                                    value_of(id->type(), line[4])));
    }
    controlInfo_ = ControlInfoMap(std::move(map), controls::controls);
}

int CameraData::configure(unsigned mode, const std::map<const Stream *, Layout> &layouts) {
    finish();
    mode_ = description_.modes[mode];
    layouts_ = layouts;
    main_ = Size(0, 0);
    for (const auto &[stream, layout] : layouts)
        if (stream != &raw)
            main_ = main_.expandedTo(layout.size);
    if (pixels_)
        munmap(pixels_, pixels_size_);
    if (memory_ >= 0)
        close(memory_);
    pixels_ = nullptr;
    pixels_size_ = static_cast<size_t>(mode_.size.width) * mode_.size.height * 2 +
                   static_cast<size_t>(main_.width) * main_.height * 4;
    memory_ = memfd_create("softcam-pixels", MFD_CLOEXEC);
    if (memory_ < 0 || ftruncate(memory_, static_cast<off_t>(pixels_size_)))
        return -ENOMEM;
    void *place = mmap(nullptr, pixels_size_, PROT_READ, MAP_SHARED, memory_, 0);
    if (place == MAP_FAILED)
        return -ENOMEM;
    pixels_ = static_cast<uint8_t *>(place);

    if (!connection_)
        connection_ = Connection::open();
    std::string path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(memory_);
    std::vector<Fields> answer;
    if (!connection_ ||
        !connection_->ask({"configure", folder(), std::to_string(description_.index),
                           std::to_string(mode), std::to_string(main_.width),
                           std::to_string(main_.height), path},
                          &answer))
        return -EIO;
    for (const Fields &line : answer)
        if (line[0] == "error") {
            fprintf(stderr, "softcam: %s\n", line.back().c_str());
            return -EIO;
        }
    set_controls(answer);
    return 0;
}

int CameraData::start(const ControlList *controls, std::function<void(Frame)> done) {
    Fields question = {"start"};
    if (controls)
        append_controls(&question, *controls);
    std::vector<Fields> answer;
    finish();
    if (!connection_ || !connection_->ask(question, &answer))
        return -EIO;
    done_ = std::move(done);
    running_ = true;
    thread_ = std::thread([this] { run(); });
    return 0;
}

void CameraData::stop() {
    std::lock_guard<std::mutex> lock(mutex_);
    running_ = false;
    queued_.clear();
    maps_.clear();
    changed_.notify_all();
}

/* Waits for a thread that was stopped while the server rendered a frame. */
void CameraData::finish() {
    if (thread_.joinable())
        thread_.join();
}

bool CameraData::queue(Request *request) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!running_)
        return false;
    queued_.push_back(request);
    changed_.notify_all();
    return true;
}

/* The next request, if one comes in time. */
Request *CameraData::next_request(int64_t latest) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(latest - now()),
                      [this] { return !running_ || !queued_.empty(); });
    if (!running_ || queued_.empty())
        return nullptr;
    Request *request = queued_.front();
    queued_.pop_front();
    return request;
}

/* False if the camera was stopped meanwhile. */
bool CameraData::wait_until(int64_t time) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(time - now()), [this] { return !running_; });
    return running_;
}

/*
 * Frame after frame, as the sensor goes: a frame begins when the one before is over, whether or not
 * there is a request for it. One that gets none until its middle is lost. The server may be slower
 * than the sensor would be; then frames are late, not lost.
 */
void CameraData::run() {
    int64_t begin = now(), duration = 33'333'000;
    Request *request = nullptr;
    for (unsigned number = 0; wait_until(begin); number++) {
        bool fresh = !request;
        if (fresh)
            request = next_request(begin + duration / 2);
        Fields question = {"frame", std::to_string(number), std::to_string(begin)};
        {
            std::lock_guard<std::mutex> lock(mutex_);
            if (!running_)
                return; /* and the request may be gone */
            question.push_back(request ? (request->findBuffer(&raw) ? "2" : "1") : "0");
            if (request && fresh)
                append_controls(&question, request->controls());
        }
        std::vector<Fields> answer;
        Frame frame;
        if (!connection_->ask(question, &answer) || answer.empty() || answer[0].size() != 3) {
            fprintf(stderr, "softcam: %s\n",
                    answer.empty() ? "the sensor server is gone" : answer[0].back().c_str());
            answer = {{"frame", "33333", "unplugged"}};
        }
        duration = std::stoll(answer[0][1]) * 1000;
        const std::string &fate = answer[0][2];
        if (fate == "timeout" || fate == "unplugged") {
            bool unplugged = fate == "unplugged";
            if (!unplugged && !wait_until(now() + timeout_ms * 1'000'000LL))
                return;
            std::lock_guard<std::mutex> lock(mutex_);
            if (!running_)
                return;
            running_ = false; /* what is queued from here on is refused */
            queued_.clear();
            frame.end = unplugged ? Frame::End::Unplugged : Frame::End::TimedOut;
            done_(frame);
            return;
        }
        if (request && fate == "done") {
            std::lock_guard<std::mutex> lock(mutex_);
            if (!running_)
                return;
            write(request);
        }
        if (!wait_until(begin + duration))
            return;
        if (request && fate == "done") {
            frame.request = request;
            frame.number = number;
            frame.timestamp = begin;
            frame.metadata.assign(answer.begin() + 1, answer.end());
            request = nullptr;
            std::lock_guard<std::mutex> lock(mutex_);
            if (!running_)
                return;
            done_(frame);
        }
        begin = std::max(begin + duration, now() - duration);
    }
}

MappedFrameBuffer *CameraData::mapped(FrameBuffer *buffer) {
    std::unique_ptr<MappedFrameBuffer> &map = maps_[buffer];
    if (!map)
        map = std::make_unique<MappedFrameBuffer>(buffer, MappedFrameBuffer::MapFlag::ReadWrite);
    return map->isValid() ? map.get() : nullptr;
}

void CameraData::write(Request *request) {
    size_t samples = static_cast<size_t>(mode_.size.width) * mode_.size.height;
    for (const auto &[stream, buffer] : request->buffers()) {
        const Layout &layout = layouts_.at(stream);
        MappedFrameBuffer *map = mapped(buffer);
        /* Planes lie one after the other in one buffer, whether they are told of singly or not. */
        size_t length = 0;
        if (map)
            for (const auto &plane : map->planes())
                length += plane.size();
        if (length < layout.frame_size) {
            buffer->_d()->cancel();
            continue;
        }
        uint8_t *out = map->planes()[0].data();
        if (stream == &raw)
            write_raw(reinterpret_cast<const uint16_t *>(pixels_), mode_.depth, layout, out);
        else
            write_picture(pixels_ + 2 * samples, main_, layout, out);
    }
}

} // namespace softcam
