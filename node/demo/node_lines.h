// The lines of `distdb nodes`, read back.

#ifndef DISTDB_NODE_DEMO_NODE_LINES_H_
#define DISTDB_NODE_DEMO_NODE_LINES_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace distdb {

struct NodeLine {
  int id = 0;  // From 1.
  bool up = false;
  bool asked = false;  // It is the node that was asked.
  // Per origin, what it has durably delivered; empty where that is unknown.
  std::vector<uint64_t> delivered;
};

// Lines that do not have the form of status_text.h are left out.
std::vector<NodeLine> ParseNodeLines(absl::string_view text);

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_NODE_LINES_H_
