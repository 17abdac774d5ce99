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
#include "core/mix.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/digest_names.h"
#include "sim/observer.h"

namespace distdb::sim {

class RunHash final : public Observer {
 public:
  bool WatchesPassages() const override { return false; }

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;

  // 32 hexadecimal digits: the run so far.
  std::string Hex() const;
  // A short form of the same, to compare two runs event by event.
  uint64_t Prefix() const { return mixer_.Low(); }

 private:
  static uint64_t AsWord(int64_t value) { return static_cast<uint64_t>(value); }
  // Two fields in one word; each argument lies in bits of its own.
  static uint64_t Pack(uint32_t high, uint32_t low) {
    return uint64_t{high} << 32 | low;
  }

  void Add(uint64_t x, uint64_t y) { mixer_.Add(x, y); }
  void AddBytes(absl::string_view bytes) { MixBytes(bytes, mixer_); }
  void AddInstance(const InstanceId& instance) {
    Add(Pack(instance.epoch.value(), instance.origin.value()),
        instance.seq.value());
  }
  // What a message, a record and a delivery have in common. `what` is its own:
  // who sent it, to whom, or its token.
  void AddContent(uint64_t what, uint8_t kind, const InstanceId& instance,
                  const Digest& digest, const Payload& payload) {
    const uint32_t number = names_.Name(instance, digest).number;
    const bool has_payload = payload.has_value();
    Add(what, Pack(number, uint32_t{has_payload} << 8 | kind));
    AddInstance(instance);
    if (has_payload) AddBytes(payload.bytes());
  }
  void AddMessage(uint64_t from_or_to, const Message& message) {
    AddContent(from_or_to, static_cast<uint8_t>(message.kind), message.instance,
               message.digest, message.payload);
  }
  void AddRecord(const Record& record) {
    AddContent(record.token.value(), static_cast<uint8_t>(record.kind),
               record.instance, record.digest, record.payload);
  }
  void AddDot(Dot dot);
  void AddCommand(const Command& command);
  void AddReply(const Reply& reply);
  void AddFault(const Fault& fault);
  void AddOtherEvent(const Event& event);
  void AddSizes(const Effects& effects);
  void AddTimes(const Effects& effects) {
    Add(effects.discard_before.value(), AsWord(effects.next_deadline.value()));
  }
  void AddEffects(const Effects& effects);

  PairMixer mixer_;
  DigestNames names_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_RUN_HASH_H_
