// RunHash: the 128-bit chained hash of a run, over every event and effect,
// field by field.
//
// Two runs of equal hash are the same run. It covers for each step the time,
// the node, every field of the event and every field of the effects, and each
// start and crash. A digest enters by order of first appearance, so that the
// hash does not depend on the digests' function; never a struct's bytes, which
// have padding.

#ifndef DISTDB_SIM_RUN_HASH_H_
#define DISTDB_SIM_RUN_HASH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/digest_names.h"
#include "sim/mix.h"
#include "sim/observer.h"

namespace distdb::sim {

class RunHash : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;

  // 32 hexadecimal digits: the run so far.
  std::string Hex() const;
  // A short form of the same, to compare two runs event by event.
  uint64_t Prefix() const { return mixer_.Low(); }

 private:
  void Add(uint64_t x) { mixer_.Add(x); }
  void AddBytes(absl::string_view bytes);
  void AddDigest(const InstanceId& instance, const Digest& digest);
  void AddInstance(const InstanceId& instance);
  void AddPayload(const Payload& payload);
  void AddMessage(const Message& message);
  void AddRecord(const Record& record);
  void AddCommand(const Command& command);
  void AddReply(const Reply& reply);
  void AddFault(const Fault& fault);
  void AddEvent(const Event& event);
  void AddEffects(const Effects& effects);

  Mixer mixer_;
  DigestNames names_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RUN_HASH_H_
