// Messages: sent, lost, repeated, cut, received; and what liars say.

#include <string>
#include <utility>

#include "sim/wire.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {
namespace {

// Messages whose partial sending hurts: promises, not courtesies.
bool IsPromise(MessageKind kind) {
  return kind == MessageKind::kSend || kind == MessageKind::kEcho ||
         kind == MessageKind::kReady || kind == MessageKind::kDelivered ||
         kind == MessageKind::kWatermark;
}

}  // namespace

bool World::SendEnvelope(NodeId from, const Envelope& envelope) {
  const Message& message = envelope.message;
  if (!waiting_actions_.empty()) {
    MeetCondition(Condition::What::kSent, from,
                  static_cast<uint8_t>(message.kind), message.instance);
  }
  const uint64_t per_mille = plan_.crash.while_sending_per_mille;
  if (per_mille == 0 || !IsPromise(message.kind) || !MayCrash(from)) {
    for (const NodeId to : envelope.to) SendMessage(from, to, message, false);
    return true;
  }
  About about =
      network_.Identify(Decision::kCrashWhileSending, from, kNobody, message);
  const NodeId first = *envelope.to.begin();
  about.to = envelope.to.size() == 1 ? first : kNobody;
  about.occurrence = CountAbout(about);
  if (!chooser_->Chance(about, per_mille)) {
    for (const NodeId to : envelope.to) SendMessage(from, to, message, false);
    return true;
  }
  about.decision = Decision::kReachedBeforeCrash;
  for (const NodeId to : envelope.to) {
    about.to = to;
    about.occurrence = CountAbout(about);
    const bool reached = chooser_->Choose(about, 2) == 0;
    if (reached) SendMessage(from, to, message, false);
  }
  faults_.Count(FaultName::kCrashWhileSending);
  CrashByChance(from);
  return false;
}

uint64_t World::CountAbout(About about) {
  about.occurrence = 0;
  return occurrences_.Count(FingerprintOf(about));
}

void World::SendMessage(NodeId from, NodeId to, const Message& message,
                        bool lie) {
  Passage passage{.from = from, .to = to, .lie = lie};
  if (lie) faults_.Count(FaultName::kLie);
  const Host& sender = hosts_[from.value()];
  if (!sender.channels.Contains(to)) {
    passage.fate = Fate::kChannelDown;
    return Tell(passage, message);
  }
  if (network_.IsCut(from, to)) {
    faults_.Count(FaultName::kCut);
    passage.fate = Fate::kCut;
    return Tell(passage, message);
  }
  const Arrivals arrivals = network_.Send(now_, from, to, message);
  if (arrivals.corrupted && plan_.wire) Corrupt(passage, message);
  if (arrivals.copies == 0) {
    passage.fate = Fate::kLost;
    return Tell(passage, message);
  }
  for (uint32_t copy = 0; copy < arrivals.copies; ++copy) {
    passage.fate = copy == 0 ? Fate::kSent : Fate::kDuplicated;
    passage.transit = ++last_transit_;
    passage.arrives = arrivals.at[copy];
    Tell(passage, message);
    Enqueue(passage, message);
  }
}

void World::Corrupt(const Passage& passage, const Message& message) {
  About about = network_.Identify(Decision::kCorruptByte, passage.from,
                                  passage.to, message);
  about.occurrence = CountAbout(about);
  std::string frame = ToFrame(message);
  const size_t index = chooser_->Choose(about, frame.size());
  about.decision = Decision::kCorruptBits;
  const uint64_t bits = 1 + chooser_->Choose(about, 255);
  RefusesCorrupted(std::move(frame), index, static_cast<uint8_t>(bits));
}

void World::Tell(const Passage& passage, const Message& message) {
  for (Observer* observer : watchers_) {
    observer->OnPassage(now_, passage, message);
  }
}

void World::Enqueue(const Passage& passage, const Message& message) {
  const Host& sender = hosts_[passage.from.value()];
  const uint64_t channel = sender.channel_numbers[passage.to.value()];
  uint64_t slot = in_flight_.size();
  if (free_slots_.empty()) {
    in_flight_.push_back({passage, channel, message});
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    in_flight_[slot] = {passage, channel, message};
  }
  Push(passage.arrives, Kind::kArrival, NodeId(), NodeId(), slot);
}

bool World::MustHold(uint64_t slot) {
  const Passage& passage = in_flight_[slot].passage;
  if (network_.UnderWay(passage.from, passage.to) !=
      Partition::UnderWay::kHeld) {
    return false;
  }
  faults_.Count(FaultName::kHeldMessage);
  held_slots_.push_back(slot);
  return true;
}

void World::ReleaseHeldMessages() {
  // Those that another partition holds are held again.
  for (const uint64_t slot : held_slots_) {
    Push(now_, Kind::kArrival, NodeId(), NodeId(), slot);
  }
  held_slots_.clear();
}

void World::Arrive(uint64_t slot) {
  if (MustHold(slot)) return;
  InFlight arrived = std::move(in_flight_[slot]);
  in_flight_[slot].message.payload = Payload();
  free_slots_.push_back(slot);
  if (plan_.wire) arrived.message = FromFrame(ToFrame(arrived.message));
  Passage& passage = arrived.passage;
  const NodeId to = passage.to;
  Host& receiver = hosts_[to.value()];
  const bool is_open =
      receiver.channels.Contains(passage.from) &&
      receiver.channel_numbers[passage.from.value()] == arrived.channel;
  if (!is_open) {
    passage.fate = Fate::kToCrashed;
    return Tell(passage, arrived.message);
  }
  if (network_.IsCut(passage.from, to)) {
    if (network_.UnderWay(passage.from, to) ==
        Partition::UnderWay::kSwallowed) {
      faults_.Count(FaultName::kCut);
      passage.fate = Fate::kCut;
      return Tell(passage, arrived.message);
    }
    faults_.Count(FaultName::kSlippedThrough);
  }
  passage.fate = Fate::kReceived;
  Tell(passage, arrived.message);
  if (receiver.is_liar) {
    if (!plan_.liars_improvise) return;
    coalition_.HandleMessage(now_, to, passage.from, arrived.message);
    return ScheduleLies();
  }
  Step(to, Receive{passage.from, std::move(arrived.message)});
}

void World::ScheduleLies() {
  for (Lie& lie : coalition_.said()) {
    const Time at = now_ + lie.after;
    const NodeId liar = lie.liar;
    const NodeId to = lie.to;
    uint64_t slot = pending_lies_.size();
    if (free_lies_.empty()) {
      pending_lies_.push_back(std::move(lie));
    } else {
      slot = free_lies_.back();
      free_lies_.pop_back();
      pending_lies_[slot] = std::move(lie);
    }
    Push(at, Kind::kLie, liar, to, slot);
  }
  coalition_.said().clear();
  if (coalition_.wake_at() < wake_queued_) {
    wake_queued_ = coalition_.wake_at();
    Push(wake_queued_, Kind::kWakeLiars);
  }
}

void World::SayPendingLie(uint64_t slot) {
  const Lie lie = std::move(pending_lies_[slot]);
  free_lies_.push_back(slot);
  SendMessage(lie.liar, lie.to, lie.message, true);
}

}  // namespace distdb::sim
