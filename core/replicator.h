// Replicator: one replication mode, as a pure state machine.
//
// It carries payloads from the node where they were proposed to every node, and
// says by `Effects::delivered` what has become final here; all modes but the
// naive one deliver each origin's stream in order of seq and without a gap.
// What a payload means is not its affair.
//
// The caller (Replica) hands it each event of its driver and collects all
// effects in one Effects; the rules of event.h and effects.h apply unchanged.
// Recovery is construction: an implementation is built from the records that
// survived, and returns what they say was delivered.

#ifndef DISTDB_CORE_REPLICATOR_H_
#define DISTDB_CORE_REPLICATOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fields.h"
#include "core/memory_use.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// What an operator sees of one peer's stream of acknowledgements.
struct PeerView {
  bool up = false;
  // Per origin: durably delivered there, as the peer last told. 0: not told.
  std::vector<Seq> watermarks;

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(up, watermarks);
  }
};

class Replicator {
 public:
  virtual ~Replicator() = default;

  // OK, or why new writes are refused for the time being: ResourceExhausted
  // when a budget is full, Unavailable when the disk is.
  virtual absl::Status Admission() const = 0;

  // Whether another instance may be in flight; if not, writes wait a moment.
  virtual bool HasRoom() const = 0;

  // Starts the replication of `payload` as the next instance of the own stream.
  // Requires Admission().ok(), HasRoom() and
  // 1 <= payload.size() <= payload_bytes_max.
  virtual InstanceId Propose(Payload payload, Effects& effects) = 0;

  virtual void HandleTick(Time now, Effects& effects) = 0;
  virtual void HandleMessage(NodeId from, const Message& message,
                             Effects& effects) = 0;
  virtual void HandlePersisted(Token token, Effects& effects) = 0;
  virtual void HandlePersistFailed(Token token, Effects& effects) = 0;
  virtual void HandleLoaded(const Record& record, Effects& effects) = 0;
  virtual void HandleLoadFailed(Token token, Effects& effects) = 0;
  virtual void HandlePeerUp(NodeId peer, Effects& effects) = 0;
  virtual void HandlePeerDown(NodeId peer) = 0;

  // Whether the disk is full and a snapshot on its way will free some of it:
  // until then nothing new is taken on.
  virtual bool IsMakingRoom() const = 0;
  // What the snapshot under way, or else the next one, takes in the log at
  // most.
  virtual size_t SnapshotBytesMax() const = 0;
  // Whether a snapshot under way waits for the next entries of the store. Only
  // one chunk is on its way to disk at a time.
  virtual bool WantsEntries() const { return false; }
  // Requires WantsEntries(). Entries that were in the store at some time since
  // WantsEntries() first said true; the first chunk holds its smallest keys,
  // and each begins where the one before it ended. `last`: none follow.
  virtual void AppendEntries(Payload, bool /*last*/, Effects&) {}

  // When HandleTick has something to do next.
  virtual Time NextDeadline() const = 0;

  // The durably delivered prefix of `origin`'s stream at this node.
  virtual Seq Watermark(NodeId origin) const = 0;
  virtual PeerView View(NodeId peer) const = 0;
  // Cheap: counted as it changes.
  virtual MemoryUse Memory() const = 0;

  // All of its state but the configuration, so that another one of the same
  // configuration, made of no records, goes on exactly as this one would.
  virtual void Save(FieldWriter& writer) const = 0;
  // A state that does not fit the configuration makes `reader` fail.
  virtual void Load(FieldReader& reader) = 0;
};

// A replicator of config.mode from the records that survived, ascending by
// token. What they say was delivered is appended to `recovered`, in order.
// `well_formed` says whether a payload may be echoed: a pure function of the
// bytes. DataLoss where the records contradict each other or the
// configuration.
using WellFormed = bool (*)(absl::string_view payload);
absl::StatusOr<std::unique_ptr<Replicator>> MakeReplicator(
    const Config& config, WellFormed well_formed,
    absl::Span<const Record> records, std::vector<Delivery>& recovered);

}  // namespace distdb

#endif  // DISTDB_CORE_REPLICATOR_H_
