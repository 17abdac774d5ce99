// RecordingView: shows a stretch of a recording as lanes and as a transcript.
//
// What one node saw is all there is: what it said, when that left; what it
// heard, when that came; what it was asked and answered, and what it delivered.
// Peers' lanes show nothing of their own. Time counts from the first event.
//
// What was held back when the recording began is not known, and not shown. Nor
// is what a stretch's first event changed in the state, unless it is the
// recording's first one.

#ifndef DISTDB_SIM_RECORDING_VIEW_H_
#define DISTDB_SIM_RECORDING_VIEW_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/recording/recording_format.h"
#include "core/replica.h"
#include "sim/narration/terminal.h"
#include "sim/narration/view_flags.h"
#include "sim/narration/views.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace distdb::sim {

struct ViewOptions {
  ViewFlags flags;
  Terminal terminal;
  const Digester* digester = nullptr;  // That of the recording.
};

class RecordingView {
 public:
  explicit RecordingView(const ViewOptions& options) : options_(options) {}

  // `replica` is the one that is stepped, and outlives the calls of OnStep.
  void OnStart(const RecordingInfo& info, const Replica& replica);
  void OnStep(uint64_t number, const Event& event, const Effects& effects);

  // See views.h.
  absl::Status WriteFiles(const PageAbout& about);
  std::string TranscriptText();
  std::string LanesText();

 private:
  // What waits for records, as the driver keeps it.
  struct Held {
    Token after;
    bool refused = false;
    Envelope envelope;
  };

  bool IsShown() const { return options_.flags.focus.Covers(at_, number_); }
  // Before the first event that is shown, or as it was stepped.
  void Begin();
  void Hold(const Effects& effects);
  void Release(Token durable);
  void Refuse(Token first);
  void Leave(const Envelope& envelope);
  void Arrive(const Receive& receive);

  // The one that there is.
  class OneReplica final : public Replicas {
   public:
    const Replica* replica(NodeId node) const override {
      const bool is_it = held != nullptr && held->config().self == node;
      return is_it ? held : nullptr;
    }
    const Replica* held = nullptr;
  };

  const ViewOptions options_;
  OneReplica replica_;
  Plan plan_;
  std::optional<Views> views_;
  std::vector<Observer*> observers_;
  bool has_begun_ = false;  // Something was shown.
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
