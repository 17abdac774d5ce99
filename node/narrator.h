// Narrator: what a node tells about itself, in its own words, by a Logger.
//
//   … info [node 2] serving clients on 127.0.0.1:7002, …
//   … debug [node 2] ECHO 1:5 digest=ab12cd34ef567890 to 1,3,4
//   … debug [node 2] Delivering 1:5 digest=ab12cd34ef567890: put name
//
// Nodes are counted from 1, and ORIGIN:SEQ names an instance. At level debug
// every message and delivery is told, or those of the phases that were asked
// for.

#ifndef DISTDB_NODE_NARRATOR_H_
#define DISTDB_NODE_NARRATOR_H_

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/types.h"
#include "node/logger.h"

namespace distdb {

// The phases of a write, in lower case: the kinds of messages, and
// "delivering".
using LogPhases = std::set<std::string>;

// Of those names; empty means all. InvalidArgument for any other name, with
// those that there are.
absl::StatusOr<LogPhases> ParseLogPhases(const std::vector<std::string>& names);

struct NarratorOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  LogPhases phases;  // Empty: all.
};

class Narrator {
 public:
  using Fields = std::initializer_list<LogField>;

  Narrator(NodeId self, const NarratorOptions& options);

  // `event` is a literal that names the kind.
  void Error(absl::string_view event, absl::string_view what,
             Fields fields = {});
  void Info(absl::string_view event, absl::string_view what,
            Fields fields = {});

  void Sent(const Envelope& envelope);
  void Delivered(const Delivery& delivery);
  // Once per node and kind: a liar must not fill the log. `status` counts all.
  void Proven(const Fault& fault);

 private:
  bool TellsPhase(absl::string_view phase) const;

  Logger logger_;
  LogPhases phases_;
  std::set<std::pair<NodeId, FaultKind>> proven_;
};

// The lines, without what the logger adds.
std::string DescribeEnvelope(const Envelope& envelope);
std::string DescribeDelivery(const Delivery& delivery);
std::string DescribeFault(const Fault& fault);

}  // namespace distdb

#endif  // DISTDB_NODE_NARRATOR_H_
