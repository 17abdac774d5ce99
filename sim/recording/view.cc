#include "sim/recording/view.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/calm_plan.h"
#include "sim/narration/value_names.h"
#include "sim/observer.h"

namespace distdb::sim {
namespace {

// Of lanes and transcripts: more than that nobody reads.
constexpr uint64_t kLinesMax = 400;

}  // namespace

void RecordingView::OnStart(const RecordingInfo& info) {
  self_ = info.config.self;
  plan_ = CalmPlan(info.config.nodes);
  plan_.config = info.config;
  // What is shown arrives at the moment at which it is shown.
  std::fill(plan_.network.link_delay.begin(), plan_.network.link_delay.end(),
            0);
  if (options_.lanes) {
    lanes_.emplace(LanesOptions{.nodes = info.config.nodes,
                                .width = options_.width,
                                .color = options_.color,
                                .lines_max = kLinesMax},
                   ValueNames({}, options_.digester));
    for (const NodeId node : NodeSet::FirstN(info.config.nodes)) {
      lanes_->OnStart(Time(0), node, {});
    }
  }
  if (options_.transcript) {
    transcript_.emplace(&plan_, ValueNames({}, options_.digester), kLinesMax);
  }
}

void RecordingView::OnStep(uint64_t number, const Event& event,
                           const Effects& effects) {
  number_ = number;
  if (const Tick* tick = std::get_if<Tick>(&event)) {
    if (!began_.has_value()) began_ = tick->now;
    at_ = Time(tick->now - *began_);
  }
  // As the driver does: what was held back leaves before the step.
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    Release(persisted->token);
  }
  if (const PersistFailed* failed = std::get_if<PersistFailed>(&event)) {
    Refuse(failed->token);
  }
  if (IsShown()) {
    if (const Receive* receive = std::get_if<Receive>(&event)) Arrive(*receive);
    if (lanes_.has_value()) lanes_->OnStep(at_, self_, event, effects);
    if (transcript_.has_value()) {
      transcript_->OnStep(at_, self_, event, effects);
    }
  }
  for (const Envelope& envelope : effects.send) Leave(envelope);
  Hold(effects);
  if (!IsShown()) return;
  for (const Reply& reply : effects.replies) {
    if (lanes_.has_value()) lanes_->OnReply(at_, self_, reply);
    if (transcript_.has_value()) transcript_->OnReply(at_, self_, reply);
  }
}

void RecordingView::Hold(const Effects& effects) {
  if (!effects.persist.empty()) {
    last_ = effects.persist.back().token;
    // All that was refused is issued again at once.
    for (Held& held : held_) {
      if (!std::exchange(held.refused, false)) continue;
      held.after = last_;
    }
  }
  const bool refused = !held_.empty() && held_.back().refused;
  for (const Envelope& envelope : effects.send_after_persist) {
    if (last_ <= durable_ && held_.empty()) {
      Leave(envelope);
    } else {
      held_.push_back({last_, refused, envelope});
    }
  }
}

void RecordingView::Release(Token durable) {
  durable_ = durable;
  while (!held_.empty() && !held_.front().refused &&
         held_.front().after <= durable) {
    Leave(held_.front().envelope);
    held_.pop_front();
  }
}

void RecordingView::Refuse(Token first) {
  for (Held& held : held_) held.refused = held.refused || held.after >= first;
}

void RecordingView::Leave(const Envelope& envelope) {
  if (!IsShown()) return;
  for (const NodeId to : envelope.to) {
    const Passage passage{
        .fate = Fate::kSent, .from = self_, .to = to, .arrives = at_};
    if (lanes_.has_value()) lanes_->OnPassage(at_, passage, envelope.message);
    if (transcript_.has_value()) {
      transcript_->OnPassage(at_, passage, envelope.message);
    }
  }
}

void RecordingView::Arrive(const Receive& receive) {
  Passage passage{.fate = Fate::kReceived,
                  .from = receive.from,
                  .to = self_,
                  .arrives = at_};
  if (lanes_.has_value()) lanes_->OnPassage(at_, passage, receive.message);
  // A transcript tells what is said, not that it arrives.
  passage.fate = Fate::kSent;
  if (transcript_.has_value()) {
    transcript_->OnPassage(at_, passage, receive.message);
  }
}

}  // namespace distdb::sim
