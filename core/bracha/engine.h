// Engine: Bracha reliable broadcast for a node that lives for years: windows,
// durability, retransmission and catch-up around Instance.
//
// Three message delays in the good case (SEND, ECHO, READY), two of them votes
// of a digest; the payload crosses each link once, in SEND.
//
// What it adds to the algorithm, and why:
//   * Durable before visible. Own seq, ECHO (with its payload) and READY are
//     records first, and sent once these are durable: a node that forgot an
//     ECHO would contradict itself (Agreement), one that forgot a READY would
//     leave others short of a quorum that someone has delivered on (Totality).
//     So the own vote counts, and a delivery is visible, only once durable.
//   * Window. Per origin only seq in [low, low + W) is held; a sender keeps to
//     the window that the receiver's watermark implies. A byte budget gates the
//     ECHO, but never at low. What that bounds is told in memory_bound.h.
//   * Retransmission is state. On its first watermark after PeerUp, when its
//     window moves, and on a timer with back-off while it is stuck, a peer is
//     sent the votes (or DELIVERED) for what *it* has not durably delivered.
//   * Catch-up. f + 1 DELIVERED of one digest prove a delivery (one of them is
//     correct); the payload may come from anyone, its digest is the proof. It
//     is asked of one peer after the other who says to have it.
//   * Snapshots. When the log has grown, the replica writes its state into it
//     and names the records that are not needed any more: all before the
//     snapshot, but for payloads that peers lack.
//   * Collection. A delivered payload is kept until every member has told a
//     watermark beyond it; what is not in memory is loaded from its record. How
//     much is kept per origin, and how the others know of it: retention.h.
//
// Guarantees, with at most f faulty nodes, whatever the network does to
// messages and wherever crashes strike: Agreement, Integrity, and as long as
// messages between correct nodes arrive now and then, Validity and Totality.
//
// Not handled: a node that never returns, or never tells a watermark, holds
// back collection. Each origin then stops at its share of the budget for what
// is kept. A pull that a late SEND overtakes brings the payload twice.

#ifndef DISTDB_CORE_BRACHA_ENGINE_H_
#define DISTDB_CORE_BRACHA_ENGINE_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/bracha/instance.h"
#include "core/bracha/loads.h"
#include "core/bracha/peer.h"
#include "core/bracha/retention.h"
#include "core/bracha/snapshot_state.h"
#include "core/bracha/stream.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/journal.h"
#include "core/memory_use.h"
#include "core/quorum.h"
#include "core/rare_event.h"
#include "core/record.h"
#include "core/replicator.h"
#include "core/snapshot.h"
#include "core/snapshot_pace.h"
#include "core/types.h"

namespace distdb::bracha {

class Engine final : public Replicator {
 public:
  // See MakeReplicator. Requires a valid `config`.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(
      const Config& config, WellFormed well_formed,
      absl::Span<const Record> records, std::vector<Delivery>& recovered);

  absl::Status Admission() const override;
  bool HasRoom() const override;
  InstanceId Propose(Payload payload, Effects& effects) override;

  void HandleTick(Time now, Effects& effects) override;
  void HandleMessage(NodeId from, const Message& message,
                     Effects& effects) override;
  void HandlePersisted(Token token, Effects& effects) override;
  void HandlePersistFailed(Token token, Effects& effects) override;
  void HandleLoaded(const Record& record, Effects& effects) override;
  void HandleLoadFailed(Token token, Effects& effects) override;
  void HandlePeerUp(NodeId peer, Effects& effects) override;
  void HandlePeerDown(NodeId peer) override;

  bool IsMakingRoom() const override { return pace_.urgent(); }
  size_t SnapshotBytesMax() const override { return pace_.bytes_max(); }
  bool WantsEntries() const override;
  void AppendEntries(Payload entries, bool last, Effects& effects) override;

  Time NextDeadline() const override;
  Seq Watermark(NodeId origin) const override;
  PeerView View(NodeId peer) const override;
  MemoryUse Memory() const override;

  // For tools that show what a node holds.
  const Stream& stream(NodeId origin) const { return StreamOf(origin); }
  Seq next_own() const { return next_own_; }
  const Journal& journal() const { return journal_; }

