/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A pipeline handler for cameras made of software. It registers itself with the libcamera that it
 * is preloaded into; choose it with LIBCAMERA_PIPELINES_MATCH_LIST=softcam.
 *
 * One handler serves one camera, as the Raspberry Pi's do. Built with -fno-access-control: a
 * handler can take only a camera with a kernel device off, and these have none.
 */
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include <libcamera/base/log.h>
#include <libcamera/base/thread.h>
#include <libcamera/base/timer.h>
#include <libcamera/control_ids.h>

#include "libcamera/internal/camera_manager.h"
#include "libcamera/internal/device_enumerator.h"
#include "libcamera/internal/dma_buf_allocator.h"
#include "libcamera/internal/framebuffer.h"
#include "libcamera/internal/pipeline_handler.h"
#include "libcamera/internal/request.h"

#include "camera.h"
#include "configuration.h"
#include "values.h"

namespace libcamera {

LOG_DEFINE_CATEGORY(Softcam)

using softcam::CameraData;
using softcam::Configuration;
using softcam::Frame;

class PipelineHandlerSoftcam : public PipelineHandler {
  public:
    explicit PipelineHandlerSoftcam(CameraManager *manager)
        : PipelineHandler(manager), allocator_(DmaBufAllocator::DmaBufAllocatorFlag::CmaHeap) {
    }

    ~PipelineHandlerSoftcam() override {
        give_up();
    }

    bool match(DeviceEnumerator *enumerator) override;

    std::unique_ptr<CameraConfiguration>
    generateConfiguration(Camera *camera, Span<const StreamRole> roles) override {
        return Configuration::generate(data(camera), roles);
    }

    int configure(Camera *camera, CameraConfiguration *config) override;

    int exportFrameBuffers(Camera *, Stream *stream,
                           std::vector<std::unique_ptr<FrameBuffer>> *buffers) override {
        const StreamConfiguration &config = stream->configuration();
        return allocator_.exportBuffers(config.bufferCount, {config.frameSize}, buffers);
    }

    int start(Camera *camera, const ControlList *controls) override;
    void stopDevice(Camera *camera) override;

    int queueRequestDevice(Camera *camera, Request *request) override {
        if (camera->_d()->disconnected_) {
            hand_back(camera, request);
            return 0;
        }
        for (const auto &[stream, buffer] : request->buffers()) /* it may have been cancelled */
            buffer->_d()->metadata().status = FrameMetadata::FrameSuccess;
        return data(camera)->queue(request) ? 0 : -EINVAL;
    }

  private:
    static CameraData *data(Camera *camera) {
        return static_cast<CameraData *>(camera->_d());
    }

    void frame_over(Camera *camera, Frame frame);
    void complete(Frame frame);
    void cancel_all(Camera *camera);
    static void hand_back(Camera *camera, Request *request);

    void give_up() {
        auto found = taken.find(id_);
        if (found != taken.end() && found->second == this)
            taken.erase(found);
    }

    friend class Socket;
    static std::map<std::string, PipelineHandlerSoftcam *> taken; /* by id; manager's thread */
    std::string id_;
    DmaBufAllocator allocator_;
};

std::map<std::string, PipelineHandlerSoftcam *> PipelineHandlerSoftcam::taken;

/*
 * Waits for an unplugged camera to come back, then has the manager look for cameras as it does when
 * the kernel tells of a new device. If the manager goes first this is left behind, and never wakes.
 */
class Socket : public Object {
  public:
    explicit Socket(CameraManager *manager) : manager_(manager) {
        timer_.timeout.connect(this, &Socket::look);
        timer_.start(std::chrono::milliseconds(200));
    }

  private:
    void look() {
        for (const softcam::Description &description : softcam::describe())
            if (!PipelineHandlerSoftcam::taken.count(description.id)) {
                manager_->_d()->enumerator_->devicesAdded.emit();
                deleteLater();
                return;
            }
        timer_.start(std::chrono::milliseconds(200));
    }

