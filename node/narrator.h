// Narrator: what a node tells about itself on standard error, one line each.
//
//   [node 2] serving clients on 127.0.0.1:7002, …
//   [node 2] ECHO 1:5 digest=ab12cd34ef567890 to 1,3,4          (debug only)
//   [node 2] Delivering 1:5 digest=ab12cd34ef567890: put name   (debug only)
//
// Nodes are counted from 1, and ORIGIN:SEQ names an instance.

#ifndef DISTDB_NODE_NARRATOR_H_
#define DISTDB_NODE_NARRATOR_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/types.h"

namespace distdb {

// What is told: each level includes those before it.
enum class Verbosity : uint8_t { kError, kInfo, kDebug };

// "error", "info" or "debug".
absl::StatusOr<Verbosity> ParseVerbosity(absl::string_view text);

class Narrator {
 public:
  Narrator(NodeId self, Verbosity verbosity)
      : self_(self), verbosity_(verbosity) {}

  void Error(absl::string_view what) const;
  void Info(absl::string_view what) const;

  void Sent(const Envelope& envelope) const;
  void Delivered(const Delivery& delivery) const;
  // Once per node and kind: a liar must not fill the log. `status` counts all.
  void Proven(const Fault& fault);

  bool debug() const { return verbosity_ == Verbosity::kDebug; }

 private:
  void Print(absl::string_view what) const;

  NodeId self_;
  Verbosity verbosity_;
  std::set<std::pair<NodeId, FaultKind>> proven_;
};

// The lines without "[node N] ".
std::string DescribeEnvelope(const Envelope& envelope);
std::string DescribeDelivery(const Delivery& delivery);
std::string DescribeFault(const Fault& fault);

}  // namespace distdb

#endif  // DISTDB_NODE_NARRATOR_H_
