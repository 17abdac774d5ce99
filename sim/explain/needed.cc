#include "sim/explain/needed.h"

#include <cstddef>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/explain/deed_phrases.h"
#include "sim/mutants/registry.h"
#include "sim/narration/value_names.h"
#include "sim/scenario/run.h"
#include "sim/shrink/edit.h"

namespace distdb::sim {
namespace {

constexpr size_t kDecisiveMax = 100;

class Search {
 public:
  Search(const Scenario& scenario, Property property)
      : scenario_(scenario), property_(property), names_(scenario.values) {}

  std::string Tell() {
    LookAtBlame();
    LookAtActions();
    const Plan& plan = scenario_.plan;
    LookAtAll(&Plan::rules);
    LookAtAll(&Plan::slow_fsyncs);
    LookAtAll(&Plan::read_failures);
    LookAtAll(&Plan::channel_delays);
    LookAtAll(&Plan::rare_strikes);
    for (size_t i = 0; i < plan.left_out.size(); ++i) {
      Scenario without = scenario_;
      without.plan.left_out.erase(without.plan.left_out.begin() +
                                  static_cast<ptrdiff_t>(i));
      if (!Breaks(without)) {
        needed_.push_back(Phrase(plan.left_out[i]));
      }
    }
    std::string text = blame_;
    if (needed_.empty()) {
      text += "No single lie or fault is needed for it";
    } else {
      text += "It would not have happened without each of these:";
      for (const std::string& one : needed_) {
        absl::StrAppend(&text, "\n  ", one);
      }
    }
    if (operations_ > 0) {
      absl::StrAppend(&text, needed_.empty() ? "; needed are " : "\n  and ",
                      operations_,
                      operations_ == 1 ? " operation of a client"
                                       : " operations of clients");
    }
    return text + ".\n";
  }

 private:
  bool Breaks(const Scenario& scenario) const {
    const RunResult run = RunCalmly(scenario);
    return run.violation.has_value() && run.violation->property == property_;
  }

  void LookAtBlame() {
    Scenario without = scenario_;
    without.mutant.clear();
    without.plan.config.quorum_policy = QuorumPolicy::kSafe;
    const bool is_textbook =
        scenario_.plan.config.quorum_policy != QuorumPolicy::kSafe;
    if (scenario_.mutant.empty() && !is_textbook) return;
    if (RunCalmly(without).violation.has_value()) return;
    const MutantInfo* mutant = FindMutant(scenario_.mutant);
    blame_ = absl::StrCat(
        "All holds ",
        mutant != nullptr ? absl::StrCat("without the planted bug ",
                                         mutant->name, " (", mutant->what, ")")
                          : "with safe quorums",
        ".\n");
  }

  void LookAtActions() {
    const std::vector<Action>& actions = scenario_.plan.actions;
    for (const std::vector<size_t>& group : GroupActions(scenario_.plan)) {
      Scenario without = scenario_;
      without.plan.actions.clear();
      for (size_t i = 0, next = 0; i < actions.size(); ++i) {
        if (next < group.size() && group[next] == i) {
          ++next;
        } else {
          without.plan.actions.push_back(actions[i]);
        }
      }
      Tidy(without);
      if (Breaks(without)) continue;
      const Action& first = actions[group[0]];
      if (std::holds_alternative<Ask>(first.deed)) {
        ++operations_;
      } else {
        needed_.push_back(Phrase(first, names_));
      }
    }
  }

  template <typename T>
  void LookAtAll(std::vector<T> Plan::*part) {
    const std::vector<T>& all = scenario_.plan.*part;
    for (size_t i = 0; i < all.size(); ++i) {
      Scenario without = scenario_;
      (without.plan.*part)
          .erase((without.plan.*part).begin() + static_cast<ptrdiff_t>(i));
      if (!Breaks(without)) needed_.push_back(Phrase(all[i]));
    }
  }

  const Scenario& scenario_;
  const Property property_;
  ValueNames names_;
  std::string blame_;
  std::vector<std::string> needed_;
  int operations_ = 0;
};

}  // namespace

std::string TellNeeded(const Scenario& scenario, Property property,
                       const std::string& shrink_command) {
  if (CountDecisive(scenario.plan) > kDecisiveMax) {
    return absl::StrCat("Which lie or fault it needs:\n  ", shrink_command,
                        "\n");
  }
  return Search(scenario, property).Tell();
}

}  // namespace distdb::sim
