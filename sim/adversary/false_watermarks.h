// FalseWatermarks: what liars claim to have delivered durably, and to have
// collected.
//
// Powers: whenever a node tells its watermark, or how far it has collected, or
// asks for watermarks, the liar claims the same for that origin to that node
// alone: nothing, what it just heard, one less, three more, or a million more.
// Without this adversary it claims what it just heard.

#ifndef DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_
#define DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_

#include "sim/adversary/adversary.h"

namespace distdb::sim {

class FalseWatermarks : public Adversary {
 public:
  using Adversary::Adversary;

  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

 private:
  void Claim(NodeId liar, NodeId to, MessageKind kind, const InstanceId& heard);
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FALSE_WATERMARKS_H_
