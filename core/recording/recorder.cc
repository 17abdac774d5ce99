#include "core/recording/recorder.h"

#include <algorithm>
#include <utility>

namespace distdb {

Recorder::Recorder(const RecorderOptions& options, const Replica& replica)
    : options_(options),
      next_(std::make_unique<RecordingWriter>(Info(replica))) {}

RecordingInfo Recorder::Info(const Replica& replica) const {
  return {.cluster = options_.cluster, .config = replica.config()};
}

bool Recorder::OnStep(const Event& event, const Effects& effects) {
  ++events_;
  if (next_ != nullptr) {
    for (const Delivery& delivery : effects.delivered) {
      next_->AddWrites(delivery);
    }
  }
  return current_ == nullptr || current_->AddEvent(event, effects);
}

bool Recorder::IsFull() const {
  return current_->position() - start_bytes_ >=
         std::max(options_.bytes, start_bytes_);
}

Recorder::Progress Recorder::Advance(const Replica& replica) {
  if (next_ == nullptr) {
    if (!IsFull()) return Progress::kNone;
    next_ = std::make_unique<RecordingWriter>(Info(replica));
    entries_after_.reset();
    return Progress::kBegun;
  }
  bool last = false;
  next_->AddEntries(
      EncodeEntries(replica.store(), entries_after_, last, options_.run_bytes));
  if (!last) return Progress::kNone;
  next_->Start(replica, events_);
  current_ = std::move(next_);
  start_bytes_ = current_->position();
  return Progress::kTurned;
}

}  // namespace distdb
