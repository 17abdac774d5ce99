// Storyteller: carries out the schemes: says the SENDs of liars' own instances
// and, once per instance, all votes of all liars.
//
// Powers: those of the strategies that the run has (strategy.h). Votes leave
// when the instance's first value is known: as a liar's own instance begins, or
// when the first message of it arrives; each with a delay of its own, once or
// up to four times. A persistent scheme says its votes again to whoever still
// speaks of the instance, at most kResendsMax times to each.

#ifndef DISTDB_SIM_ADVERSARY_STORYTELLER_H_
#define DISTDB_SIM_ADVERSARY_STORYTELLER_H_

#include "sim/adversary/adversary.h"
#include "sim/adversary/schemes.h"

namespace distdb::sim {

class Storyteller : public Adversary {
 public:
  static constexpr uint64_t kResendsMax = 12;

  // Not owned; both outlive this.
  Storyteller(Stage* stage, Schemes* schemes)
      : Adversary(stage), schemes_(*schemes) {}

  void HandleTurn(NodeId liar) override;
  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

  // Says what the scheme has for this node; `occurrence` names the repetition.
  void SayVotesTo(const Scheme& scheme, NodeId liar, NodeId to,
                  uint64_t occurrence);

 private:
  void SaySends(const Scheme& scheme, NodeId liar);
  void SayAllVotes(Scheme& scheme);
  Votes ChooseVotes(const Scheme& scheme, NodeId liar, NodeId to);

  Schemes& schemes_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_STORYTELLER_H_
