// FalseAnswers: what liars answer to a PULL.
//
// Powers: the other payload of the instance, or silence. Without this adversary
// a liar answers with the payload that was asked for, if it has it.

#ifndef DISTDB_SIM_ADVERSARY_FALSE_ANSWERS_H_
#define DISTDB_SIM_ADVERSARY_FALSE_ANSWERS_H_

#include "sim/adversary/adversary.h"
#include "sim/adversary/schemes.h"

namespace distdb::sim {

class FalseAnswers : public Adversary {
 public:
  // Not owned; both outlive this.
  FalseAnswers(Stage* stage, Schemes* schemes)
      : Adversary(stage), schemes_(*schemes) {}

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  Schemes& schemes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FALSE_ANSWERS_H_
