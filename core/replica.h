// Replica: one node of the database as a pure state machine: a Replicator, the
// Store and what connects them. The simulator and the node drive this same
// class.
//
//              peer message   client request   timer   bytes durable
//                     \             |            |          /
//                      v            v            v         v
//                        Replica::Step(event, effects)
//                      |            |            |         |
//                      v            v            v         v
//              append to the log  send now  send once durable  reply
//
// The driver's duties are listed in event.h, the meaning of the effects in
// effects.h. A step does no I/O, reads no clock and draws no randomness: two
// replicas of equal configuration and records that are given equal events have
// equal effects, on every compiler and machine.
//
// Writes that arrive in one loop turn share an instance: a Write is appended to
// the open batch, and the next Tick, which `next_deadline` asks for at once,
// proposes it.
//
//   auto replica = Replica::Create(config, records_from_the_log);
//   Effects effects;
//   (*replica)->Step(Tick{now, wall_now}, effects);
//   … carry out the effects, effects.Clear(), next event …
//
// Guarantees (mode bracha, at most f faulty nodes): a Write answered OK will be
// delivered by every correct node, and survives any crash of this one; a Get
// that gives the write's token sees it, on any node.
//
// Not handled here: who a client is, how a peer is reached, where bytes lie.
// Not thread-safe.

#ifndef DISTDB_CORE_REPLICA_H_
#define DISTDB_CORE_REPLICA_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/command.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/evidence.h"
#include "core/memory_use.h"
#include "core/record.h"
#include "core/replicator.h"
#include "core/store/batch.h"
#include "core/store/hybrid_clock.h"
#include "core/store/store.h"
#include "core/types.h"

namespace distdb {

class Replica {
 public:
  // Builds the replica from the records that survived, ascending by token; what
  // a crash at any point leaves on disk is valid. InvalidArgument for a
  // configuration out of range; DataLoss for records that no crash explains.
  static absl::StatusOr<std::unique_ptr<Replica>> Create(
      const Config& config, absl::Span<const Record> records);

  // One that goes on exactly as another of equal configuration would, at the
  // moment at which Save wrote `state` and its store held what `store` holds.
  // DataLoss for a state that another version wrote or that does not fit.
  static absl::StatusOr<std::unique_ptr<Replica>> Resume(
      const Config& config, Store store, absl::string_view state);

  // Appends all of the state but the store's to `state`.
  void Save(std::string& state) const;

  // Handles one event. Appends to `effects`, which the driver has cleared, and
  // sets its next_deadline.
  void Step(const Event& event, Effects& effects);

  // For an operator and for checkers; never needed to drive the replica.
  const Config& config() const { return config_; }
  const Store& store() const { return store_; }
  // That of config().mode, see MakeReplicator.
  const Replicator& replicator() const { return *replicator_; }
  Seq Watermark(NodeId origin) const { return replicator_->Watermark(origin); }
  PeerView View(NodeId peer) const { return replicator_->View(peer); }
  // See Replicator.
  bool IsMakingRoom() const { return replicator_->IsMakingRoom(); }
  size_t SnapshotBytesMax() const { return replicator_->SnapshotBytesMax(); }
  // Who has been proven to lie since this replica was built.
  const Evidence& evidence() const { return evidence_; }
  // What it holds now; cheap. Never more than bracha/memory_bound.h says.
  MemoryUse Memory() const {
    MemoryUse use = replicator_->Memory();
    use.evidence = evidence_.Bytes();
    use.waiting_writes = waiting_bytes_ +
                         in_flight_.size() * kWaitingBatchBytes +
                         writes_in_flight_ * kWaitingWriteBytes;
    use.waiting_reads = waiting_reads_bytes_;
    return use;
  }

 private:
  // A write that waits for its instance to be delivered here.
  struct PendingWrite {
    ClientId client;
    RequestId request;
    uint32_t mutations = 0;
    Time deadline;
    bool answered = false;  // It has run out of time.

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(client, request, mutations, deadline, answered);
    }
  };

  // Writes that share an instance: open, then in flight as `seq`.
  struct PendingBatch {
    BatchBuilder builder;
    std::vector<PendingWrite> writes;
    Seq seq;

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(builder, writes, seq);
    }
  };

  // A read that waits for a write to be applied here.
  struct PendingRead {
    Request request;
    Dot at_least;
    Time deadline;

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(request, at_least, deadline);
    }
  };

  Replica(const Config& config, std::unique_ptr<Replicator> replicator);

  // All that is not const but the replicator and the store. See fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(clock_, evidence_, now_, wall_now_, open_, in_flight_,
            waiting_bytes_, writes_in_flight_, flush_due_, pending_reads_,
            waiting_reads_bytes_, expire_at_, entries_after_);
  }

  // From the last complete snapshot, if there is one.
  absl::Status RestoreStore(absl::Span<const Record> records);
  // The next entries for a snapshot under way.
  void SupplyEntries(Effects& effects);

  // After a restart: what this node has proposed and not delivered is in no
  // store, but its next write comes after it.
  void ObserveOwn(const Record& record);

  void HandleTick(const Tick& tick, Effects& effects);
  void HandleRequest(const Request& request, Effects& effects);
  void HandleWrite(const Request& request, const Write& write,
                   Effects& effects);
  void HandleRead(const Request& request, Dot at_least, Effects& effects);
  void ServeRead(const Request& request, Effects& effects) const;

  absl::Status CheckWrite(const Write& write) const;
  absl::Status CheckRead(const Command& command, Dot at_least) const;
  // Whether another read may wait.
  absl::Status AdmitRead(const Command& command) const;
  // The open batch that has room for so many bytes and mutations more.
  PendingBatch& OpenBatch(size_t bytes, size_t mutations);
  // Proposes open batches while the replicator has room.
  void MaybePropose(Effects& effects);

  // Notes that a batch will be delivered, or has been.
  void AddInFlight(PendingBatch batch);
  void DropInFlight();

  // Applies what the replicator delivered in this step and answers who waited.
  void ApplyDelivered(Effects& effects);
  // The flags of all mutations; empty where the payload is no batch.
  std::vector<bool> Apply(const Delivery& delivery);
  void AnswerWrites(Seq seq, const std::vector<bool>& existed,
                    Effects& effects);
  void AnswerReads(Effects& effects);
  void ExpireRequests(Effects& effects);
  void ExpireReads(Effects& effects);
  bool HasApplied(Dot dot) const;
  Time NextDeadline() const;

  const Config config_;
  std::unique_ptr<Replicator> replicator_;
  Store store_;
  HybridClock clock_;
  Evidence evidence_;
  Time now_;
  WallTime wall_now_;

  std::deque<PendingBatch> open_;       // Not yet proposed.
  std::deque<PendingBatch> in_flight_;  // Proposed, ascending by seq.
  size_t waiting_bytes_ = 0;            // Of the open batches.
  size_t writes_in_flight_ = 0;         // Of those that are proposed.
  bool flush_due_ = false;
  std::deque<PendingRead> pending_reads_;
  size_t waiting_reads_bytes_ = 0;
  // No request that waits has an earlier deadline.
  Time expire_at_ = kNever;
  // The last key in the snapshot under way; not set before the first.
  std::optional<std::string> entries_after_;
};

}  // namespace distdb

#endif  // DISTDB_CORE_REPLICA_H_
