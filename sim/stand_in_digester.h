// StandInDigester: the digests of a simulated run. As wide as SHA-256 and far
// cheaper: four 64-bit lanes of the simulator's mixing. Two different inputs of
// a run never meet in practice; against someone who looks for a collision it is
// worth nothing, and nobody in a simulation does. A run is the same with
// SHA-256 (digester_test).

#ifndef DISTDB_SIM_STAND_IN_DIGESTER_H_
#define DISTDB_SIM_STAND_IN_DIGESTER_H_

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/types.h"

namespace distdb::sim {

class StandInDigester : public Digester {
 public:
  Digest Compute(const InstanceId& id,
                 absl::string_view payload) const override;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_STAND_IN_DIGESTER_H_
