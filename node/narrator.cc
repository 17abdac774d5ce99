#include "node/narrator.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/store/batch.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/resp/token.h"
#include "node/format.h"
#include "node/logger.h"

namespace distdb {
namespace {

// A delivery of thousands of writes is told by its first ones.
constexpr size_t kMutationsShown = 4;

constexpr absl::string_view kDelivering = "delivering";

std::string InstanceName(const InstanceId& instance) {
  return FormatToken({instance.origin, instance.seq});
}

}  // namespace

absl::StatusOr<LogPhases> ParseLogPhases(
    const std::vector<std::string>& names) {
  LogPhases all = {std::string(kDelivering)};
  for (const MessageKind kind : kAllMessageKinds) {
    all.insert(absl::AsciiStrToLower(MessageKindName(kind)));
  }
  LogPhases phases;
  for (const std::string& name : names) {
    if (all.count(name) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("--log_phases=", name, " is no phase; use ",
                       absl::StrJoin(all, ", "), ", with commas between them"));
    }
    phases.insert(name);
  }
  return phases;
}

Narrator::Narrator(NodeId self, const NarratorOptions& options)
    : logger_(self, options.level, options.format, &EventLoop::ReadClock),
      phases_(options.phases) {}

void Narrator::Error(absl::string_view event, absl::string_view what,
                     Fields fields) {
  logger_.Log(LogLevel::kError, event, what, fields);
}

void Narrator::Info(absl::string_view event, absl::string_view what,
                    Fields fields) {
  logger_.Log(LogLevel::kInfo, event, what, fields);
}

bool Narrator::TellsPhase(absl::string_view phase) const {
  return logger_.Tells(LogLevel::kDebug) &&
         (phases_.empty() || phases_.count(absl::AsciiStrToLower(phase)) > 0);
}

void Narrator::Sent(const Envelope& envelope) {
  const absl::string_view phase = MessageKindName(envelope.message.kind);
  if (!TellsPhase(phase)) return;
  const InstanceId& instance = envelope.message.instance;
  logger_.Log(LogLevel::kDebug, phase, DescribeEnvelope(envelope),
              {{"origin", uint64_t{instance.origin.value()} + 1},
               {"seq", instance.seq.value()}});
}

void Narrator::Delivered(const Delivery& delivery) {
  if (!TellsPhase(kDelivering)) return;
  logger_.Log(LogLevel::kDebug, kDelivering, DescribeDelivery(delivery),
              {{"origin", uint64_t{delivery.instance.origin.value()} + 1},
               {"seq", delivery.instance.seq.value()}});
}

void Narrator::Proven(const Fault& fault) {
  if (!proven_.insert({fault.node, fault.kind}).second) return;
  logger_.Log(LogLevel::kError, "proven_faulty", DescribeFault(fault),
              {{"peer", uint64_t{fault.node.value()} + 1},
               {"kind", FaultKindName(fault.kind)}});
}

std::string DescribeEnvelope(const Envelope& envelope) {
  const Message& message = envelope.message;
  std::vector<uint32_t> to;
  for (const NodeId node : envelope.to) to.push_back(node.value() + 1);
  std::string line(MessageKindName(message.kind));
  if (message.kind != MessageKind::kHello) {
    absl::StrAppend(&line, " ", InstanceName(message.instance));
  }
  if (CarriesDigest(message.kind)) {
    absl::StrAppend(&line, " digest=", ShortHex(message.digest));
  }
  if (CarriesPayload(message.kind)) {
    absl::StrAppend(&line, " bytes=", message.payload.size());
  }
  absl::StrAppend(&line, " to ", absl::StrJoin(to, ","));
  return line;
}

std::string DescribeDelivery(const Delivery& delivery) {
  std::string line =
      absl::StrCat("Delivering ", InstanceName(delivery.instance),
                   " digest=", ShortHex(delivery.digest), ":");
  const absl::StatusOr<BatchView> batch = DecodeBatch(delivery.payload.bytes());
  if (!batch.ok()) return absl::StrCat(line, " ", batch.status().message());
  const size_t count = batch->mutations.size();
  for (size_t i = 0; i < count && i < kMutationsShown; ++i) {
    const MutationView& mutation = batch->mutations[i];
    absl::StrAppend(&line, i == 0 ? " " : ", ",
                    mutation.kind == MutationKind::kPut ? "put " : "delete ",
                    Printable(mutation.key));
  }
  if (count > kMutationsShown) {
    absl::StrAppend(&line, " and ", count - kMutationsShown, " more");
  }
  return line;
}

std::string DescribeFault(const Fault& fault) {
  return absl::StrCat("node ", fault.node.value() + 1,
                      " is proven faulty: ", FaultKindName(fault.kind), " in ",
                      InstanceName(fault.instance),
                      " digest=", ShortHex(fault.first), ",",
                      ShortHex(fault.second));
}

}  // namespace distdb
