// Messages: sent, lost, repeated, cut, received; and what liars say.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/always_inline.h"
#include "sim/wire.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {
namespace {

// Messages whose partial sending hurts: promises, not courtesies.
bool IsPromise(MessageKind kind) {
  return kind == MessageKind::kSend || kind == MessageKind::kEcho ||
         kind == MessageKind::kReady || kind == MessageKind::kDelivered ||
         kind == MessageKind::kWatermark || kind == MessageKind::kCollected;
}

}  // namespace

About World::Identify(Decision decision, NodeId from, NodeId to,
                      MessageSlab::Slot slot) {
  const Message& message = messages_[slot];
  std::optional<uint32_t>& digest_class = messages_.digest_class(slot);
  if (!digest_class.has_value()) {
    digest_class = network_.DigestClass(message);
  }
  return {.decision = decision,
          .from = from,
          .to = to,
          .message = message.kind,
          .instance = message.instance,
          .digest_class = *digest_class};
}

DISTDB_ALWAYS_INLINE void World::Enqueue(const Passage& passage,
                                         uint64_t channel,
                                         MessageSlab::Slot slot) {
  messages_.Hold(slot);
  uint64_t copy = in_flight_.size();
  if (free_slots_.empty()) {
    in_flight_.emplace_back();
  } else {
    copy = free_slots_.back();
    free_slots_.pop_back();
  }
  in_flight_[copy] = {passage, channel, slot};
  Push(passage.arrives, Kind::kArrival, NodeId(), NodeId(), copy);
}

DISTDB_ALWAYS_INLINE void World::SendMessage(NodeId from, NodeId to,
                                             MessageSlab::Slot slot, bool lie,
                                             Occasion& sending) {
  Passage passage{.from = from, .to = to, .lie = lie};
  if (lie) faults_.Count(FaultName::kLie);
  Host& sender = HostOf(from);
  if (!sender.channels.Contains(to)) {
    passage.fate = Fate::kChannelDown;
    return Tell(passage, messages_[slot]);
  }
  if (network_.IsCut(from, to)) {
    faults_.Count(FaultName::kCut);
    passage.fate = Fate::kCut;
    return Tell(passage, messages_[slot]);
  }
  if (sending.about().decision == Decision::kNone) {
    const About about = Identify(Decision::kMessageLost, from, to, slot);
    sending = chooser_->Like(about);
  }
  chooser_->Next(sending, to);
  if (network_.IsPlain() && listeners_.empty()) {
    return Enqueue({.fate = Fate::kSent,
                    .transit = ++last_transit_,
                    .from = from,
                    .to = to,
                    .arrives = network_.PlainArrival(now_, sending),
                    .lie = lie},
                   sender.channel_numbers[to.value()], slot);
  }
  const Arrivals arrivals = network_.Send(now_, sending, messages_[slot]);
  if (arrivals.corrupted && plan_.wire) Corrupt(passage, slot);
  if (arrivals.copies == 0) {
    passage.fate = Fate::kLost;
    return Tell(passage, messages_[slot]);
  }
  for (uint32_t copy = 0; copy < arrivals.copies; ++copy) {
    passage.fate = copy == 0 ? Fate::kSent : Fate::kDuplicated;
    passage.transit = ++last_transit_;
    passage.arrives = arrivals.at[copy];
    Tell(passage, messages_[slot]);
    Enqueue(passage, sender.channel_numbers[to.value()], slot);
  }
}