    CameraManager *manager_;
    Timer timer_;
};

bool PipelineHandlerSoftcam::match(DeviceEnumerator *) {
    unsigned unplugged = 0;
    for (softcam::Description &description : softcam::describe(&unplugged)) {
        if (!taken.emplace(description.id, this).second)
            continue;
        id_ = description.id;
        auto made = std::make_unique<CameraData>(this, std::move(description));
        std::set<Stream *> streams = {&made->raw};
        for (Stream &stream : made->out)
            streams.insert(&stream);
        registerCamera(Camera::create(std::move(made), id_, streams));
        return true;
    }
    if (unplugged)
        new Socket(manager_);
    return false;
}

int PipelineHandlerSoftcam::configure(Camera *camera, CameraConfiguration *config) {
    CameraData *camera_data = data(camera);
    std::map<const Stream *, softcam::Layout> layouts;
    unsigned pictures = 0;
    for (StreamConfiguration &stream : *config) {
        bool raw = Configuration::is_raw(stream.pixelFormat);
        stream.setStream(raw ? &camera_data->raw : &camera_data->out[pictures++]);
        layouts[stream.stream()] = {stream.pixelFormat, stream.size, stream.stride,
                                    stream.frameSize};
    }
    return camera_data->configure(static_cast<Configuration *>(config)->mode(), layouts);
}

int PipelineHandlerSoftcam::start(Camera *camera, const ControlList *controls) {
    return data(camera)->start(controls, [this, camera](Frame frame) {
        invokeMethod(&PipelineHandlerSoftcam::frame_over, ConnectionTypeQueued, camera, frame);
    });
}

void PipelineHandlerSoftcam::stopDevice(Camera *camera) {
    data(camera)->stop();
    thread()->dispatchMessages(Message::Type::InvokeMessage, this); /* frames just told of */
    cancel_all(camera);
}

void PipelineHandlerSoftcam::frame_over(Camera *camera, Frame frame) {
    switch (frame.end) {
    case Frame::End::Done:
        complete(std::move(frame));
        break;
    case Frame::End::TimedOut:
        LOG(Softcam, Error) << "Camera frontend has timed out!";
        LOG(Softcam, Error)
            << "Please check that your camera sensor connector is attached securely.";
        cancel_all(camera);
        break;
    case Frame::End::Unplugged:
        LOG(Softcam, Error) << "Camera " << camera->id() << " is unplugged";
        std::shared_ptr<PipelineHandler> alive = shared_from_this();
        cancel_all(camera);
        give_up();
        new Socket(manager_);
        /* The application gives back what was cancelled before it hears why: see hand_back(). */
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        disconnect();
        break;
    }
}

void PipelineHandlerSoftcam::complete(Frame frame) {
    Request *request = frame.request;
    if (request->status() != Request::RequestPending)
        return;
    ControlList &metadata = request->_d()->metadata();
    for (const softcam::Fields &line : frame.metadata) {
        const ControlId *id = softcam::control_named(controls::controls, line[1]);
        ControlValue value = id ? softcam::value_of(id->type(), line[2]) : ControlValue();
        if (!value.isNone())
            metadata.set(id->id(), value);
    }
    for (const auto &[stream, buffer] : request->buffers()) {
        FrameMetadata &told = buffer->_d()->metadata();
        told.status = told.status == FrameMetadata::FrameCancelled ? FrameMetadata::FrameError
                                                                   : FrameMetadata::FrameSuccess;
        told.sequence = frame.number;
        told.timestamp = static_cast<uint64_t>(frame.timestamp);
        size_t left = stream->configuration().frameSize;
        for (size_t k = 0; k < buffer->planes().size(); k++) {
            unsigned used =
                static_cast<unsigned>(std::min<size_t>(left, buffer->planes()[k].length));
            told.planes()[k].bytesused = used;
            left -= used;
        }
        completeBuffer(request, buffer);
    }
    completeRequest(request);
}

void PipelineHandlerSoftcam::cancel_all(Camera *camera) {
    std::list<Request *> &queued = data(camera)->queuedRequests_;
    while (!queued.empty())
        cancelRequest(queued.front());
}

/*
 * A request that was on its way when the camera was unplugged. Cancelled as others are, it would end
 * the process: disconnecting leaves the camera Configured, and libcamera 0.7 takes a completion for
 * a mistake of the handler's then (Camera::requestComplete). Its own handlers have the same race.
 */
void PipelineHandlerSoftcam::hand_back(Camera *camera, Request *request) {
    request->_d()->cancel();
    request->_d()->complete();
    camera->_d()->queuedRequests_.remove(request);
    camera->requestCompleted.emit(request);
}

REGISTER_PIPELINE_HANDLER(PipelineHandlerSoftcam, "softcam")

} /* namespace libcamera */
