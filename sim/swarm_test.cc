// The drawn worlds, taken together: every fault strikes often enough to find
// something, and none so hard that nothing happens at all.
//
// The number of seeds is 1,000; SWARM_SEEDS in the environment changes it:
//   ./bazelw test --config=opt //sim:swarm_test --test_env=SWARM_SEEDS=10000

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/replica.h"
#include "core/snapshot.h"
#include "core/store/batch.h"
#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

// From which correct origins the correct nodes have delivered something that
// was proposed before the healing, while the faults lasted.
class Origins : public Observer {
 public:
  explicit Origins(NodeSet correct) : correct_(correct) {}

  void OnStep(Time, NodeId node, const Event&,
              const Effects& effects) override {
    if (!correct_.Contains(node)) return;
    for (const Record& record : effects.persist) {
      const InstanceId& id = record.instance;
      if (!healed_ && id.origin == node) hostile_.insert(id);
    }
    for (const Delivery& delivery : effects.delivered) {
      if (!hostile_.contains(delivery.instance)) continue;
      delivered_.Insert(delivery.instance.origin);
      if (!healed_) before_healing_.Insert(delivery.instance.origin);
    }
  }
  void OnHeal(Time) override { healed_ = true; }

  bool HasAll() const { return (delivered_ & correct_) == correct_; }
  bool HasAnyBeforeHealing() const {
    return !(before_healing_ & correct_).empty();
  }

 private:
  NodeSet correct_;
  std::set<InstanceId> hostile_;
  NodeSet delivered_;
  NodeSet before_healing_;
  bool healed_ = false;
};

// Whether a node did not echo a SEND for which it could only have lacked room.
class WithheldEchoes : public Observer {
 public:
  explicit WithheldEchoes(const Plan& plan) : plan_(plan) {
    nodes_.resize(static_cast<size_t>(plan.nodes()));
  }

  void OnBegin(const Replicas& replicas) override { replicas_ = &replicas; }
  void OnStart(Time, NodeId node, absl::Span<const Record> records) override {
    Node& state = nodes_[node.value()];
    state = Node();
    for (const Record& record : records) {
      state.Note(record);
      if (record.kind != RecordKind::kSnapshotBegin) continue;
      const auto header = DecodeSnapshotHeader(record, plan_.nodes());
      ASSERT_TRUE(header.ok()) << header.status();
      for (const NodeId origin : NodeSet::FirstN(plan_.nodes())) {
        state.decided[origin] = header->positions[origin.value()].low - 1;
      }
    }
    state.delivered = state.decided;
  }
  void OnStep(Time, NodeId node, const Event& event,
              const Effects& effects) override {
    Node& state = nodes_[node.value()];
    const auto* receive = std::get_if<Receive>(&event);
    const InstanceId id =
        receive == nullptr ? InstanceId() : receive->message.instance;
    // What is below `low`, or has been echoed or decided, is not echoed.
    const bool is_news = !state.known.contains(id);
    for (const Record& record : effects.persist) state.Note(record);
    for (const Delivery& delivery : effects.delivered) {
      state.delivered[delivery.instance.origin] = delivery.instance.seq;
    }
    if (std::holds_alternative<PersistFailed>(event)) state.full = true;
    if (!effects.persist.empty()) state.full = false;
    if (state.full) return;  // The record of an ECHO comes later.
    // A snapshot that is to free a full disk comes first.
    const bool is_making_room = replicas_->replica(node)->IsMakingRoom();
    if (std::exchange(state.making_room, is_making_room) || is_making_room) {
      return;
    }
    if (receive == nullptr || receive->message.kind != MessageKind::kSend ||
        receive->from != id.origin || !is_news || state.known.contains(id)) {
      return;
    }
    const Payload& payload = receive->message.payload;
    const Seq end = state.delivered[id.origin] + plan_.config.window;
    withheld_ |= id.epoch == plan_.config.epoch &&
                 id.seq > state.decided[id.origin] + 1 && id.seq <= end &&
                 payload.size() <= plan_.config.payload_bytes_max &&
                 IsWellFormedBatch(payload.bytes());
  }

