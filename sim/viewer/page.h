// RunPage: a run as one HTML page that works offline, for a person who looks
// for why something happened.
//
// The page is a frame (page.html), its style (viewer.css), its program
// (viewer/*.js) and the run as JSON; all four are in the one file, and nothing
// is fetched. What flows: a Chronicle watches the run; here it becomes JSON; in
// the browser data.js decodes that, layout.js places it, draw.js draws what is
// visible, causes.js follows happens-before, and state.js adds up differences.
//
// The JSON (format 1), in which S is an index into "strings", and times are in
// virtual nanoseconds:
//   {"format": 1, "title", "command", "about": [lines], "nodes": n,
//    "liars": [node], "result", "let_go": happenings that are not in it,
//    "violation": null or {"property", "at", "what", "nodes", "instance",
//                          "broken": happening or null},
//    "focus": {"instance", "node"} or nulls, "late_factor", "knows_fates",
//    "kinds", "messages", "fates": names, "strings": [],
//    "base": per node [S line, S value, …],
//    "happenings": [[kind, at, node or -1, event, S text, [S effect …],
//                    [S instance …], [S delivery …], convicts,
//                    [S line, S value or -1, …]]],
//    "crossings": [[message, from, to, S instance, S value, S content, fate,
//                   flags, said, ended, said_by or -1, heard_by or -1]]}
// flags: 1 lie, 2 forged, 4 second copy, 8 late.
//
// Size: about 150 bytes per event, and of events a Chronicle keeps a bounded
// number.

#ifndef DISTDB_SIM_VIEWER_PAGE_H_
#define DISTDB_SIM_VIEWER_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/checkers/verdict.h"
#include "sim/narration/chronicle.h"
#include "sim/narration/focus.h"

namespace distdb::sim {

struct PageAbout {
  std::string title;               // "seed 7".
  std::string command;             // That shows the run again.
  std::vector<std::string> about;  // What there is to know of it, by line.
  std::string result;              // "held", "violated:Totality".
  std::optional<Violation> violation;
  Focus focus;  // Instance and node: what the page searches for at first.
  // Whether the chronicle knows what became of messages; that of a recording
  // knows one node only.
  bool knows_fates = true;
};

// The page of a finished chronicle.
std::string RunPage(const Chronicle& chronicle, const PageAbout& about);

// The happening with which `violation` came to be: where a property says that
// something must follow (Totality, Validity), what it must follow on; else the
// last step of the nodes concerned. None where it is not in the chronicle.
std::optional<uint64_t> BrokenBy(const Chronicle& chronicle,
                                 const Violation& violation);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_VIEWER_PAGE_H_
