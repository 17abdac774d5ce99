// Broadcast: naive fan-out, best effort. The baseline that the other modes are
// compared with.
//
// A payload is sent once to every peer and applied by each on receipt. Nothing
// is voted on, nothing sent again: a lying origin makes replicas diverge, and a
// lost message is missing until the next synchronization. When a channel opens,
// the two ends tell each other how far they have come, and the one behind asks
// for the rest up to there, in chunks, from that one peer, which it believes.
//
// Payloads are applied as they come, which may be out of order. The watermark
// of a stream is its gapless applied prefix, and synchronization starts there.
// A node tells its watermarks now and then as they move, and a payload that all
// members have applied is forgotten. Snapshots of the store
// take the place of the log, but for the records of payloads that some member
// may still ask for.
//
// Guarantees: what was applied and answered survives a crash of this node.
// Claims nothing else. Memory and log: what some member lacks; own writes are
// refused when that is config.retained_bytes_max. What others send is taken
// without a bound.

#ifndef DISTDB_CORE_BROADCAST_BROADCAST_H_
#define DISTDB_CORE_BROADCAST_BROADCAST_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/journal.h"
#include "core/memory_use.h"
#include "core/record.h"
#include "core/replicator.h"
#include "core/snapshot_pace.h"
#include "core/types.h"

namespace distdb::broadcast {

class Broadcast final : public Replicator {
 public:
  // See MakeReplicator. Requires a valid `config`.
  static absl::StatusOr<std::unique_ptr<Broadcast>> Create(
      const Config& config, WellFormed well_formed,
      absl::Span<const Record> records, std::vector<Delivery>& recovered);

  absl::Status Admission() const override;
  bool HasRoom() const override { return true; }
  InstanceId Propose(Payload payload, Effects& effects) override;

  void HandleTick(Time now, Effects& effects) override;
  void HandleMessage(NodeId from, const Message& message,
                     Effects& effects) override;
  void HandlePersisted(Token token, Effects& effects) override;
  void HandlePersistFailed(Token token, Effects& effects) override;
  bool IsMakingRoom() const override { return pace_.urgent(); }
  size_t SnapshotBytesMax() const override { return pace_.bytes_max(); }
  bool WantsEntries() const override {
    return phase_ == Phase::kEntries && snapshot_pending_ == 0;
  }
  void AppendEntries(Payload entries, bool last, Effects& effects) override;
  // This mode loads nothing.
  void HandleLoaded(const Record&, Effects&) override {}
  void HandleLoadFailed(Token, Effects&) override {}
  void HandlePeerUp(NodeId peer, Effects& effects) override;
  void HandlePeerDown(NodeId peer) override;

  Time NextDeadline() const override {
    return std::min(journal_.NextDeadline(), tell_at_);
  }
  Seq Watermark(NodeId origin) const override;
  PeerView View(NodeId peer) const override;
  // Of what this mode is sent, it states no bound.
  MemoryUse Memory() const override {
    return {.retained_payloads = held_bytes_,
            .journal = journal_.size() * sizeof(Record)};
  }

  void Save(FieldWriter& writer) const override;
  void Load(FieldReader& reader) override;
  // All that is not const. See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(now_, streams_, peers_, syncs_, next_own_, journal_, held_bytes_,
            tell_at_, pace_, phase_, snapshot_number_, snapshot_begin_,
            snapshot_pending_);
  }

 private:
  // What some member may ask for.
  struct Held {
    Payload payload;
    Token token;  // Of its record; 0: on its way to the disk.

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(payload, token);
    }
  };
  // One origin's payloads, applied or on their way to the disk.
  struct Stream {
    std::map<Seq, Held> payloads;
    Seq received;   // All up to here have come,
    Seq watermark;  // all up to here are durable,
    Seq told;       // and the peers have been told up to here.
    std::set<Seq> durable_beyond;

    // Whether it has come, and perhaps been forgotten.
    bool Has(Seq seq) const {
      return seq <= received || payloads.contains(seq);
    }

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(payloads, received, watermark, told, durable_beyond);
    }
  };
  // With one peer, of one stream, on the channel that is open.
  struct Sync {
    bool began = false;
    Seq end;     // The peer had so much when it first told.
    Seq pulled;  // From which seq on it was last asked.

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(began, end, pulled);
    }
  };
  enum class Phase : uint8_t { kIdle, kBegin, kEntries, kEnd };

  Broadcast(const Config& config, WellFormed well_formed);

  Stream& StreamOf(NodeId origin) { return streams_[origin.value()]; }
  void HandleSend(NodeId from, const Message& message, Effects& effects);
  // The peer has all up to `id.seq`: asks for what is missing here, if the
  // channel has just opened.
  void HandleWatermark(NodeId from, const InstanceId& id, Effects& effects);
  // Sends the next chunk from `id.seq` on, and then the own watermark, so that
  // the peer asks for more.
  void HandlePull(NodeId from, const InstanceId& id, Effects& effects);
  void TellWatermark(NodeId to, NodeId origin, Effects& effects) const;
  // Takes a payload in, to be applied once its record is durable.
  void Accept(const InstanceId& id, const Payload& payload, Effects& effects);
  void Insert(const InstanceId& id, const Payload& payload);
  void MarkDurable(const InstanceId& id, Token token);
  Delivery DeliveryOf(const Record& record) const;

  // retention.cc: what is forgotten, and the snapshots that allow it.
  void NoteWatermark(NodeId from, NodeId origin, Seq seq);
  // Forgets what all members have applied.
  void Collect(NodeId origin);
  void TellApplied(Effects& effects);
  // Hands a record to the journal; all go through here.
  void Append(Record record, Effects& effects);
  void AppendMark(RecordKind kind, Payload payload, Effects& effects);
  void MaybeBeginSnapshot(Effects& effects);
  void FinishSnapshotRecord(const Record& record, Effects& effects);
  absl::Status RecoverSnapshot(absl::Span<const Record> records);

  const Config config_;
  const WellFormed well_formed_;
  const NodeSet others_;
  Time now_;
  std::vector<Stream> streams_;           // By origin.
  std::vector<PeerView> peers_;           // By node.
  std::vector<std::vector<Sync>> syncs_;  // By node and origin.
  Seq next_own_{1};
  Journal journal_;
  size_t held_bytes_ = 0;  // Of all streams' payloads.
  Time tell_at_ = kNever;

  // The snapshot under way, or the last one.
  SnapshotPace pace_;
  Phase phase_ = Phase::kIdle;
  Seq snapshot_number_;
  Token snapshot_begin_;
  size_t snapshot_pending_ = 0;  // Its records on their way to disk.
};

}  // namespace distdb::broadcast

#endif  // DISTDB_CORE_BROADCAST_BROADCAST_H_
