#include "sim/recording/view.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/calm_plan.h"
#include "sim/narration/value_names.h"

namespace distdb::sim {
void RecordingView::OnStart(const RecordingInfo& info, const Replica& replica) {
  self_ = info.config.self;
  replica_.held = &replica;
  plan_ = CalmPlan(info.config.nodes);
  plan_.config = info.config;
  // What is shown arrives at the moment at which it is shown.
  std::fill(plan_.network.link_delay.begin(), plan_.network.link_delay.end(),
            0);
  // What is told to the views is in the stretch: they need not look.
  ViewFlags flags = options_.flags;
  flags.focus.from.reset();
  flags.focus.to.reset();
  views_.emplace(flags, options_.terminal, &plan_,
                 ValueNames({}, options_.digester),
                 NodeSet::FirstN(info.config.nodes));
  observers_ = views_->observers();
  number_ = 1;
  if (IsShown()) Begin();
  number_ = 0;
}

void RecordingView::Begin() {
  has_begun_ = true;
  views_->Skip(number_ - 1);
  for (Observer* observer : observers_) observer->OnBegin(replica_);
}

void RecordingView::OnStep(uint64_t number, const Event& event,
                           const Effects& effects) {
  number_ = number;
  if (const Tick* tick = std::get_if<Tick>(&event)) {
    if (!began_.has_value()) began_ = tick->now;
    at_ = Time(tick->now - *began_);
  }
  if (IsShown() && !has_begun_) Begin();
  // As the driver does: what was held back leaves before the step.
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    Release(persisted->token);
  }
  if (const PersistFailed* failed = std::get_if<PersistFailed>(&event)) {
    Refuse(failed->token);
  }
  if (IsShown()) {
    if (const Receive* receive = std::get_if<Receive>(&event)) Arrive(*receive);
    for (Observer* observer : observers_) {
      observer->OnStep(at_, self_, event, effects);
    }
  }
  for (const Envelope& envelope : effects.send) Leave(envelope);
  Hold(effects);
  if (!IsShown()) return;
  for (const Reply& reply : effects.replies) {
    for (Observer* observer : observers_) observer->OnReply(at_, self_, reply);
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
    for (Observer* observer : observers_) {
      observer->OnPassage(at_, passage, envelope.message);
    }
  }
}

void RecordingView::Arrive(const Receive& receive) {
  const Passage passage{.fate = Fate::kReceived,
                        .from = receive.from,
                        .to = self_,
                        .arrives = at_};
  for (Observer* observer : observers_) {
    observer->OnPassage(at_, passage, receive.message);
  }
}

absl::Status RecordingView::WriteFiles(const PageAbout& about) {
  return views_.has_value() ? views_->WriteFiles(about) : absl::OkStatus();
}

std::string RecordingView::TranscriptText() {
  return views_.has_value() ? views_->TranscriptText() : "";
}

std::string RecordingView::LanesText() {
  return views_.has_value() ? views_->LanesText() : "";
}

}  // namespace distdb::sim
