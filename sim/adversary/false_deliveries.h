// FalseDeliveries: DELIVERED for what nobody delivered.
//
// Powers: when an instance is first heard of, a liar claims to have delivered
// in it the lie of the scheme, or a digest that no payload has: alone, or all
// liars in concert (f of them, one too few to prove it); to one node or to all;
// in that instance or in the one after it. At most kClaimsMax per run.

#ifndef DISTDB_SIM_ADVERSARY_FALSE_DELIVERIES_H_
#define DISTDB_SIM_ADVERSARY_FALSE_DELIVERIES_H_

#include <set>

#include "sim/adversary/adversary.h"
#include "sim/adversary/schemes.h"

namespace distdb::sim {

class FalseDeliveries : public Adversary {
 public:
  static constexpr uint64_t kClaimsMax = 400;

  // Not owned; both outlive this.
  FalseDeliveries(Stage* stage, Schemes* schemes)
      : Adversary(stage), schemes_(*schemes) {}

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  Schemes& schemes_;
  std::set<InstanceId> heard_;
  uint64_t claims_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FALSE_DELIVERIES_H_
