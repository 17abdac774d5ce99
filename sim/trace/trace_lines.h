// The lines of a trace, as text. spec/TRACES.md is the format; each line ends
// with a newline. Digests are given by name, "" for none.

#ifndef DISTDB_SIM_TRACE_TRACE_LINES_H_
#define DISTDB_SIM_TRACE_TRACE_LINES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/quorum.h"
#include "core/types.h"

namespace distdb::sim {

// The name of a message's kind, and of the event that is its receipt; "" for
// what is not traced.
absl::string_view TracedName(MessageKind kind);

// a, b, …, z, a1, b1, …
std::string DigestName(size_t index);

// Begins a history.
struct ResetLine {
  absl::string_view run;
  std::string instance;
  int nodes;
  NodeId origin;
  NodeSet liars;
  QuorumPolicy policy;
};
std::string TraceLine(const ResetLine& reset);

struct HandlerLine {
  absl::string_view event;
  NodeId node;
  NodeId from;
  std::optional<std::string> digest;  // None: it is not about one.
  std::string asks_echo;
  std::string asks_ready;
  std::string asks_delivered;
  bool turn = true;
  bool conflict = false;
  std::string echoed;
  std::string readied;
  std::string decided;
};
std::string TraceLine(const HandlerLine& handler);

// A `crash` or a `restart`, and what the disk has.
struct DiskLine {
  absl::string_view event;
  NodeId node;
  std::string echo;
  std::string ready;
  std::string delivered;
};
std::string TraceLine(const DiskLine& disk);

// A `drop` or a `dup`.
struct PassageLine {
  absl::string_view event;
  NodeId node;
  NodeId from;
  std::string digest;
  absl::string_view kind;
  absl::string_view why;
};
std::string TraceLine(const PassageLine& passage);

struct DeliverLine {
  NodeId node;
  std::string digest;
  bool turn;
};
std::string TraceLine(const DeliverLine& deliver);

struct SayLine {
  NodeId node;
  absl::string_view kind;
  std::string digest;
  bool at_once;
};
std::string TraceLine(const SayLine& say);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_TRACE_TRACE_LINES_H_