  void Save(FieldWriter& writer) const override;
  void Load(FieldReader& reader) override;
  // All that is not const. See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(now_, resumed_, totals_, InPlace{streams_}, InPlace{peers_},
            next_own_, own_collected_, journal_, snapshot_, pace_, pull_at_,
            tell_at_, loads_);
  }

 private:
  Engine(const Config& config, const Quorums& quorums, WellFormed well_formed);

  // recovery.cc: from records to streams.
  absl::Status RecoverAll(absl::Span<const Record> records,
                          std::vector<Delivery>& recovered);
  // What a complete snapshot that begins at `begin` says of the streams, with
  // what the records before it keep for peers.
  absl::Status RecoverBase(absl::Span<const Record> before,
                           const Record& begin);
  absl::Status Recover(const Record& record, std::vector<Delivery>& recovered);
  absl::Status RecoverVote(const Record& record);
  absl::Status RecoverDelivery(const Record& record,
                               std::vector<Delivery>& recovered);
  absl::Status RecoverCollected(const Record& record);
  // What the recovered votes suffice for, once, before anything else.
  void Resume(Effects& effects);

  // votes.cc: the protocol.
  void HandleSend(NodeId from, const Message& message, Effects& effects);
  void HandleVote(NodeId from, const Message& message, Effects& effects);
  // Carries out what `outcome` asks for in `id`, and delivers what it decides.
  void Apply(const InstanceId& id, const Outcome& outcome, Effects& effects) {
    Apply(id, StreamOf(id.origin).At(id.seq), outcome, effects);
  }
  void Apply(const InstanceId& id, Slot& slot, const Outcome& outcome,
             Effects& effects) {
    Stream& stream = StreamOf(id.origin);
    stream.NoteTallies(slot);
    // Most votes complete nothing, and votes go on to come for what is being
    // delivered.
    const bool is_open =
        slot.instance.decided() != nullptr && id.seq >= stream.next();
    if (is_open || outcome.echo != nullptr || outcome.ready != nullptr) {
      CarryOut(id, slot, outcome, effects);
    }
  }
  void CarryOut(const InstanceId& id, Slot& slot, const Outcome& outcome,
                Effects& effects);
  // Makes the own vote durable, then visible, then counted.
  void Vote(RecordKind kind, const InstanceId& id, const Digest& digest,
            const Payload& payload, Effects& effects);
  // What two mutants do instead.
  void VoteWithoutRecord(RecordKind kind, const InstanceId& id,
                         const Digest& digest, Effects& effects);
  void CountOwnVote(const Record& record, Effects& effects);
  void MaybeDeliver(NodeId origin, Effects& effects);
  void FinishDelivery(const Record& record, Effects& effects);

  // snapshot.cc: a bounded log.
  // Hands a record to the journal; all go through here.
  void Append(Record record, Effects& effects);
  void AppendMark(RecordKind kind, Payload payload, Effects& effects);
  void MaybeBeginSnapshot(Effects& effects);
  void FinishSnapshotRecord(const Record& record, Effects& effects);
  void AppendVotes(Effects& effects);
  void AppendVotesOf(const InstanceId& id, Effects& effects);
  // Whether its ECHO record will be cut off by the snapshot under way.
  bool LeansOnOldEcho(const Slot& slot) const;
  void DiscardBefore(Effects& effects) const;

  // payloads.cc: what votes name and a node may lack.
  void MaybePull(const InstanceId& id, Effects& effects);
  void SendPull(const InstanceId& id, Slot& slot, Effects& effects);
  void RetryPulls(Effects& effects);
  void HandlePull(NodeId from, const Message& message, Effects& effects);
  void HandlePayload(NodeId from, const Message& message, Effects& effects);
  void OfferPayload(const InstanceId& id, const Digest& digest,
                    const Payload& payload, Effects& effects);

  // resend.cc: watermarks and retransmission.
  void HandleWatermark(NodeId from, const InstanceId& id, Effects& effects);
  void ResendTo(NodeId peer, Effects& effects);
  // Sends `peer` what this node has to say of (after, last] of the stream.
  void Resend(NodeId peer, NodeId origin, Seq after, Seq last,
              Effects& effects);
  void TellWatermark(NodeId origin, Effects& effects);
  void TellWatermarks(Effects& effects);
  void NeedToTell(NodeId origin, NodeSet peers);
  void ArmResends();
  bool IsLagging(NodeId peer, NodeId origin) const;
  Seq WindowEnd(NodeId peer, NodeId origin) const;
  NodeSet PeersWithWindow(const InstanceId& id) const;

  // collect.cc: what is kept for members that lack it.
  void MaybeCollect(NodeId origin, Effects& effects);
  void FinishCollected(const Record& record, Effects& effects);
  void TellCollected(NodeId origin, NodeSet to, Effects& effects) const;
  void HandleCollected(NodeId from, const InstanceId& id, Effects& effects);
  void FindOwnRoom();
  // Of the own stream, in bytes of the budget: what enough members may keep,
  // and what is not delivered here.
  uint64_t OwnKept() const;
  uint64_t OwnUnderWay() const;
  // Until MaybeCollect frees some of what is kept of it.
  void WaitForRoom(Stream& stream);
  // Whether something waits for the others to collect.
  bool LacksRoom() const;

  Stream& StreamOf(NodeId origin) { return streams_[origin.value()]; }
  const Stream& StreamOf(NodeId origin) const {
    return streams_[origin.value()];
  }
  // The open slot of `id`, or null where it is below or beyond the window.
  Slot* FindSlot(const InstanceId& id) {
    return StreamOf(id.origin).Find(id.seq);
  }
  // The same for a SEND or a vote of `from`, who is told the watermark again
  // where that shows that it has not heard it.
  Slot* FindSlotFor(NodeId from, const InstanceId& id);
  InstanceId IdOf(NodeId origin, Seq seq) const {
    return {config_.epoch, origin, seq};
  }
  // Whether no correct node would echo it, whatever it is for.
  bool IsMalformed(const Payload& payload) const {
    return payload.size() > config_.payload_bytes_max ||
           !well_formed_(payload.bytes());
  }
  bool RareHappens(RareEvent event, const InstanceId& about) const {
    return Rarely(config_.rare_events, event, about);
  }

  const Config config_;
  const Quorums quorums_;
  const WellFormed well_formed_;
  const NodeSet others_;
  const Retention retention_;

  Time now_;
  bool resumed_ = false;
  StreamTotals totals_;
  std::vector<Stream> streams_;  // By origin.
  std::vector<Peer> peers_;      // By node; the own one is not used.
  Seq next_own_{1};
  // So far 2f + 1 members have collected the own stream.
  uint64_t own_collected_ = 0;
  Journal journal_;
  SnapshotState snapshot_;
  SnapshotPace pace_;
  Time pull_at_ = kNever;
  Time tell_at_ = kNever;
  Loads loads_;
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_ENGINE_H_