bool World::SendToAll(NodeId from, NodeSet to, MessageSlab::Slot slot) {
  const MessageKind kind = messages_[slot].kind;
  if (says_proposals_) NoteProposal(from, messages_[slot]);
  if (!waiting_actions_.empty()) {
    MeetCondition(Condition::What::kSent, from, static_cast<uint8_t>(kind),
                  messages_[slot].instance);
  }
  const uint64_t per_mille = plan_.crash.while_sending_per_mille;
  bool crashes = per_mille > 0 && IsPromise(kind) && MayCrash(from);
  About about;
  if (crashes) {
    about = Identify(Decision::kCrashWhileSending, from, kNobody, slot);
    about.to = to.size() == 1 ? *to.begin() : kNobody;
    about.occurrence = CountAbout(about);
    crashes = chooser_->Chance(about, per_mille);
  }
  about.decision = Decision::kReachedBeforeCrash;
  Occasion sending;
  for (const NodeId receiver : to) {
    if (crashes) {
      about.to = receiver;
      about.occurrence = CountAbout(about);
      const bool reached = chooser_->Choose(about, 2) == 0;
      if (!reached) continue;
    }
    SendMessage(from, receiver, slot, false, sending);
  }
  messages_.Drop(slot);
  if (!crashes) return true;
  faults_.Count(FaultName::kCrashWhileSending);
  CrashByChance(from);
  return false;
}

void World::SayLie(NodeId liar, NodeId to, Message message) {
  const MessageSlab::Slot slot = messages_.Add(std::move(message));
  Occasion sending;
  SendMessage(liar, to, slot, true, sending);
  messages_.Drop(slot);
}

void World::NoteProposal(NodeId from, const Message& message) {
  if (message.kind != MessageKind::kSend || message.instance.origin != from) {
    return;
  }
  proposals_.emplace(message.instance, message.payload);
}

void World::PerformSay(const Say& say) {
  Message message = say.message;
  if (say.proposed) {
    const auto found = proposals_.find(message.instance);
    if (found == proposals_.end()) return;
    if (CarriesPayload(message.kind)) message.payload = found->second;
    if (CarriesDigest(message.kind)) {
      message.digest =
          digester_->Compute(message.instance, found->second.bytes());
    }
  }
  SayLie(say.liar, say.to, std::move(message));
}

uint64_t World::CountAbout(About about) {
  about.occurrence = 0;
  return occurrences_.Count(FingerprintOf(about));
}

void World::Corrupt(const Passage& passage, MessageSlab::Slot slot) {
  About about =
      Identify(Decision::kCorruptByte, passage.from, passage.to, slot);
  about.occurrence = CountAbout(about);
  std::string frame = ToFrame(messages_[slot]);
  const size_t index = chooser_->Choose(about, frame.size());
  about.decision = Decision::kCorruptBits;
  const uint64_t bits = 1 + chooser_->Choose(about, 255);
  RefusesCorrupted(std::move(frame), index, static_cast<uint8_t>(bits));
}

void World::Tell(const Passage& passage, const Message& message) {
  for (Observer* listener : listeners_) {
    listener->OnPassage(now_, passage, message);
  }
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
  if (network_.HasPartitions() && MustHold(slot)) return;
  const InFlight& arrives = in_flight_[slot];
  const uint64_t channel = arrives.channel;
  const NodeId from = arrives.passage.from;
  const NodeId to = arrives.passage.to;
  Receive& received = std::get<Receive>(received_);
  Message& message = received.message;
  received.from = from;
  messages_.Take(arrives.message, message);
  free_slots_.push_back(slot);
  if (plan_.wire) message = FromFrame(ToFrame(message));
  const auto tell = [&](Fate fate) {
    if (listeners_.empty()) return;
    Passage passage = in_flight_[slot].passage;
    passage.fate = fate;
    Tell(passage, message);
  };
  Host& receiver = HostOf(to);
  const bool is_open = receiver.channels.Contains(from) &&
                       receiver.channel_numbers[from.value()] == channel;
  if (!is_open) return tell(Fate::kToCrashed);
  if (network_.IsCut(from, to)) {
    if (network_.UnderWay(from, to) == Partition::UnderWay::kSwallowed) {
      faults_.Count(FaultName::kCut);
      return tell(Fate::kCut);
    }
    faults_.Count(FaultName::kSlippedThrough);
  }
  tell(Fate::kReceived);
  if (receiver.is_liar) {
    if (!plan_.liars_improvise) return;
    coalition_.HandleMessage(now_, to, from, message);
    return ScheduleLies();
  }
  Step(to, received_);
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
  Lie lie = std::move(pending_lies_[slot]);
  free_lies_.push_back(slot);
  SayLie(lie.liar, lie.to, std::move(lie.message));
}

}  // namespace distdb::sim
