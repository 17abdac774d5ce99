#include "sim/replay.h"

#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "sim/answers.h"
#include "sim/checkers/describe.h"
#include "sim/describe_plan.h"
#include "sim/explain/testimony.h"
#include "sim/hash_trail.h"
#include "sim/interrupt.h"
#include "sim/narration/terminal.h"
#include "sim/narration/views.h"
#include "sim/run.h"
#include "sim/tape_text.h"
#include "sim/trace/trace_writer.h"
#include "sim/trace/write_trace.h"
#include "sim/write_file.h"

namespace distdb::sim {
namespace {

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string DescribeViolation(const Violation& violation) {
  std::string text =
      absl::StrCat("violated: ", PropertyName(violation.property), " at ",
                   DescribeTime(violation.at.value()));
  if (!violation.nodes.empty()) {
    absl::StrAppend(&text, ", nodes ", Describe(violation.nodes));
  }
  if (violation.instance.has_value()) {
    absl::StrAppend(&text, ", instance ", Describe(*violation.instance));
  }
  return absl::StrCat(text, "\n", violation.what, "\n");
}

// What the viewer's page tells of the run.
PageAbout AboutRun(const std::string& name, const Flags& flags,
                   const Plan& plan, const RunResult& result) {
  return {.title = absl::StrReplaceAll(name, {{"=", " "}}),
          .command = absl::StrCat("./bazelw run //sim -- replay --", name,
                                  ShapeFlags(flags.shape)),
          .about = absl::StrSplit(DescribePlan(plan), '\n', absl::SkipEmpty()),
          .result = ResultWord(result),
          .violation = result.violation,
          .focus = {}};
}

}  // namespace

int ReplaySeed(const Flags& flags) {
  Answers answers;
  if (const absl::Status loaded = answers.Load(flags); !loaded.ok()) {
    std::fprintf(stderr, "sim: %s\n", std::string(loaded.message()).c_str());
    return 2;
  }
  const Plan plan = answers.DrawPlan(flags.shape);
  if (!flags.trace.empty() && !CanTrace(plan)) {
    std::fprintf(stderr,
                 "sim: --trace: %s is of mode broadcast, which votes on "
                 "nothing, or fills a "
                 "disk; add --mode=bracha, or take another seed\n",
                 answers.name().c_str());
    return 2;
  }
  Print(DescribePlan(plan));
  Views views(flags.views, LookAtTerminal(), &plan, ValueNames());
  std::optional<TraceWriter> trace;
  if (!flags.trace.empty()) {
    trace.emplace(plan, absl::StrReplaceAll(answers.name(), {{"=", " "}}));
  }
  HashTrail first;
  std::vector<Observer*> watching = views.observers();
  if (trace.has_value()) watching.push_back(&*trace);
  if (flags.check) watching.push_back(&first);
  Testimony testimony(&plan, ValueNames());
  watching.push_back(&testimony);
  Tape tape;
  RunResult result = answers.Run(flags.shape, watching,
                                 flags.write_tape.empty() ? nullptr : &tape);
  if (!flags.write_tape.empty()) {
    const absl::Status written = WriteFile(
        absl::StrCat(
            "# The decisions of ", answers.name(), ". Replay them by\n",
            "#   ./bazelw run //sim -- replay --tape=", flags.write_tape,
            ShapeFlags(flags.shape), "\n", WriteTape(tape)),
        flags.write_tape);
    if (!written.ok()) {
      std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
      return 2;
    }
  }
  if (trace.has_value()) {
    const absl::Status written = WriteTrace(trace->Text(), flags.trace);
    if (!written.ok()) {
      std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
      return 2;
    }
  }
  if (const absl::Status written =
          views.WriteFiles(AboutRun(answers.name(), flags, plan, result));
      !written.ok()) {
    std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
    return 2;
  }
  Print(views.TranscriptText());
  Print(views.LanesText());
  if (flags.check) {
    HashTrail second(&first);
    Observer* const again[] = {&second};
    answers.Run(flags.shape, again);
    if (const auto difference = second.Difference()) {
      result.violation = {.property = Property::kNondeterminism,
                          .at = result.end,
                          .nodes = {},
                          .instance = {},
                          .what = *difference};
    } else {
      Print("checked: a second run was the same, event by event\n");
    }
  }
  if (result.violation.has_value()) {
    Print(DescribeViolation(*result.violation));
    Print(testimony.Explain(*result.violation));
    if (flags.seed.has_value()) {
      Print(
          absl::StrCat("Which lie or fault it needs:\n  ./bazelw run //sim -- "
                       "shrink --seed=",
                       *flags.seed, ShapeFlags(flags.shape), "\n"));
    }
  }
  Print(answers.TellNotApplied());
  Print(absl::StrCat(answers.name(), " events=", result.events,
                     " hash=", result.hash, answers.Suffix(),
                     " result=", ResultWord(result), "\n"));
  return result.violation.has_value() ? 1 : 0;
}

int PrintHashes(const Flags& flags) {
  CatchInterrupts();
  for (uint64_t i = 0; i < *flags.seeds; ++i) {
    if (IsInterrupted()) {
      std::fprintf(stderr,
                   "sim: hashes: interrupted after %" PRIu64 " of %" PRIu64
                   " seeds\n",
                   i, *flags.seeds);
      return 1;
    }
    const uint64_t seed = flags.first_seed + i;
    const RunResult result = RunSeed(seed, flags.shape);
    Print(absl::StrCat(seed, " ", result.hash, "\n"));
  }
  return 0;
}

}  // namespace distdb::sim
