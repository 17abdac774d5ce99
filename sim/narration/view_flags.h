// ViewFlags: what a person asks to be shown of a run; see views.h.

#ifndef DISTDB_SIM_NARRATION_VIEW_FLAGS_H_
#define DISTDB_SIM_NARRATION_VIEW_FLAGS_H_

#include <string>

#include "sim/narration/focus.h"

namespace distdb::sim {

struct ViewFlags {
  bool lanes = false;
  bool transcript = false;
  std::string mermaid;  // A file, or "".
  std::string html;     // The same.
  Focus focus;

  bool Any() const {
    return lanes || transcript || !mermaid.empty() || !html.empty();
  }
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_VIEW_FLAGS_H_
