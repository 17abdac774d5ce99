// Instance: Bracha's reliable broadcast of one value, and nothing else.
//
// Votes go in, votes and a decision come out. No window, no disk, no time, no
// payload: those are the Engine's. Small enough to be explored exhaustively,
// and to be one page of TLA+ (an action there is a handler here).
//
//   origin:            SEND(d) to all
//   on SEND(d) from the origin, once:               ECHO(d) to all
//   on `echo` ECHO(d) or `ready` READY(d), once:    READY(d) to all
//   on `deliver` READY(d), once:                    decide d
//
// Beside Bracha's rules there is one that proves an old delivery to a node that
// was away: DELIVERED(d) from a peer counts as its READY(d), and f + 1 of them
// (one is correct) decide d.
//
// The caller feeds one vote per message, says who sent it by the channel, and
// *counts its own vote only when that is durable*: a handler that asks to echo
// or ready has not counted it; the caller makes it durable, then calls
// HandleEcho or HandleReady with its own id.
//
// Invariants:
//   1. At most one digest is ever echoed, at most one readied (also over a
//      restart, through RestoreEcho and RestoreReady).
//   2. In each phase a node's first vote counts, once; a second one for another
//      digest proves that it lies.
//   3. At most 2 · nodes + 1 tallies, since each comes with the first SEND or
//      with some node's first vote in some phase.
//
// Handling a vote allocates nothing while at most two digests are in play,
// which only a lying origin can exceed.
//
// Source: G. Bracha, Information and Computation 75 (1987), section 3; the
// digests in votes are those of C. Cachin, S. Tessaro, "Asynchronous verifiable
// information dispersal", SRDS 2005, without the dispersal.

#ifndef DISTDB_CORE_BRACHA_INSTANCE_H_
#define DISTDB_CORE_BRACHA_INSTANCE_H_

#include "absl/container/inlined_vector.h"
#include "core/digest.h"
#include "core/node_set.h"
#include "core/quorum.h"
#include "core/types.h"

namespace distdb::bracha {

// The votes for one digest.
struct Tally {
  Digest digest;
  NodeSet echoes;
  NodeSet readies;
  NodeSet claims;  // Of DELIVERED; always a subset of `readies`.

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(digest, echoes, readies, claims);
  }
};

// What a handler asks of its caller. The pointers are into the instance and
// valid until its next handler.
struct Outcome {
  // Make an ECHO, or a READY, of this digest durable and send it to all.
  const Digest* echo = nullptr;
  const Digest* ready = nullptr;
  // The sender has voted before in this phase, for this other digest.
  const Digest* conflict = nullptr;
};

class Instance {
 public:
  Instance() = default;

  // The origin's SEND. Only the first one is echoed.
  Outcome HandleSend(const Digest& digest);

  Outcome HandleEcho(const Quorums& quorums, NodeId from, const Digest& digest);
  Outcome HandleReady(const Quorums& quorums, NodeId from,
                      const Digest& digest);
  Outcome HandleDelivered(const Quorums& quorums, NodeId from,
                          const Digest& digest);

  // After a restart: this node's own votes that are on disk. Each counts.
  // Requires that none for another digest was restored before.
  void RestoreEcho(NodeId self, const Digest& digest);
  void RestoreReady(NodeId self, const Digest& digest);
  // After all are restored: what they suffice for.
  Outcome Resume(const Quorums& quorums);

  // What this node has voted for (perhaps not yet durably), or null.
  const Digest* echoed() const { return echoed_ < 0 ? nullptr : At(echoed_); }
  const Digest* readied() const {
    return readied_ < 0 ? nullptr : At(readied_);
  }
  // The digest that may be delivered, or null.
  const Digest* decided() const {
    return decided_ < 0 ? nullptr : At(decided_);
  }

  // Who has voted for `digest` in any phase: they have, or know who has, its
  // payload.
  NodeSet Supporters(const Digest& digest) const;
  // Who has echoed `digest`: they have its payload, and what they owe to the
  // echo quorum is paid.
  NodeSet Echoers(const Digest& digest) const;
  // Who says to have the payload of `digest`: it has echoed or delivered it.
  NodeSet Holders(const Digest& digest) const;
  // Who claims to have delivered `digest`.
  NodeSet Claimants(const Digest& digest) const;

  // In order of first appearance. For the explorer and for tests.
  const absl::InlinedVector<Tally, 2>& tallies() const { return tallies_; }

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(tallies_, echoed_, readied_, decided_);
  }

 private:
  const Digest* At(int index) const { return &tallies_[index].digest; }

  const Tally* Find(const Digest& digest) const;
  int FindOrAdd(const Digest& digest);
  // The digest of another tally in whose `phase` set `from` already is, or null
  // and then the tally of `digest`.
  const Digest* FindConflict(NodeSet Tally::*phase, NodeId from,
                             const Digest& digest, int& index);
  Outcome CountReady(const Quorums& quorums, NodeId from, const Digest& digest,
                     bool claims);
  int EchoesFor(const Tally& tally) const;
  // READY and the decision, where the tally at `index` suffices for them.
  void Evaluate(const Quorums& quorums, int index, Outcome& outcome);

  absl::InlinedVector<Tally, 2> tallies_;
  int echoed_ = -1;
  int readied_ = -1;
  int decided_ = -1;
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_INSTANCE_H_
