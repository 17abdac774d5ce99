// Broadcast: naive fan-out, best effort. The baseline that the other modes are
// compared with.
//
// A payload is sent once to every peer and applied by each on receipt. Nothing
// is voted on, nothing sent again: a lying origin makes replicas diverge, and a
// lost message is missing until the next synchronization. When a channel opens,
// the two ends tell each other how far they have come, and the one behind asks
// for the rest, in chunks, from that one peer, which it believes.
//
// Payloads are applied as they come, which may be out of order. The watermark
// of a stream is its gapless applied prefix, and synchronization starts there.
//
// Guarantees: what was applied and answered survives a crash of this node.
// Claims nothing else. Memory: all payloads ever applied, since any peer may
// ask for any of them; this mode is for comparison, not for years.

#ifndef DISTDB_CORE_BROADCAST_BROADCAST_H_
#define DISTDB_CORE_BROADCAST_BROADCAST_H_

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
  // This mode loads nothing.
  void HandleLoaded(const Record&, Effects&) override {}
  void HandleLoadFailed(Token, Effects&) override {}
  void HandlePeerUp(NodeId peer, Effects& effects) override;
  void HandlePeerDown(NodeId peer) override;

  Time NextDeadline() const override { return journal_.NextDeadline(); }
  Seq Watermark(NodeId origin) const override;
  PeerView View(NodeId peer) const override;
  // This mode keeps all that it is sent, and states no bound.
  MemoryUse Memory() const override {
    return {.journal = journal_.size() * sizeof(Record)};
  }

  void Save(FieldWriter& writer) const override;
  void Load(FieldReader& reader) override;
  // All that is not const. See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(now_, streams_, peers_, pulled_, next_own_, journal_);
  }

 private:
  // One origin's payloads, applied or on their way to the disk.
  struct Stream {
    std::map<Seq, Payload> payloads;
    Seq received;   // All up to here are in `payloads`,
    Seq watermark;  // and all up to here are durable.
    std::set<Seq> durable_beyond;

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(payloads, received, watermark, durable_beyond);
    }
  };

  Broadcast(const Config& config, WellFormed well_formed);

  Stream& StreamOf(NodeId origin) { return streams_[origin.value()]; }
  void HandleSend(NodeId from, const Message& message, Effects& effects);
  // The peer has all up to `id.seq`: asks for what is missing here.
  void HandleWatermark(NodeId from, const InstanceId& id, Effects& effects);
  // Sends the next chunk from `id.seq` on, and then the own watermark, so that
  // the peer asks for more.
  void HandlePull(NodeId from, const InstanceId& id, Effects& effects);
  void TellWatermark(NodeId to, NodeId origin, Effects& effects) const;
  // Takes a payload in, to be applied once its record is durable.
  void Accept(const InstanceId& id, const Payload& payload, Effects& effects);
  void Insert(const InstanceId& id, const Payload& payload);
  void MarkDurable(const InstanceId& id);
  Delivery DeliveryOf(const Record& record) const;

  const Config config_;
  const WellFormed well_formed_;
  const NodeSet others_;
  Time now_;
  std::vector<Stream> streams_;  // By origin.
  std::vector<PeerView> peers_;  // By node.
  // By node and origin: from which seq on this was last asked for on the
  // channel that is open.
  std::vector<std::vector<Seq>> pulled_;
  Seq next_own_{1};
  Journal journal_;
};

}  // namespace distdb::broadcast

#endif  // DISTDB_CORE_BROADCAST_BROADCAST_H_
