#include "sim/adversary/replay.h"

namespace distdb::sim {
namespace {

// By hardness: after how many of 1000 messages heard it replays one.
constexpr uint64_t kPerMille[] = {0, 30, 100, 300};
constexpr uint64_t kDelayMilliseconds = 3000;

}  // namespace

void Replay::HandleMessage(NodeId liar, NodeId from, const Message& message) {
  if (replays_ >= kReplaysMax) return;
  About about = stage_.AboutHeard(Decision::kReplay, liar, from, message);
  const uint64_t hardness = stage_.Hardness(AdversaryName::kReplay);
  if (!stage_.Chance(about, kPerMille[hardness])) return;
  about.decision = Decision::kReplayAge;
  const bool is_recent = stage_.Choose(about, 3) == 2;
  const std::vector<Message>& history =
      is_recent && !stage_.recent().empty() ? stage_.recent() : stage_.old();
  if (history.empty()) return;
  about.decision = Decision::kReplayWhich;
  const Message again = history[stage_.Choose(about, history.size())];
  about.decision = Decision::kReplayTo;
  const NodeId to = stage_.ChooseNode(about, stage_.victims());
  about.decision = Decision::kReplayDelay;
  const uint64_t delay = stage_.Choose(about, kDelayMilliseconds);
  ++replays_;
  stage_.Count(FaultName::kReplayedLie);
  stage_.SayAfter(static_cast<Duration>(delay) * kMillisecond, liar, to, again);
}

}  // namespace distdb::sim
