#include "sim/scenario/write.h"

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/config.h"
#include "core/store/batch.h"
#include "sim/adversary/names.h"
#include "sim/scenario/words.h"
#include "sim/scenario/writer.h"

namespace distdb::sim {
namespace {

// What a Plan of a file has where the file says nothing.
constexpr Duration kHealAt = kSecond;
constexpr Duration kSettleTime = 10 * kSecond;
constexpr Duration kLinger = 300 * kMillisecond;
constexpr uint64_t kEventsMax = 2'000'000;
constexpr Duration kLinkDelay = kMillisecond;

Fields LimitsOf(const Config& config) {
  const Config calm;
  Fields limits;
  const auto number = [&](const char* name, size_t is, size_t was) {
    if (is != was) limits.Number(name, is);
  };
  number("window_bytes", config.window_bytes_max, calm.window_bytes_max);
  number("payload_bytes", config.payload_bytes_max, calm.payload_bytes_max);
  number("waiting_bytes", config.waiting_bytes_max, calm.waiting_bytes_max);
  number("retained_bytes", config.retained_bytes_max, calm.retained_bytes_max);
  number("retained_memory_bytes", config.retained_memory_bytes_max,
         calm.retained_memory_bytes_max);
  number("snapshot_log_bytes", config.snapshot_log_bytes,
         calm.snapshot_log_bytes);
  const auto time = [&](const char* name, Duration is, Duration was) {
    if (is != was) limits.Time(name, is);
  };
  time("resend_interval", config.resend_interval, calm.resend_interval);
  time("resend_interval_max", config.resend_interval_max,
       calm.resend_interval_max);
  time("watermark_interval", config.watermark_interval,
       calm.watermark_interval);
  time("request_timeout", config.request_timeout, calm.request_timeout);
  return limits;
}

Fields NetworkOf(const Plan& plan) {
  const NetworkPlan& network = plan.network;
  const auto n = static_cast<size_t>(plan.nodes());
  // The delay of most links, which is that of the first one that has another
  // end.
  const Duration common = n > 1 ? network.link_delay[1] : kLinkDelay;
  Fields text;
  if (common != kLinkDelay) text.Time("delay", common);
  const auto of = [](const std::vector<Duration>& times, size_t i) {
    return times.empty() ? Duration{0} : times[i];
  };
  for (size_t i = 0; i < n * n; ++i) {
    const Duration delay = network.link_delay[i];
    const Duration slow_by = of(network.slow_by, i);
    const Duration byte_time = of(network.byte_time, i);
    // (No message goes from a node to itself.)
    const bool differs = delay != common || slow_by > 0 || byte_time > 0;
    if (i / n == i % n || !differs) continue;
    Fields link;
    link.Node("from", NodeId(static_cast<uint32_t>(i / n)));
    link.Node("to", NodeId(static_cast<uint32_t>(i % n)));
    if (delay != common) link.Time("delay", delay);
    if (slow_by > 0) link.Time("slow_by", slow_by);
    if (byte_time > 0) link.Time("byte_time", byte_time);
    text.Message("link", link);
  }
  if (network.backlog_max != NetworkPlan().backlog_max) {
    text.Time("backlog_max", network.backlog_max);
  }
  return text;
}

void AddClocks(const Plan& plan, Fields& fields) {
  for (const NodeId node : NodeSet::FirstN(plan.nodes())) {
    const size_t i = node.value();
    Fields clock;
    clock.Node("node", node);
    if (plan.wall_offset[i] > 0) clock.Time("ahead", plan.wall_offset[i]);
    if (plan.wall_offset[i] < 0) clock.Time("behind", -plan.wall_offset[i]);
    if (plan.drift_ppm[i] != 0) {
      clock.Symbol("drift_ppm", absl::StrCat(plan.drift_ppm[i]));
    }
    if (plan.wall_offset[i] != 0 || plan.drift_ppm[i] != 0) {
      fields.Message("clock", clock);
    }
    Fields loop;
    loop.Node("node", node);
    if (plan.turn_time[i] > 0) loop.Time("turn_time", plan.turn_time[i]);
    if (plan.step_time[i] > 0) loop.Time("step_time", plan.step_time[i]);
    if (plan.turn_time[i] > 0 || plan.step_time[i] > 0) {
      fields.Message("loop", loop);
    }
  }
}

void AddImprovisation(const Plan& plan, Fields& fields) {
  fields.Flag("liars_improvise", plan.liars_improvise);
  if (!plan.liars_improvise) return;
  bool is_default = true;
  const AdversarySet schemers = AdversarySet::Schemers();
  for (size_t i = 0; i < kAdversaries; ++i) {
    const AdversaryName name{static_cast<uint8_t>(i)};
    is_default = is_default && plan.adversaries.Has(name) == schemers.Has(name);
  }
  for (size_t i = 0; i < kAdversaries && !is_default; ++i) {
    const AdversaryName name{static_cast<uint8_t>(i)};
    if (plan.adversaries.Has(name)) {
      fields.Word("improvise", AdversaryText(name));
    }
  }
}

void AddTimes(const Plan& plan, Fields& fields) {
  const auto time = [&](const char* name, Duration is, Duration was) {
    if (is != was) fields.Time(name, is);
  };
  time("heal_at", plan.heal_at.value(), kHealAt);
  time("settle_time", plan.settle_time, kSettleTime);
  time("linger", plan.linger, kLinger);
  fields.Flag("final_writes", plan.final_writes);
  time("ask_again_after", plan.ask_again_after, 0);
  if (plan.events_max != kEventsMax) {
    fields.Number("events_max", plan.events_max);
  }
  static constexpr absl::string_view kHows[] = {"DOWN", "CUT_OFF", "MUTE",
                                                "DEAF"};
  for (const LeftOut& out : plan.left_out) {
    Fields left_out;
    left_out.Node("node", out.node);
    if (out.how != LeftOut::How::kDown) {
      left_out.Symbol("how", kHows[static_cast<size_t>(out.how)]);
    }
    fields.Message("left_out", left_out);
  }
}

// The batch that the value is, or its bytes.
Fields ValueOf(const std::string& name, const Payload& payload) {
  Fields text;
  text.Word("name", name);
  Fields writes;
  BatchBuilder again;
  const absl::StatusOr<BatchView> batch = DecodeBatch(payload.bytes());
  if (batch.ok()) {
    for (const bool puts : {true, false}) {
      for (const MutationView& mutation : batch->mutations) {
        if ((mutation.kind == MutationKind::kPut) != puts) continue;
        Fields write;
        write.Word("key", mutation.key);
        if (puts) write.Word("value", mutation.value);
        writes.Message(puts ? "put" : "delete", write);
        again.Add({.kind = mutation.kind,
                   .key = std::string(mutation.key),
                   .value = std::string(mutation.value)});
      }
    }
    if (again.Build(batch->timestamp) == payload.bytes()) {
      text.Append(writes);
      if (batch->timestamp != Timestamp(1)) {
        text.Number("timestamp", batch->timestamp.value());
      }
      return text;
    }
  }
  text.Word("bytes", payload.bytes());
  return text;
}

}  // namespace

void WriteCluster(Writer& writer) {
  const Scenario& scenario = writer.scenario();
  const Plan& plan = writer.plan();
  Fields head;
  head.Word("name", scenario.name);
  if (!scenario.intent.empty()) head.Sentence("intent", scenario.intent);
  head.Number("nodes", static_cast<uint64_t>(plan.nodes()));
  if (plan.config.mode == Mode::kBroadcast) head.Symbol("mode", "BROADCAST");
  if (plan.config.quorum_policy == QuorumPolicy::kNMinus2F) {
    head.Symbol("quorum_policy", "N_MINUS_2F");
  }
  if (!scenario.mutant.empty()) head.Word("mutant", scenario.mutant);
  if (plan.config.window != Config().window) {
    head.Number("window", plan.config.window);
  }
  if (!plan.liars.empty()) head.Nodes("liars", plan.liars);
  AddImprovisation(plan, head);
  const Fields network = NetworkOf(plan);
  if (!network.empty()) head.Message("network", network);
  Fields disk;
  if (plan.disk.fsync_time != DiskPlan().fsync_time) {
    disk.Time("fsync_time", plan.disk.fsync_time);
  }
  disk.Flag("keeps_all", !plan.disk.discards);
  if (!disk.empty()) head.Message("disk", disk);
  const Fields limits = LimitsOf(plan.config);
  if (!limits.empty()) head.Message("limits", limits);
  if (!plan.false_clocks.empty()) {
    head.Nodes("false_clocks", plan.false_clocks);
  }
  AddClocks(plan, head);
  AddTimes(plan, head);
  writer.Lines(head);
}

void WriteValues(Writer& writer) {
  if (writer.scenario().values.empty()) return;
  writer.Blank();
  for (const auto& [name, payload] : writer.scenario().values) {
    writer.Line("value", ValueOf(name, payload));
  }
}

std::string WriteScenario(const Scenario& scenario) {
  Writer writer(scenario);
  WriteCluster(writer);
  WriteValues(writer);
  WriteActions(writer);
  WriteFaults(writer);
  WriteExpectations(writer);
  return writer.Take();
}

}  // namespace distdb::sim
