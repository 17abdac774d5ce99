#include "sim/explore/scenario_writer.h"

#include <array>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace distdb::sim::explore {
namespace {

constexpr int kMicrosecondsPerStep = 2'000;
constexpr int kMicrosecondsBefore = 10'000;
// A link's delay, and an fsync.
constexpr int kMicrosecondsOnTheWay = 1'000;
constexpr int kMicrosecondsToDisk = 100;

int At(size_t step) {
  return kMicrosecondsBefore + kMicrosecondsPerStep * static_cast<int>(step);
}

const char* ValueName(int value) { return value == 0 ? "a" : "b"; }

const char* KindName(InputKind kind) {
  switch (kind) {
    case InputKind::kEcho:
      return "ECHO";
    case InputKind::kReady:
      return "READY";
    case InputKind::kDelivered:
      return "DELIVERED";
    default:
      return "SEND";
  }
}

// In which steps correct nodes voted, and took each other's votes; 0: never.
struct Votes {
  struct Vote {
    size_t said = 0;
    std::array<size_t, kModelNodesMax> taken{};
  };
  std::array<Vote, kModelNodesMax> echo;
  std::array<Vote, kModelNodesMax> ready;
};

std::string Say(NodeId liar, const Step& step, size_t number) {
  return absl::StrCat(
      "action { when: \"", At(number) - kMicrosecondsOnTheWay,
      "us\" say { by: \"p", liar.value(),
      "\" kind: ", KindName(step.input.kind), " instance: \"0:1\" value: \"",
      ValueName(step.input.value), "\" to: \"p", step.node.value(), "\" } }\n");
}

std::string Rule(NodeId from, NodeId to, const char* kind,
                 const Votes::Vote& vote) {
  std::string rule = absl::StrCat("rule { from: \"p", from.value(),
                                  "\" to: \"p", to.value(), "\" kind: ", kind);
  const size_t taken = vote.taken[to.value()];
  if (taken == 0) return absl::StrCat(rule, " lost: true }\n");
  const int delay =
      At(taken) - At(vote.said) - kMicrosecondsOnTheWay - kMicrosecondsToDisk;
  return absl::StrCat(rule, " delay: \"", delay, "us\" }\n");
}

}  // namespace

absl::StatusOr<std::string> WriteScenario(const Model& model,
                                          const Exploration& found,
                                          absl::string_view name,
                                          absl::string_view mutant) {
  if (!model.liars.Contains(model.origin)) {
    return absl::FailedPreconditionError(
        "a scenario is written only where the origin lies");
  }
  if (model.restarts > 0 || !model.syncs_at_once) {
    return absl::FailedPreconditionError(
        "a scenario is written only without restarts, and with --sync=at_once");
  }
  std::string text =
      absl::StrCat("# The shortest run that breaks ", found.violated,
                   ", as `sim explore` found it.\n#\n");
  const bool is_unsafe = !model.holds_ready_consistent && mutant.empty();
  Votes votes;
  std::string actions;
  size_t number = 0;
  for (const Step& step : found.run) {
    ++number;
    const size_t node = step.node.value();
    absl::StrAppend(&text, "#   ", At(number), "us ",
                    Describe(step.node, step.input), "\n");
    const InputKind kind = step.input.kind;
    const size_t from = step.input.from.value();
    if (kind == InputKind::kSend) {
      actions += Say(model.origin, step, number);
    } else if (model.liars.Contains(step.input.from)) {
      actions += Say(step.input.from, step, number);
    } else if (kind == InputKind::kEcho) {
      votes.echo[from].taken[node] = number;
    } else if (kind == InputKind::kReady) {
      votes.ready[from].taken[node] = number;
    }
    if (step.after.echoed != kNoValue && votes.echo[node].said == 0) {
      votes.echo[node].said = number;
    }
    if (step.after.readied != kNoValue && votes.ready[node].said == 0) {
      votes.ready[node].said = number;
    }
  }
  absl::StrAppend(&text, "name: \"", name, "\"\nnodes: ", model.quorums.n,
                  "\nquorum_policy: ", is_unsafe ? "N_MINUS_2F" : "SAFE", "\n");
  if (!mutant.empty()) absl::StrAppend(&text, "mutant: \"", mutant, "\"\n");
  for (const NodeId liar : model.liars) {
    absl::StrAppend(&text, "liars: \"p", liar.value(), "\"\n");
  }
  for (int value = 0; value < kValues; ++value) {
    absl::StrAppend(&text, "value { name: \"", ValueName(value),
                    "\" put { key: \"name\" value: \"", ValueName(value),
                    "\" } }\n");
  }
  text += actions;
  for (const NodeId from : model.correct()) {
    for (const NodeId to : model.correct().Without(from)) {
      text += Rule(from, to, "ECHO", votes.echo[from.value()]);
      text += Rule(from, to, "READY", votes.ready[from.value()]);
    }
  }
  absl::StrAppend(&text, "heal_at: \"", At(number + 10),
                  "us\"\nsettle_time: \"1s\"\nexpect { violated: \"",
                  found.violated, "\" }\n");
  return text;
}

}  // namespace distdb::sim::explore
