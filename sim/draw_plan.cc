#include "sim/draw_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/quorum.h"
#include "sim/draw_faults.h"

namespace distdb::sim {
namespace {

// Draws a plan from the seed's answers, one part per function.
class PlanDrawer : private Drawer {
 public:
  PlanDrawer(Chooser& from, const Shape& shape)
      : Drawer{.chooser = from}, shape_(shape) {}

  Plan Draw() {
    DrawCluster();
    DrawWhoFails();
    DrawTimes();
    DrawNetwork(*this);
    DrawDisk(*this);
    DrawCrashes(*this);
    DrawPartitions(*this);
    DrawFullDisks(*this);
    DrawClocks(*this);
    DrawClockJumps(*this);
    DrawFalseClocks(*this);
    DrawJoins(*this);
    DrawPauses(*this);
    DrawOperations();
    DrawLies();
    DrawAdversaries(*this);
    if (shape_.rare_events) DrawRareEvents();
    return std::move(plan);
  }

 private:
  void DrawCluster() {
    Config& config = plan.config;
    // Small clusters hold most of what there is to find, and cost a thirtieth
    // of the large ones.
    static constexpr int kSmall[] = {4, 4, 4, 5, 6, 7, 7, 5,
                                     6, 4, 4, 4, 5, 6, 7, 7};
    static constexpr uint64_t kSmallOnes = 64;
    static constexpr uint64_t kLargeOnes = 6;
    const uint64_t size = Choose(Decision::kNodes, kSmallOnes + kLargeOnes);
    config.nodes = size < kSmallOnes ? kSmall[size % std::size(kSmall)]
                                     : static_cast<int>(8 + size - kSmallOnes);
    if (shape_.nodes.has_value()) config.nodes = *shape_.nodes;
    config.mode =
        Choose(Decision::kMode, 8) == 7 ? Mode::kBroadcast : Mode::kBracha;
    if (shape_.mode.has_value()) config.mode = *shape_.mode;
    config.quorum_policy = shape_.quorum_policy;
    plan.also_claimed = shape_.claims;
    config.window =
        static_cast<uint32_t>(OneOf(Decision::kWindow, {64, 8, 4, 2, 1}));
    // Next to no bytes: what comes before `low` is delivered is not echoed. One
    // payload and little more: a few writes of a correct origin are in flight,
    // and a large payload of a liar takes what is left.
    const auto payload = static_cast<int64_t>(config.payload_bytes_max);
    config.window_bytes_max = static_cast<size_t>(
        OneOf(Decision::kWindowBytes,
              {16 * 1024 * 1024, 16 * 1024 * 1024, 16 * 1024 * 1024,
               16 * 1024 * 1024, payload + 120, 200, 100, 1}));
    config.retained_memory_bytes_max = static_cast<size_t>(
        OneOf(Decision::kRetainedMemory, {64 * 1024 * 1024, 400, 0, 0}));
    // Each origin's share: some ten writes, two of them, one at a time.
    const auto share = static_cast<size_t>(
        OneOf(Decision::kRetainedBytes,
              {256 * 1024 * 1024, 256 * 1024 * 1024, 256 * 1024 * 1024,
               256 * 1024 * 1024, 256 * 1024 * 1024, 4'000, 800, 1}));
    if (config.mode == Mode::kBracha) {
      config.retained_bytes_max = static_cast<size_t>(config.nodes) * share;
    }
    config.snapshot_log_bytes = static_cast<size_t>(
        OneOf(Decision::kSnapshotBytes, {1'000, 100, 300, 64 * 1024 * 1024}));
    // Shorter than a real node's, so that a run has fewer idle rounds.
    config.resend_interval = 20 * kMillisecond;
    config.resend_interval_max = 500 * kMillisecond;
    config.watermark_interval = 5 * kMillisecond;
    plan.wire = Choose(Decision::kWire, 4) == 3 || shape_.wire;
  }

  // Liars, nodes that stay down, nodes whose disk forgets, clocks beyond every
  // bound and nodes that the healing leaves out share one budget.
  void DrawWhoFails() {
    const int budget = FaultBudget(plan.nodes());
    const auto choices = static_cast<uint64_t>(budget + 1);
    auto liars = static_cast<int>(Choose(Decision::kLiarCount, choices));
    if (plan.config.mode == Mode::kBroadcast) liars = 0;
    liars = LiarsOf(shape_, plan.nodes()).value_or(liars);
    int rest = std::max(budget - liars, 0);
    const auto amnesiacs = static_cast<int>(
        Choose(Decision::kAmnesiacCount, static_cast<uint64_t>(rest + 1)));
    const bool may_forget = plan.config.mode != Mode::kBroadcast;
    if (may_forget) rest -= amnesiacs;
    const uint64_t dead =
        Choose(Decision::kDeadCount, static_cast<uint64_t>(rest + 1));
    plan.liars = Pick(Decision::kWhoLies, All(), static_cast<uint64_t>(liars));
    if (may_forget) {
      plan.amnesiacs = Pick(Decision::kWhoForgets, plan.Honest(),
                            static_cast<uint64_t>(amnesiacs));
    }
    plan.dead = Pick(Decision::kWhoDies, plan.Honest(), dead);
    rest -= static_cast<int>(dead);
    // None twice as often as one.
    const uint64_t more = static_cast<uint64_t>(rest);
    const uint64_t answer = Choose(Decision::kFalseClockCount, 2 * more + 1);
    const uint64_t false_clocks = answer > more ? answer - more : 0;
    plan.false_clocks =
        Pick(Decision::kWhoseClockIsFalse, plan.Correct(), false_clocks);
    rest -= static_cast<int>(false_clocks);
    DrawLeftOut(
        Choose(Decision::kLeftOutCount, static_cast<uint64_t>(rest + 1)));
    plan.liars_improvise = true;
  }

  // The core that the healing heals is what remains of the correct nodes.
  void DrawLeftOut(uint64_t count) {
    static constexpr LeftOut::How kHows[] = {
        LeftOut::How::kDown, LeftOut::How::kCutOff, LeftOut::How::kMute,
        LeftOut::How::kDeaf};
    for (const NodeId node :
         Pick(Decision::kWhoIsLeftOut,
              NodeSet(plan.Correct().bits() & ~plan.false_clocks.bits()),
              count)) {
      const uint64_t how =
          ChooseFor(Decision::kHowLeftOut, node, std::size(kHows));
      plan.left_out.push_back({.node = node, .how = kHows[how]});
    }
  }

  void DrawTimes() {
    active =
        OneOf(Decision::kActiveTime, {80 * kMillisecond, 40 * kMillisecond,
                                      200 * kMillisecond, 600 * kMillisecond});
    plan.heal_at = Time(active);
    plan.settle_time = 60 * kSecond;
    // A run that breaks liveness resends until then, with n^2 messages a time.
    const auto n = static_cast<uint64_t>(plan.nodes());
    plan.events_max = 1'000'000 + 5'000 * n * n;
    plan.linger =
        plan.liars.empty() && plan.amnesiacs.empty() ? 0 : 1500 * kMillisecond;
  }

  void DrawOperations() {
    // Every replica is asked for a write, and some for more.
    const uint64_t count =
        plan.Replicas().size() + Choose(Decision::kOperationCount, 14);
    keys_ = 1 + Choose(Decision::kKeyCount, 5);
    std::vector<NodeId> replicas;
    for (const NodeId node : plan.Replicas()) replicas.push_back(node);
    if (replicas.empty()) return;
    plan.ask_again_after = 3 * kMillisecond;
    NodeId node = replicas[0];
    Duration at = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const bool is_first = i < replicas.size();
      // Some come in one burst with the one before.
      if (is_first || Choose(Decision::kOperationBurst, 3, i) != 2) {
        const Duration end = is_first ? active / 2 : active;
        at = TimeBelow(Decision::kOperationTime, i, end);
        node = is_first ? replicas[i]
                        : replicas[Choose(Decision::kOperationNode,
                                          replicas.size(), i)];
      }
      Act(at, DrawOperation(node, i));
    }
  }

  Ask DrawOperation(NodeId node, uint64_t i) {
    Ask ask{.node = node, .request = RequestId(i + 1), .command = {}};
    const uint64_t kinds = i < static_cast<uint64_t>(plan.Replicas().size())
                               ? 8  // All of them writes.
                               : 10;
    const uint64_t kind = Choose(Decision::kOperationKind, kinds, i);
    if (kind >= 8) {
      // Reads, mostly of what an earlier request wrote.
      ask.reads_write_of = RequestId(Choose(Decision::kReadToken, i + 1, i));
      if (kind == 8) {
        ask.command = Get{.key = Key(i, 0), .at_least = {}};
      } else {
        ask.command = List{.prefix = "k", .start = "", .at_least = {}};
      }
      return ask;
    }
    Write write;
    const uint64_t size = 1 + Choose(Decision::kOperationSize, 3, i);
    for (uint64_t m = 0; m < size; ++m) {
      const bool deletes = kind >= 6;
      write.mutations.push_back(
          {.kind = deletes ? MutationKind::kDelete : MutationKind::kPut,
           .key = Key(i, m),
           .value = deletes ? "" : absl::StrCat("v", i, "-", m)});
    }
    ask.command = std::move(write);
    return ask;
  }

  std::string Key(uint64_t operation, uint64_t mutation) {
    return absl::StrCat(
        "k", Choose(Decision::kOperationKey, keys_, operation * 16 + mutation));
  }

  void DrawLies() {
    for (const NodeId liar : plan.liars) {
      const uint64_t count = 1 + ChooseFor(Decision::kLiarOperations, liar, 5);
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t at = ChooseFor(Decision::kLiarOperationTime, liar,
                                      static_cast<uint64_t>(active), i);
        Act(static_cast<Duration>(at), Equivocate{liar});
      }
    }
  }

  // Each point is off in half of the seeds.
  void DrawRareEvents() {
    static constexpr uint32_t kPerMille[] = {0, 0, 0, 0, 30, 150, 500, 800};
    for (uint64_t point = 0; point < kRareEvents; ++point) {
      plan.rare_per_mille[point] = kPerMille[Choose(
          Decision::kRareEventHardness, std::size(kPerMille), point)];
    }
  }

  const Shape& shape_;
  uint64_t keys_ = 1;
};

}  // namespace

NodeSet Drawer::Pick(Decision decision, NodeSet from, uint64_t count) {
  NodeSet picked;
  for (uint64_t i = 0; i < count && !from.empty(); ++i) {
    uint64_t turn = Choose(decision, static_cast<uint64_t>(from.size()), i);
    for (const NodeId node : from) {
      if (turn-- != 0) continue;
      picked.Insert(node);
      from.Erase(node);
      break;
    }
  }
  return picked;
}

Plan DrawPlan(Chooser& chooser, const Shape& shape) {
  return PlanDrawer(chooser, shape).Draw();
}

}  // namespace distdb::sim
