// JSON, as far as a line of a log needs it.

#ifndef DISTDB_NODE_JSON_H_
#define DISTDB_NODE_JSON_H_

#include <string>

#include "absl/strings/string_view.h"

namespace distdb {

// Appends `text` as a JSON string (RFC 8259), on one line. Bytes that are no
// UTF-8 become U+FFFD each.
void AppendJsonString(absl::string_view text, std::string& json);

}  // namespace distdb

#endif  // DISTDB_NODE_JSON_H_
