// How results are written for people and scripts.

#ifndef DISTDB_NODE_FORMAT_H_
#define DISTDB_NODE_FORMAT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/command.h"

namespace distdb {

// `bytes` as they are when they are printable (UTF-8 without control
// characters), and with C-style escapes otherwise: always one line.
std::string Printable(absl::string_view bytes);

// A line of a list: KEY<tab>VALUE, both printable.
std::string FormatEntry(const KeyValue& entry);

}  // namespace distdb

#endif  // DISTDB_NODE_FORMAT_H_
