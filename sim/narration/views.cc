#include "sim/narration/views.h"

#include "sim/narration/mermaid.h"
#include "sim/write_file.h"

namespace distdb::sim {

Views::Views(const ViewFlags& flags, const Terminal& terminal, const Plan* plan,
             const ValueNames& names, NodeSet up)
    : flags_(flags) {
  if (flags.lanes) {
    lanes_.emplace(LanesOptions{.nodes = plan->nodes(),
                                .liars = plan->liars,
                                .width = terminal.width,
                                .color = terminal.color,
                                .lines_max = kLinesMax,
                                .focus = flags.focus,
                                .up = up},
                   names);
  }
  if (flags.transcript) {
    transcript_.emplace(plan, names, kLinesMax, flags.focus);
  }
  if (!flags.mermaid.empty() || !flags.html.empty()) {
    chronicle_.emplace(plan, names, flags.focus);
  }
}

std::vector<Observer*> Views::observers() {
  std::vector<Observer*> observers;
  if (lanes_.has_value()) observers.push_back(&*lanes_);
  if (transcript_.has_value()) observers.push_back(&*transcript_);
  if (chronicle_.has_value()) observers.push_back(&*chronicle_);
  return observers;
}

void Views::Skip(uint64_t events) {
  if (chronicle_.has_value()) chronicle_->Skip(events);
}

absl::Status Views::WriteFiles(PageAbout about) {
  if (!chronicle_.has_value()) return absl::OkStatus();
  chronicle_->Finish();
  absl::Status written;
  if (!flags_.mermaid.empty()) {
    written = WriteFile(MermaidText(*chronicle_, flags_.focus), flags_.mermaid);
  }
  if (!flags_.html.empty() && written.ok()) {
    about.focus = flags_.focus;
    written = WriteFile(RunPage(*chronicle_, about), flags_.html);
  }
  return written;
}

std::string Views::TranscriptText() {
  return transcript_.has_value() ? transcript_->Text() : "";
}

std::string Views::LanesText() {
  return lanes_.has_value() ? lanes_->Text() : "";
}

}  // namespace distdb::sim
