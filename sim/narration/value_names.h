// ValueNames: short names for the values of instances, for people: the names
// that a scenario gives them, or else a, b, c, … in the order in which they
// appear in their instance.

#ifndef DISTDB_SIM_NARRATION_VALUE_NAMES_H_
#define DISTDB_SIM_NARRATION_VALUE_NAMES_H_

#include <map>
#include <string>

#include "core/digest.h"
#include "core/message.h"
#include "core/payload.h"
#include "core/types.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

class ValueNames {
 public:
  // `given`: the values that have a name already. `digester`: the run's, which
  // outlives this; null: the simulator's own.
  explicit ValueNames(std::map<std::string, Payload> given = {},
                      const Digester* digester = nullptr)
      : given_(std::move(given)), digester_(digester) {}

  // The name of the value with this digest in this instance.
  const std::string& Name(const InstanceId& instance, const Digest& digest);
  // The value that a message carries or names; empty if it does neither.
  std::string Name(const Message& message);
  const std::string& Name(const InstanceId& instance, const Payload& payload) {
    return Name(instance, DigestOf(instance, payload));
  }

 private:
  struct Instance {
    std::map<Digest, std::string> names;
    uint32_t letters = 0;  // Used up.
  };

  std::string NextLetter(Instance& instance) const;
  Digest DigestOf(const InstanceId& instance, const Payload& payload) const {
    const Digester& digester = digester_ == nullptr ? stand_in_ : *digester_;
    return digester.Compute(instance, payload.bytes());
  }

  std::map<std::string, Payload> given_;
  StandInDigester stand_in_;
  const Digester* digester_;
  std::map<InstanceId, Instance> instances_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_VALUE_NAMES_H_
