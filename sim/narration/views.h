// Views: all that a person may ask to be shown of one run: lanes and the
// transcript as text, the Mermaid diagram and the page of the viewer as files.
// A run that nobody watches has no observers of these.
//
//   Views views(flags.views, LookAtTerminal(), &plan, names);
//   RunSeed(seed, shape, views.observers());
//   absl::Status written = views.WriteFiles({.title = "seed 7", …});
//   Print(views.Text());

#ifndef DISTDB_SIM_NARRATION_VIEWS_H_
#define DISTDB_SIM_NARRATION_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "sim/narration/chronicle.h"
#include "sim/narration/lanes.h"
#include "sim/narration/terminal.h"
#include "sim/narration/transcript.h"
#include "sim/narration/value_names.h"
#include "sim/narration/view_flags.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/viewer/page.h"

namespace distdb::sim {

class Views {
 public:
  // Of lanes and transcripts: more than that nobody reads.
  static constexpr uint64_t kLinesMax = 400;

  // The plan is not owned and outlives the views. `up`: replicas that are up
  // before the first event.
  Views(const ViewFlags& flags, const Terminal& terminal, const Plan* plan,
        const ValueNames& names, NodeSet up = {});

  // So many events happened before the first one that is told.
  void Skip(uint64_t events);

  // For the run; valid as long as the views.
  std::vector<Observer*> observers();

  // After the run: writes what goes into files. `about` is what the page tells
  // of it; its focus is filled in. Unavailable, naming the file, where one
  // cannot be written.
  absl::Status WriteFiles(PageAbout about);
  // After the run, or "".
  std::string TranscriptText();
  std::string LanesText();

 private:
  const ViewFlags flags_;
  std::optional<Lanes> lanes_;
  std::optional<Transcript> transcript_;
  std::optional<Chronicle> chronicle_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_VIEWS_H_
