// RecordingView: shows a stretch of a recording as lanes and as a transcript.
//
// What one node saw is all there is: what it said, when that left; what it
// heard, when that came; what it was asked and answered, and what it delivered.
// Peers' lanes show nothing of their own. Time counts from the first event.
//
// What was held back when the recording began is not known, and not shown.

#ifndef DISTDB_SIM_RECORDING_VIEW_H_
#define DISTDB_SIM_RECORDING_VIEW_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/recording/recording_format.h"
#include "sim/narration/lanes.h"
#include "sim/narration/transcript.h"
#include "sim/plan.h"

namespace distdb::sim {

struct ViewOptions {
  bool lanes = false;
  bool transcript = false;
  int width = 100;
  bool color = false;
  // The events that are shown, from 1.
  uint64_t from = 1;
  uint64_t to = 0;
  const Digester* digester = nullptr;  // That of the recording.
};

class RecordingView {
 public:
  explicit RecordingView(const ViewOptions& options) : options_(options) {}

  void OnStart(const RecordingInfo& info);
  void OnStep(uint64_t number, const Event& event, const Effects& effects);

  std::string TranscriptText() {
    return transcript_.has_value() ? transcript_->Text() : "";
  }
  std::string LanesText() { return lanes_.has_value() ? lanes_->Text() : ""; }

 private:
  // What waits for records, as the driver keeps it.
  struct Held {
    Token after;
    bool refused = false;
    Envelope envelope;
  };

  bool IsShown() const {
    return number_ >= options_.from && number_ <= options_.to;
  }
  void Hold(const Effects& effects);
  void Release(Token durable);
  void Refuse(Token first);
  void Leave(const Envelope& envelope);
  void Arrive(const Receive& receive);

  const ViewOptions options_;
  Plan plan_;
  std::optional<Lanes> lanes_;
  std::optional<Transcript> transcript_;
  NodeId self_;
  uint64_t number_ = 0;
  std::optional<Time> began_;
  Time at_;
  Token last_;     // The last record handed over.
  Token durable_;  // All up to here are durable.
  std::deque<Held> held_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RECORDING_VIEW_H_
