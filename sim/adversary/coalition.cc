#include "sim/adversary/coalition.h"

#include "sim/adversary/false_answers.h"
#include "sim/adversary/false_deliveries.h"
#include "sim/adversary/false_watermarks.h"
#include "sim/adversary/flood.h"
#include "sim/adversary/forgery.h"
#include "sim/adversary/mutation.h"
#include "sim/adversary/other_story.h"
#include "sim/adversary/replay.h"
#include "sim/adversary/storyteller.h"

namespace distdb::sim {

template <typename T, typename... Arguments>
T* Coalition::Add(Arguments... arguments) {
  adversaries_.push_back(std::make_unique<T>(&stage_, arguments...));
  return static_cast<T*>(adversaries_.back().get());
}

Coalition::Coalition(const Plan* plan, Chooser* chooser,
                     const Digester* digester, FaultCounters* faults)
    : stage_(plan, chooser, digester, faults), schemes_(&stage_) {
  if (plan->liars.empty() || !plan->liars_improvise) return;
  const AdversarySet& has = plan->adversaries;
  // These four are how a liar seems to take part; what of it is a lie depends
  // on the adversaries.
  Storyteller* storyteller = Add<Storyteller>(&schemes_);
  Add<FalseWatermarks>();
  Add<FalseAnswers>(&schemes_);
  Add<OtherStory>(&schemes_, storyteller);
  if (has.Has(AdversaryName::kForgery)) Add<Forgery>(&schemes_);
  if (has.Has(AdversaryName::kFalseDeliveries)) {
    Add<FalseDeliveries>(&schemes_);
  }
  if (has.Has(AdversaryName::kReplay)) Add<Replay>();
  if (has.Has(AdversaryName::kFlood)) Add<Flood>();
  if (has.Has(AdversaryName::kMutation)) Add<Mutation>();
  if (const auto twin = plan->Twin()) twins_.emplace(&stage_, *twin);
  if (has.Has(AdversaryName::kScheduler)) scheduler_.emplace(&stage_);
}

Coalition::~Coalition() = default;

bool Coalition::IsTwin(NodeId liar) const {
  return twins_.has_value() && twins_->self() == liar;
}

void Coalition::HandleTurn(Time now, NodeId liar) {
  if (IsTwin(liar)) return twins_->HandleTurn(now);
  for (const auto& adversary : adversaries_) adversary->HandleTurn(liar);
}

void Coalition::HandleMessage(Time now, NodeId liar, NodeId from,
                              const Message& message) {
  if (IsTwin(liar)) return twins_->HandleMessage(now, from, message);
  stage_.Remember(message);
  for (const auto& adversary : adversaries_) {
    adversary->HandleMessage(liar, from, message);
  }
}

void Coalition::HandlePeerUp(Time now, NodeId liar, NodeId peer,
                             uint64_t channel) {
  if (IsTwin(liar)) return twins_->HandlePeerUp(now, peer);
  for (const auto& adversary : adversaries_) {
    adversary->HandlePeerUp(liar, peer, channel);
  }
}

void Coalition::HandlePeerDown(Time now, NodeId liar, NodeId peer) {
  if (IsTwin(liar)) twins_->HandlePeerDown(now, peer);
}

void Coalition::HandleWake(Time now) {
  if (twins_.has_value()) twins_->HandleWake(now);
}

Time Coalition::wake_at() const {
  return twins_.has_value() ? twins_->wake_at() : kNever;
}

DelayPicker* Coalition::delay_picker() {
  return scheduler_.has_value() ? &*scheduler_ : nullptr;
}

}  // namespace distdb::sim
