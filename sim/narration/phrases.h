// Phrases: how the things of a run are written for people, in transcripts and
// lanes. Pure functions.

#ifndef DISTDB_SIM_NARRATION_PHRASES_H_
#define DISTDB_SIM_NARRATION_PHRASES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/narration/value_names.h"

namespace distdb::sim {

// Milliseconds with three decimals: "1.200". What lies between is cut off.
std::string Milliseconds(Time time);

// "0:1".
std::string InstanceName(const InstanceId& instance);

// "p0 p1 p3"; "nobody".
std::string NodeNames(NodeSet nodes);

// Printable, and at most 24 columns: what is longer ends in "…".
std::string Excerpt(absl::string_view bytes);

// "ECHO(0:1, a)", "WATERMARK(0:1)", "HELLO".
std::string MessagePhrase(const Message& message, ValueNames& names);

// "READY(0:1, a)".
std::string RecordPhrase(const Record& record, ValueNames& names);

// "put name = alice", "get name".
std::string CommandPhrase(const Command& command);

// The same for the writes in a payload; "malformed, 3 bytes".
std::string PayloadPhrase(absl::string_view payload);

// "OK, token 0:1", "name = alice", "no such key", "UNAVAILABLE: …".
std::string ReplyPhrase(const Reply& reply);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_PHRASES_H_
