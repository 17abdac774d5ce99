#include "sim/adversary/scheduler.h"

#include <iterator>

#include "core/check.h"

namespace distdb::sim {
namespace {

constexpr Option kWays[] = {{0, "halves"},
                            {1, "victim last"},
                            {2, "ready first"},
                            {3, "newest first"},
                            {4, "last vote"}};

// By hardness: the longest that a message is under way.
constexpr Duration kBounds[] = {0, 2 * kMillisecond, 8 * kMillisecond,
                                25 * kMillisecond};
constexpr Duration kFast = 50 * kMicrosecond;

bool IsVote(MessageKind kind) {
  return kind == MessageKind::kEcho || kind == MessageKind::kReady ||
         kind == MessageKind::kDelivered;
}

}  // namespace

Scheduler::Scheduler(Stage* stage) : stage_(*stage) {
  const Plan& plan = stage_.plan();
  bound_ = kBounds[stage_.Hardness(AdversaryName::kScheduler)];
  way_ = static_cast<Way>(
      stage_.ChooseNamed({.decision = Decision::kSchedulerWay}, kWays));
  for (const NodeId node : NodeSet::FirstN(plan.nodes())) {
    const About about{.decision = Decision::kSchedulerHalf, .from = node};
    if (stage_.Choose(about, 2) == 1) half_.Insert(node);
  }
  victim_ = stage_.ChooseNode({.decision = Decision::kSchedulerVictim},
                              plan.Honest());
  const auto quorums = ComputeQuorums(plan.nodes(), plan.config.quorum_policy);
  DISTDB_CHECK(quorums.ok(), "a plan has a cluster of a possible size");
  quorums_ = *quorums;
}

Duration Scheduler::PickDelay(Time now, const About& message) {
  const Duration delay = Delay(now, message);
  if (delay > kFast) stage_.Count(FaultName::kScheduler);
  return delay;
}

Duration Scheduler::Delay(Time now, const About& message) {
  switch (way_) {
    case Way::kHalves: {
      const bool is_second = message.digest_class > 0;
      return half_.Contains(message.to) == is_second ? kFast : bound_;
    }
    case Way::kVictimLast:
      return message.to == victim_ ? bound_ : kFast;
    case Way::kReadyFirst: {
      const bool is_first = message.message == MessageKind::kReady ||
                            message.message == MessageKind::kDelivered;
      return is_first ? kFast : bound_;
    }
    case Way::kNewestFirst: {
      // Mirrored at the end of its stretch.
      const Duration stretch = bound_ / 2;
      return 2 * (stretch - now.value() % stretch);
    }
    case Way::kLastVote:
      return CompletesQuorum(message) ? bound_ : kFast;
  }
  return kFast;
}

bool Scheduler::CompletesQuorum(const About& message) {
  if (!IsVote(message.message)) return false;
  About phase = message;
  phase.from = kNobody;
  phase.occurrence = 0;
  // Its receiver's own vote counts, too.
  const auto votes = static_cast<int>(votes_.Count(FingerprintOf(phase))) + 2;
  if (message.message == MessageKind::kEcho) return votes == quorums_.echo;
  return votes == quorums_.ready || votes == quorums_.deliver;
}

}  // namespace distdb::sim
