// FalseWatermarks: what liars claim to have delivered durably.
//
// Powers: whenever a node tells its watermark, or asks for theirs, the liar
// claims for that origin nothing, what it just heard, one less, three more, or
// a million more. Without this adversary it claims what it just heard.

#ifndef DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_
#define DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_

#include "sim/adversary/adversary.h"

namespace distdb::sim {

class FalseWatermarks : public Adversary {
 public:
  using Adversary::Adversary;

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  void Claim(NodeId liar, NodeId to, const InstanceId& heard);
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_
