// Forgery: SENDs in other nodes' streams, and votes for what nobody said.
//
// Powers: in the stream of any node a liar sends a payload of its own to some;
// it says ECHO and READY for a digest that no payload has, the same for all
// liars, in the instance that it hears of or in one that nobody has begun, up
// to twice the window ahead. At most kForgeriesMax unasked messages per run.

#ifndef DISTDB_SIM_ADVERSARY_FORGERY_H_
#define DISTDB_SIM_ADVERSARY_FORGERY_H_

#include <set>

#include "sim/adversary/adversary.h"
#include "sim/adversary/schemes.h"

namespace distdb::sim {

class Forgery : public Adversary {
 public:
  static constexpr uint64_t kForgeriesMax = 400;

  // Not owned; both outlive this.
  Forgery(Stage* stage, Schemes* schemes)
      : Adversary(stage), schemes_(*schemes) {}

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  void ForgeSends(const Scheme& scheme, NodeId liar);
  void ForgeVotes(const InstanceId& id);

  Schemes& schemes_;
  std::set<InstanceId> heard_;
  uint64_t forged_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FORGERY_H_
