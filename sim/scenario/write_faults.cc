// The rules of a scenario, and what strikes once on disks, in channels and in
// core, as text.

#include <cstddef>

#include "sim/scenario/writer.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

// By RecordKind, as scenario.proto names them.
constexpr absl::string_view kRecords[] = {
    "ANY_RECORD",       "ECHO_RECORD",    "READY_RECORD",    "DELIVERED_RECORD",
    "APPLIED_RECORD",   "SNAPSHOT_BEGIN", "SNAPSHOT_ECHO",   "SNAPSHOT_READY",
    "SNAPSHOT_ENTRIES", "SNAPSHOT_END",   "COLLECTED_RECORD"};

Fields RuleOf(const Plan& plan, const Rule& rule) {
  Fields fields;
  if (rule.from.has_value()) fields.Node("from", *rule.from);
  if (rule.to.has_value()) fields.Node("to", *rule.to);
  if (rule.message.has_value()) {
    fields.Symbol("kind", MessageKindName(*rule.message));
  }
  if (rule.instance.has_value()) fields.Instance(*rule.instance);
  if (rule.digest_class.has_value()) {
    fields.Number("digest_class", *rule.digest_class);
  }
  if (rule.from_time != Time(0)) fields.Time("begin", rule.from_time.value());
  if (rule.to_time != plan.heal_at) fields.Time("end", rule.to_time.value());
  if (rule.skip > 0) fields.Number("skip", rule.skip);
  if (rule.count != kAll) fields.Number("count", rule.count);
  if (rule.lost) {
    fields.Flag("lost", true);
  } else if (rule.arrives.has_value()) {
    fields.Time("arrives", rule.arrives->value());
  } else if (rule.copies > 1) {
    fields.Flag("duplicated", true);
  } else {
    fields.Time("delay", rule.delay);
  }
  if (rule.again.has_value()) fields.Time("again", rule.again->value());
  return fields;
}

// Which node, record, instance and share of what matches.
template <typename Fault>
void AddWhich(const Fault& fault, Fields& fields) {
  if (fault.node.has_value()) fields.Node("node", *fault.node);
  if constexpr (requires { fault.record; }) {
    if (fault.record.has_value()) {
      fields.Symbol("record", kRecords[static_cast<size_t>(*fault.record)]);
    }
  }
  if (fault.instance.has_value()) fields.Instance(*fault.instance);
  if (fault.share.skip > 0) fields.Number("skip", fault.share.skip);
  if (fault.share.count != kAll) fields.Number("count", fault.share.count);
}

}  // namespace

void WriteFaults(Writer& writer) {
  const Plan& plan = writer.plan();
  if (!plan.rules.empty()) writer.Blank();
  for (const Rule& rule : plan.rules) writer.Line("rule", RuleOf(plan, rule));
  if (!plan.slow_fsyncs.empty()) writer.Blank();
  for (const SlowFsync& slow : plan.slow_fsyncs) {
    Fields fields;
    AddWhich(slow, fields);
    if (slow.until.has_value()) {
      fields.Time("until", slow.until->value());
    } else {
      fields.Time("takes", slow.time);
    }
    writer.Line("slow_fsync", fields);
  }
  if (!plan.read_failures.empty()) writer.Blank();
  for (const ReadFailure& failure : plan.read_failures) {
    Fields fields;
    AddWhich(failure, fields);
    writer.Line("read_failure", fields);
  }
  if (!plan.channel_delays.empty()) writer.Blank();
  for (const ChannelDelay& delay : plan.channel_delays) {
    Fields fields;
    fields.Node("node", delay.node);
    fields.Node("peer", delay.peer);
    if (delay.channel != 1) fields.Number("nth", delay.channel);
    fields.Time(delay.opens ? "opens_after" : "closes_after", delay.after);
    writer.Line("channel", fields);
  }
  if (!plan.rare_strikes.empty()) writer.Blank();
  for (const RareStrike& strike : plan.rare_strikes) {
    Fields fields;
    fields.Word("event", kRareEventNames[static_cast<size_t>(strike.event)]);
    AddWhich(strike, fields);
    writer.Line("rare_event", fields);
  }
}

}  // namespace distdb::sim
