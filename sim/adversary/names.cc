#include "sim/adversary/names.h"

namespace distdb::sim {

absl::string_view AdversaryText(AdversaryName name) {
  switch (name) {
    case AdversaryName::kEquivocation:
      return "equivocation";
    case AdversaryName::kWithholding:
      return "withholding";
    case AdversaryName::kDoubleVotes:
      return "double votes";
    case AdversaryName::kForgery:
      return "forgery";
    case AdversaryName::kFalseAnswers:
      return "false answers";
    case AdversaryName::kFalseWatermarks:
      return "false watermarks";
    case AdversaryName::kFalseDeliveries:
      return "false deliveries";
    case AdversaryName::kOtherStory:
      return "other story";
    case AdversaryName::kReplay:
      return "replay";
    case AdversaryName::kFlood:
      return "flood";
    case AdversaryName::kMutation:
      return "mutation";
    case AdversaryName::kTwins:
      return "twins";
    case AdversaryName::kScheduler:
      return "scheduler";
  }
  return "?";
}

}  // namespace distdb::sim
