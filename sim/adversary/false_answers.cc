#include "sim/adversary/false_answers.h"

namespace distdb::sim {

void FalseAnswers::HandleMessage(NodeId liar, NodeId from,
                                 const Message& pull) {
  if (pull.kind != MessageKind::kPull) return;
  const Scheme& scheme = schemes_.Find(pull.instance);
  const size_t asked = pull.digest == scheme.digests[1] ? 1 : 0;
  size_t which = asked;
  if (stage_.Hardness(AdversaryName::kFalseAnswers) > 0) {
    const About about =
        stage_.AboutHeard(Decision::kLieAnswer, liar, from, pull);
    // The payload that is asked for, the other one, or nothing.
    const uint64_t answer = stage_.Choose(about, 3);
    if (answer > 0) stage_.Count(FaultName::kFalseAnswer);
    if (answer == 2) return;
    which = answer == 0 ? asked : 1 - asked;
  }
  if (!scheme.payloads[which].has_value()) return;
  const Message answer{.kind = MessageKind::kPayload,
                       .instance = pull.instance,
                       .digest = {},
                       .payload = scheme.payloads[which]};
  stage_.Say(stage_.AboutHeard(Decision::kLieAnswerDelay, liar, from, answer),
             liar, from, answer);
}

}  // namespace distdb::sim
