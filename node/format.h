// How results are written for people and scripts, and read back.

#ifndef DISTDB_NODE_FORMAT_H_
#define DISTDB_NODE_FORMAT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/types.h"

namespace distdb {

// A write's place as people see it, "1:5": the fifth instance of node 1. People
// count nodes from 1.
std::string FormatToken(Dot token);

// InvalidArgument for anything but NODE:SEQ with 1 <= NODE <= kNodesMax.
absl::StatusOr<Dot> ParseToken(absl::string_view text);

// `bytes` as they are when they are printable (UTF-8 without control
// characters), and with C-style escapes otherwise: always one line.
std::string Printable(absl::string_view bytes);

// A line of a list: KEY<tab>VALUE, both printable.
std::string FormatEntry(const KeyValue& entry);

}  // namespace distdb

#endif  // DISTDB_NODE_FORMAT_H_
