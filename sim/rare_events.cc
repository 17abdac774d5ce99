#include "sim/rare_events.h"

#include <cstddef>

namespace distdb::sim {

bool DrawnRareEvents::Happens(RareEvent event, const InstanceId& about) {
  const RareStrike* strike =
      strikes_.empty() ? nullptr : strikes_.Find([&](const RareStrike& rule) {
        return rule.event == event && Matches(rule.node, node_) &&
               Matches(rule.instance, about);
      });
  if (strike != nullptr) {
    faults_->Count(FaultOf(event));
    return true;
  }
  const auto point = static_cast<size_t>(event);
  const uint32_t per_mille = plan_->rare_per_mille[point];
  if (per_mille == 0) return false;
  // The point stands where a message's kind would.
  About question{.decision = Decision::kRareEvent,
                 .from = node_,
                 .message = MessageKind{static_cast<uint8_t>(point)},
                 .instance = about};
  question.occurrence = occurrences_.Count(FingerprintOf(question));
  if (!chooser_->Chance(question, per_mille)) return false;
  faults_->Count(FaultOf(event));
  return true;
}

}  // namespace distdb::sim
