// Mermaid: a run as a sequence diagram in the language of Mermaid, which code
// hosts and editors draw: https://mermaid.js.org/syntax/sequenceDiagram.html
//
//   sequenceDiagram
//       participant p0 as p0 (lies)
//       participant p1
//       activate p1
//       p0-->>p1: 11.100 ms lie: SEND 0:1 a
//       Note over p1: 13.300 ms delivers 0:1 = a
//
// A solid arrow is a message that arrived, at the time beside it; a dotted one
// a lie; a cross at its end, a message that was lost, and why. A node is active
// while it is up. As in lanes, HELLO, ticks and watermarks of 0 are left out,
// and what is out of focus.

#ifndef DISTDB_SIM_NARRATION_MERMAID_H_
#define DISTDB_SIM_NARRATION_MERMAID_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/narration/chronicle.h"
#include "sim/narration/focus.h"

namespace distdb::sim {

// Of a longer run the first lines, and a note that says how many follow:
// Mermaid itself draws no more than 50,000 characters.
inline constexpr uint64_t kMermaidLinesMax = 500;

// The diagram of a finished chronicle, whose own focus took care of the
// stretch; every line ends with a newline.
std::string MermaidText(const Chronicle& chronicle, const Focus& focus,
                        uint64_t lines_max = kMermaidLinesMax);

// `text` as the text of a message or a note: what means something in the
// language becomes a character code, a line break <br/>.
std::string MermaidEscaped(absl::string_view text);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_MERMAID_H_
