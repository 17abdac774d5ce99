#include "sim/describe_plan.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/quorum.h"
#include "sim/checkers/describe.h"
#include "sim/shape.h"

namespace distdb::sim {
namespace {

struct ActionCounts {
  int requests = 0;
  int crashes = 0;
  int lies = 0;
  int partitions = 0;
  int holding = 0;
  int passing = 0;
  int full_disks = 0;
  int clock_jumps = 0;
  int pauses = 0;
};

ActionCounts CountActions(const Plan& plan) {
  ActionCounts counts;
  for (const Action& action : plan.actions) {
    if (std::holds_alternative<Ask>(action.deed)) ++counts.requests;
    if (std::holds_alternative<Crash>(action.deed)) ++counts.crashes;
    if (std::holds_alternative<Equivocate>(action.deed)) ++counts.lies;
    if (std::holds_alternative<Say>(action.deed)) ++counts.lies;
    const Partition* partition = std::get_if<Partition>(&action.deed);
    if (partition != nullptr && partition->begins) {
      ++counts.partitions;
      counts.holding += partition->under_way == Partition::UnderWay::kHeld;
      counts.passing += partition->under_way == Partition::UnderWay::kPasses;
    }
    const FullDisk* full = std::get_if<FullDisk>(&action.deed);
    if (full != nullptr && full->begins) ++counts.full_disks;
    if (std::holds_alternative<ClockJump>(action.deed)) ++counts.clock_jumps;
    const Pause* pause = std::get_if<Pause>(&action.deed);
    if (pause != nullptr && pause->begins) ++counts.pauses;
  }
  return counts;
}

std::string PerMille(uint32_t per_mille) {
  if (per_mille == 0) return "off";
  return absl::StrFormat("%d.%d%%", per_mille / 10, per_mille % 10);
}

// Who is in the liveness phase, and who is not.
std::string DescribeCore(const Plan& plan) {
  static constexpr const char* kHows[] = {"down", "cut off", "mute", "deaf"};
  std::string text =
      absl::StrCat("liveness phase: core ", Describe(plan.Correct()));
  for (const LeftOut& out : plan.left_out) {
    absl::StrAppend(&text, ", without ", Describe(out.node), " (",
                    kHows[static_cast<size_t>(out.how)], ")");
  }
  const int faulty =
      plan.nodes() - plan.Correct().size() + plan.false_clocks.size();
  if (faulty > FaultBudget(plan.nodes())) {
    absl::StrAppend(&text, "; ", faulty, " faulty nodes are more than f");
  }
  return text + "\n";
}

std::string DescribeNetwork(const Plan& plan, const ActionCounts& counts) {
  const NetworkPlan& network = plan.network;
  const auto [fastest, slowest] =
      std::minmax_element(network.link_delay.begin(), network.link_delay.end());
  std::string text = absl::StrCat(
      "network: link delay ", DescribeTime(*fastest), " to ",
      DescribeTime(*slowest), ", jitter ", DescribeTime(network.jitter),
      network.delay_shape.empty() ? "" : " in three shapes",
      network.in_order ? ", in order" : ", reordering", ", loss ",
      PerMille(network.loss_per_mille), ", duplication ",
      PerMille(network.duplicate_per_mille), ", corruption ",
      PerMille(network.corrupt_per_mille),
      plan.wire ? ", through the wire codec" : "");
  absl::StrAppend(&text, ", partitions ", counts.partitions, " (",
                  counts.holding, " hold what is under way, ", counts.passing,
                  " let it pass)\n");
  if (!network.slow_by.empty()) {
    absl::StrAppend(&text, "slow links: ",
                    network.slow_by.size() -
                        static_cast<size_t>(std::count(
                            network.slow_by.begin(), network.slow_by.end(), 0)),
                    ", by ",
                    DescribeTime(*std::max_element(network.slow_by.begin(),
                                                   network.slow_by.end())),
                    "\n");
  }
  if (!network.byte_time.empty()) {
    const auto [thick, thin] =
        std::minmax_element(network.byte_time.begin(), network.byte_time.end());
    absl::StrAppend(&text, "bandwidth: a byte takes ", DescribeTime(*thick),
                    " to ", DescribeTime(*thin), ", at most ",
                    DescribeTime(network.backlog_max), " of them wait\n");
  }
  return text;
}

std::string DescribeDisk(const Plan& plan, const ActionCounts& counts) {
  const DiskPlan& disk = plan.disk;
  return absl::StrCat("disk: ",
                      disk.damages_tail ? "bytes that power cuts damage, "
                      : disk.bytes      ? "bytes, "
                                        : "",
                      "writes within ", DescribeTime(disk.write_wait),
                      ", fsync begins within ", DescribeTime(disk.fsync_wait),
                      ", takes ", DescribeTime(disk.fsync_time), " to ",
                      DescribeTime(disk.fsync_time + disk.fsync_jitter),
                      ", full ", counts.full_disks, " times, fails an fsync ",
                      PerMille(disk.fsync_fails_per_mille), ", a read ",
                      PerMille(disk.read_fails_per_mille), "\n");
}

std::string DescribeCrashes(const Plan& plan, const ActionCounts& counts) {
  const CrashPlan& crash = plan.crash;
  return absl::StrCat("crashes: ", counts.crashes,
                      " at drawn times; while sending ",
                      PerMille(crash.while_sending_per_mille), ", at fsync ",
                      PerMille(crash.at_fsync_per_mille), ", at write ",
                      PerMille(crash.at_write_per_mille), ", at most ",
                      crash.count_max, " of these; of the process only ",
                      PerMille(crash.process_per_mille), "\n");
}

std::string DescribeClocks(const Plan& plan, const ActionCounts& counts) {
  std::string text =
      absl::StrCat("clocks, with ", counts.clock_jumps, " jumps:");
  for (size_t i = 0; i < plan.wall_offset.size(); ++i) {
    absl::StrAppend(&text, " p", i, " ", DescribeTime(plan.wall_offset[i]), " ",
                    plan.drift_ppm[i], " ppm");
  }
  return text + "\n";
}

std::string DescribePauses(const Plan& plan, const ActionCounts& counts) {
  std::string text = absl::StrCat("pauses: ", counts.pauses, "; steps take:");
  for (size_t i = 0; i < plan.step_time.size(); ++i) {
    absl::StrAppend(&text, " p", i, " ", DescribeTime(plan.step_time[i]));
  }
  return text + "\n";
}

std::string DescribeRareEvents(const Plan& plan) {
  std::string text;
  for (size_t i = 0; i < kRareEvents; ++i) {
    if (plan.rare_per_mille[i] == 0) continue;
    absl::StrAppend(&text, " ", kRareEventNames[i], " ",
                    PerMille(plan.rare_per_mille[i]));
  }
  return absl::StrCat("rare events:", text.empty() ? " none" : text, "\n");
}

std::string DescribeAdversaries(const Plan& plan) {
  static constexpr const char* kHardness[] = {"", "a little", "hard",
                                              "hardest"};
  std::string text;
  if (plan.liars.empty() || !plan.liars_improvise) return text;
  for (size_t i = 0; i < kAdversaries; ++i) {
    const auto name = static_cast<AdversaryName>(i);
    if (!plan.adversaries.Has(name)) continue;
    absl::StrAppend(&text, text.empty() ? "adversaries: " : ", ",
                    AdversaryText(name), " (",
                    kHardness[plan.adversaries[name]], ")");
  }
  if (const auto twin = plan.Twin()) {
    absl::StrAppend(&text, "; ", Describe(*twin), " is two");
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string DescribeTime(Duration time) {
  static constexpr std::pair<Duration, const char*> kUnits[] = {
      {kSecond, "s"}, {kMillisecond, "ms"}, {kMicrosecond, "us"}};
  for (const auto& [length, name] : kUnits) {
    if (time < length && time > -length) continue;
    std::string text =
        absl::StrFormat("%d.%03d", time / length,
                        (time < 0 ? -time : time) % length / (length / 1000));
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text + name;
  }
  return absl::StrCat(time, "ns");
}

std::string DescribePlan(const Plan& plan) {
  const Config& config = plan.config;
  const ActionCounts counts = CountActions(plan);
  return absl::StrCat(
      "cluster: ", ModeName(config.mode), ", ", plan.nodes(),
      " nodes, f = ", FaultBudget(plan.nodes()), ", quorums ",
      QuorumPolicyName(config.quorum_policy), ", window ", config.window,
      " of ", config.window_bytes_max, " bytes", ", kept ",
      config.retained_bytes_max, " bytes, in memory ",
      config.retained_memory_bytes_max, " bytes, a snapshot after ",
      config.snapshot_log_bytes, " bytes of log\n",
      "liars: ", Describe(plan.liars), ", dead: ", Describe(plan.dead),
      ", amnesiacs: ", Describe(plan.amnesiacs),
      ", false clocks: ", Describe(plan.false_clocks),
      "; join later: ", Describe(plan.joiners), "\n", DescribeAdversaries(plan),
      DescribeCore(plan), "clients: ", counts.requests,
      " requests; liars: ", counts.lies, " instances; faults end at ",
      DescribeTime(plan.heal_at.value()), "\n", DescribeNetwork(plan, counts),
      DescribeDisk(plan, counts), DescribeCrashes(plan, counts),
      DescribeClocks(plan, counts), DescribePauses(plan, counts),
      DescribeRareEvents(plan));
}

}  // namespace distdb::sim
