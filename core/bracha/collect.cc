// What is kept for members that lack it, and when it goes; retention.h tells
// the rules by their numbers.

#include <algorithm>
#include <functional>
#include <vector>

#include "core/bracha/engine.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

// The `rank`-th largest of `positions`, counted from 1, or 0 where there are
// fewer.
uint64_t Largest(std::vector<uint64_t> positions, int rank) {
  const auto count = static_cast<size_t>(rank);
  if (count == 0 || count > positions.size()) return 0;
  const auto nth = positions.begin() + (rank - 1);
  std::nth_element(positions.begin(), nth, positions.end(), std::greater<>());
  return *nth;
}

}  // namespace

void Engine::MaybeCollect(NodeId origin, Effects& effects) {
  Stream& stream = StreamOf(origin);
  // One record of it at a time is on its way. What could be collected
  // meanwhile is when that is durable.
  if (stream.noted != stream.promised) return;
  Seq everywhere = stream.watermark();
  if (!Mutated(Mutant::kCollectTooEarly)) {
    for (const NodeId peer : others_) {
      const bool up = peers_[peer.value()].up();
      if (!up && Mutated(Mutant::kCollectForgetsAbsent)) continue;
      everywhere = std::min(everywhere, peers_[peer.value()].watermark(origin));
    }
  }
  const uint64_t before = stream.collected();
  stream.Collect(everywhere + 1);
  stream.CollectUpTo(stream.vouched);
  if (stream.collected() == before) return;
  if (stream.floor() - 1 > everywhere) {
    // What others have heard of a peer may never come from itself again, as
    // nothing of this is left that could be sent to it.
    for (const NodeId peer : others_) {
      peers_[peer.value()].LearnWatermark(origin, stream.floor() - 1);
    }
  }
  if (stream.collected() - stream.noted >= retention_.step) {
    stream.noted = stream.collected();
    Append({.kind = RecordKind::kCollected,
            .instance = IdOf(origin, Seq(stream.noted)),
            .digest = {},
            .payload = {}},
           effects);
  }
  if (!stream.lacks_room) return;
  stream.lacks_room = false;
  MaybeDeliver(origin, effects);
}

void Engine::FinishCollected(const Record& record, Effects& effects) {
  const NodeId origin = record.instance.origin;
  StreamOf(origin).promised = record.instance.seq.value();
  TellCollected(origin, others_, effects);
  if (origin == config_.self) FindOwnRoom();
  MaybeCollect(origin, effects);
}

void Engine::TellCollected(NodeId origin, NodeSet to, Effects& effects) const {
  const uint64_t position = StreamOf(origin).promised;
  if (to.empty() || position == 0 || Mutated(Mutant::kCollectedUntold)) return;
  effects.send.push_back({to,
                          {.kind = MessageKind::kCollected,
                           .instance = IdOf(origin, Seq(position))}});
}

void Engine::HandleCollected(NodeId from, const InstanceId& id,
                             Effects& effects) {
  if (!peers_[from.value()].HearCollected(id.origin, id.seq.value())) return;
  std::vector<uint64_t> told;
  for (const NodeId peer : others_) {
    told.push_back(peers_[peer.value()].collected(id.origin));
  }
  const int proof =
      Mutated(Mutant::kCollectsOnWordOfF) ? quorums_.f : quorums_.f + 1;
  StreamOf(id.origin).vouched = Largest(std::move(told), proof);
  if (id.origin == config_.self) FindOwnRoom();
  MaybeCollect(id.origin, effects);
}

void Engine::FindOwnRoom() {
  std::vector<uint64_t> told = {StreamOf(config_.self).promised};
  for (const NodeId peer : others_) {
    told.push_back(peers_[peer.value()].collected(config_.self));
  }
  own_collected_ = Largest(std::move(told), 2 * quorums_.f + 1);
}

uint64_t Engine::OwnKept() const {
  const Stream& stream = StreamOf(config_.self);
  if (Mutated(Mutant::kOthersRoomIgnored)) return stream.kept();
  const uint64_t low = stream.collected() + stream.kept();
  return low > own_collected_ ? low - own_collected_ : 0;
}

uint64_t Engine::OwnUnderWay() const {
  const Stream& stream = StreamOf(config_.self);
  const uint64_t instances =
      next_own_ > stream.low() ? next_own_ - stream.low() : 0;
  return stream.open_bytes() + instances * kRetainedInstanceBytes;
}

void Engine::WaitForRoom(Stream& stream) {
  stream.lacks_room = true;
  ArmResends();  // The timer asks what the others have collected.
}

bool Engine::LacksRoom() const {
  if (OwnKept() >= retention_.share) return true;
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const Stream& stream) { return stream.lacks_room; });
}

}  // namespace distdb::bracha
