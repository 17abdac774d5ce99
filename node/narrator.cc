#include "node/narrator.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/store/batch.h"
#include "core/types.h"
#include "net/resp/token.h"
#include "node/format.h"

namespace distdb {
namespace {

// A delivery of thousands of writes is told by its first ones.
constexpr size_t kMutationsShown = 4;

std::string InstanceName(const InstanceId& instance) {
  return FormatToken({instance.origin, instance.seq});
}

}  // namespace

absl::StatusOr<Verbosity> ParseVerbosity(absl::string_view text) {
  if (text == "error") return Verbosity::kError;
  if (text == "info") return Verbosity::kInfo;
  if (text == "debug") return Verbosity::kDebug;
  return absl::InvalidArgumentError(
      absl::StrCat("--log=", text, " is no level; use error, info or debug"));
}

void Narrator::Error(absl::string_view what) const { Print(what); }

void Narrator::Info(absl::string_view what) const {
  if (verbosity_ >= Verbosity::kInfo) Print(what);
}

void Narrator::Sent(const Envelope& envelope) const {
  if (debug()) Print(DescribeEnvelope(envelope));
}

void Narrator::Delivered(const Delivery& delivery) const {
  if (debug()) Print(DescribeDelivery(delivery));
}

void Narrator::Proven(const Fault& fault) {
  if (!proven_.insert({fault.node, fault.kind}).second) return;
  Print(DescribeFault(fault));
}

void Narrator::Print(absl::string_view what) const {
  // One write, so that the lines of several processes do not mix.
  const std::string line =
      absl::StrCat("[node ", self_.value() + 1, "] ", what, "\n");
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, line.data(), line.size());
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
