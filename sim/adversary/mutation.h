// Mutation: a message that a correct node has said, with one field changed.
//
// Powers: a liar takes what it hears and says it on its own channel, to any
// node, with another kind, epoch, origin (also one that is no node), seq (0,
// one less, one more, the window's edge, the largest there is), digest, or
// payload (a byte altered, cut short, extended, empty). The codec lets all of
// that through. At most kMutationsMax per run.

#ifndef DISTDB_SIM_ADVERSARY_MUTATION_H_
#define DISTDB_SIM_ADVERSARY_MUTATION_H_

#include "sim/adversary/adversary.h"

namespace distdb::sim {

class Mutation : public Adversary {
 public:
  static constexpr uint64_t kMutationsMax = 300;

  using Adversary::Adversary;

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  enum class Field : uint8_t { kKind, kEpoch, kOrigin, kSeq, kContent };

  void Mutate(Message& message, const About& about);
  void MutateKind(Message& message, uint64_t draw);
  void MutateOrigin(InstanceId& id, uint64_t draw);
  void MutateSeq(InstanceId& id, uint64_t draw);
  void MutateContent(Message& message, uint64_t draw);

  uint64_t mutations_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_MUTATION_H_