  bool withheld() const { return withheld_; }

 private:
  struct Node {
    std::set<InstanceId> known;  // Echoed or decided.
    // Up to here; of the decided the record is on its way.
    std::map<NodeId, Seq> decided;
    std::map<NodeId, Seq> delivered;
    bool full = false;  // The disk.
    bool making_room = false;

    void Note(const Record& record) {
      if (record.kind == RecordKind::kDelivered) {
        decided[record.instance.origin] = record.instance.seq;
      } else if (record.kind != RecordKind::kEcho &&
                 record.kind != RecordKind::kSnapshotEcho) {
        return;
      }
      known.insert(record.instance);
    }
  };

  const Plan& plan_;
  const Replicas* replicas_ = nullptr;
  std::vector<Node> nodes_;
  bool withheld_ = false;
};

uint64_t SeedsWanted() {
  const char* wanted = std::getenv("SWARM_SEEDS");
  return wanted == nullptr ? 1000 : std::stoull(wanted);
}

TEST(SwarmTest, EveryFaultStrikesInATwentiethOfTheSeedsAndMostDeliver) {
  InstallThrowingCheckHandler();
  const uint64_t seeds = SeedsWanted();
  std::array<uint64_t, kFaultNames> struck{};
  uint64_t deliver_all = 0;
  uint64_t deliver_early = 0;
  uint64_t excused = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Origins origins(PlanOfSeed(seed, Shape()).Correct());
    Observer* const observers[] = {&origins};
    const RunResult result = RunSeed(seed, Shape(), observers);
    EXPECT_FALSE(result.violation.has_value()) << "seed " << seed;
    for (size_t i = 0; i < kFaultNames; ++i) {
      struck[i] += result.faults[static_cast<FaultName>(i)] > 0 ? 1 : 0;
    }
    excused += result.excused > 0 ? 1 : 0;
    deliver_all += origins.HasAll() ? 1 : 0;
    deliver_early += origins.HasAnyBeforeHealing() ? 1 : 0;
  }
  for (size_t i = 0; i < kFaultNames; ++i) {
    EXPECT_GE(struck[i] * 20, seeds)
        << FaultNameText(static_cast<FaultName>(i));
  }
  EXPECT_GE(deliver_all * 10, seeds * 9);
  // While the faults last, half of the seeds deliver from a correct origin.
  EXPECT_GE(deliver_early * 5, seeds * 2);
  EXPECT_LT(excused * 20, seeds);
  RecordProperty("excused", std::to_string(excused));
  RecordProperty("deliver_all", std::to_string(deliver_all));
  RecordProperty("deliver_early", std::to_string(deliver_early));
}

// Without the rare-event points, of which one does the same.
TEST(SwarmTest, BudgetsGateEchoesInATwentiethOfTheSeeds) {
  InstallThrowingCheckHandler();
  Shape shape;
  shape.mode = Mode::kBracha;
  shape.rare_events = false;
  const uint64_t seeds = SeedsWanted() / 8;
  uint64_t gated = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Plan plan = PlanOfSeed(seed, shape);
    WithheldEchoes echoes(plan);
    Observer* const observers[] = {&echoes};
    RunSeed(seed, shape, observers);
    gated += echoes.withheld() ? 1 : 0;
    if (plan.config.window_bytes_max >= 16 * 1024 * 1024 &&
        plan.config.retained_bytes_max >= 1024 * 1024 * 1024) {
      // Nothing else withholds an ECHO, or this would not show what it should.
      EXPECT_FALSE(echoes.withheld()) << "seed " << seed;
    }
  }
  EXPECT_GE(gated * 20, seeds);
  RecordProperty("gated", std::to_string(gated));
}

}  // namespace
}  // namespace distdb::sim
