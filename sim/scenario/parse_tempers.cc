// What a scenario's network, disks and nodes are like in the whole of its run.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/reader.h"

namespace distdb::sim {
namespace {

void ReadNetwork(const Place& place, const scenario::Network& text,
                 Reader& reader) {
  Plan& plan = reader.plan();
  const size_t n = static_cast<size_t>(plan.nodes());
  const Duration delay = reader.Length(place, "delay");
  std::fill(plan.network.link_delay.begin(), plan.network.link_delay.end(),
            delay);
  for (int i = 0; reader.ok() && i < text.link_size(); ++i) {
    const Place link = place.Child("link", i);
    const NodeId from = reader.Node(link, "from");
    const NodeId to = reader.Node(link, "to");
    if (!link.Has("slow_by") && !link.Has("byte_time")) {
      reader.Require(link, "delay", "say how long, like \"5ms\"");
    }
    const size_t index = from.value() * n + to.value();
    const auto set = [&](const char* field, std::vector<Duration>& times) {
      if (!link.Has(field) || !reader.ok()) return;
      times.resize(n * n);
      times[index] = reader.Length(link, field);
    };
    set("delay", plan.network.link_delay);
    set("slow_by", plan.network.slow_by);
    set("byte_time", plan.network.byte_time);
  }
  plan.network.backlog_max = reader.Length(place, "backlog_max");
}

void ReadClocks(const Place& place, const scenario::Scenario& text,
                Reader& reader) {
  for (int i = 0; reader.ok() && i < text.clock_size(); ++i) {
    const Place clock = place.Child("clock", i);
    const NodeId node = reader.Honest(clock, "node");
    const scenario::Clock& from = text.clock(i);
    const bool is_both = from.has_ahead() && from.has_behind();
    const bool is_none =
        !from.has_ahead() && !from.has_behind() && !from.has_drift_ppm();
    if (reader.ok() && (is_both || is_none)) {
      reader.Fail(clock.Error("node",
                              "say how far the clock is `ahead` or `behind`, "
                              "or its `drift_ppm`"));
    }
    if (reader.ok() &&
        (from.drift_ppm() > kDriftMax || from.drift_ppm() < -kDriftMax)) {
      reader.Fail(clock.Error(
          "drift_ppm", absl::StrCat("at most ", kDriftMax, " either way")));
    }
    if (!reader.ok()) return;
    Duration& offset = reader.plan().wall_offset[node.value()];
    if (from.has_ahead()) offset = reader.Length(clock, "ahead");
    if (from.has_behind()) offset = -reader.Length(clock, "behind");
    reader.plan().drift_ppm[node.value()] = from.drift_ppm();
  }
}

void ReadLoops(const Place& place, const scenario::Scenario& text,
               Reader& reader) {
  for (int i = 0; reader.ok() && i < text.loop_size(); ++i) {
    const Place loop = place.Child("loop", i);
    const NodeId node = reader.Honest(loop, "node");
    const Duration turn = reader.Length(loop, "turn_time");
    const Duration step = reader.Length(loop, "step_time");
    if (!reader.ok()) return;
    reader.plan().turn_time[node.value()] = turn;
    reader.plan().step_time[node.value()] = step;
  }
}

void ReadLeftOut(const Place& place, const scenario::Scenario& text,
                 Reader& reader) {
  for (int i = 0; reader.ok() && i < text.left_out_size(); ++i) {
    const Place here = place.Child("left_out", i);
    const NodeId node = reader.Honest(here, "node");
    if (reader.ok() && !reader.plan().Correct().Contains(node)) {
      reader.Fail(here.Error(
          "node", absl::StrCat(Describe(node), " is left out already")));
    }
    if (!reader.ok()) return;
    reader.plan().left_out.push_back(
        {node, LeftOut::How{static_cast<uint8_t>(text.left_out(i).how())}});
  }
}

}  // namespace

void ReadTempers(const Place& place, const scenario::Scenario& text,
                 Reader& reader) {
  if (!reader.ok()) return;
  Plan& plan = reader.plan();
  ReadNetwork(place.Child("network"), text.network(), reader);
  plan.disk.fsync_time = reader.Length(place.Child("disk"), "fsync_time");
  plan.disk.discards = !text.disk().keeps_all();
  plan.false_clocks = reader.Nodes(place, "false_clocks", "", NodeSet());
  if (reader.ok() && !(plan.false_clocks & plan.liars).empty()) {
    reader.Fail(place.Error("false_clocks", 0, "a liar has no clock"));
  }
  ReadClocks(place, text, reader);
  ReadLoops(place, text, reader);
  ReadLeftOut(place, text, reader);
}

}  // namespace distdb::sim
