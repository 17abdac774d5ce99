// Mutants: bugs planted on purpose, so that the simulator can show that it
// finds them.
//
// They exist only where DISTDB_MUTANTS is defined, which is the simulator's own
// build of core. In the node's build `Mutated` is the constant false, the
// planted code is gone, and so are the names below.
//
//   if (Mutated(Mutant::kNoAmplification)) …   at the place of the bug
//
// To add one: a line in DISTDB_MUTANT_LIST and its use. The property named is
// the one that must break for the mutant to count as found.

#ifndef DISTDB_CORE_MUTANT_H_
#define DISTDB_CORE_MUTANT_H_

namespace distdb {

// X(enumerator, name, property, what is wrong)
// clang-format off
#define DISTDB_MUTANT_LIST(X)                                                  \
  X(kEchoQuorumLow, "echo_quorum_low", "Agreement",                            \
    "READY after one ECHO too few")                                            \
  X(kEchoQuorumHigh, "echo_quorum_high", "Validity",                           \
    "READY after one ECHO too many")                                           \
  X(kReadyQuorumLow, "ready_quorum_low", "Agreement",                          \
    "amplifies f READYs")                                                      \
  X(kReadyQuorumHigh, "ready_quorum_high", "Totality",                         \
    "amplifies f + 2 READYs")                                                  \
  X(kDeliverQuorumLow, "deliver_quorum_low", "Totality",                       \
    "delivers on 2f READYs")                                                   \
  X(kDeliverQuorumHigh, "deliver_quorum_high", "Validity",                     \
    "delivers on 2f + 2 READYs")                                               \
  X(kVotesNotDeduplicated, "votes_not_deduplicated", "Agreement",              \
    "a repeated vote counts again")                                            \
  X(kVotesNotPerDigest, "votes_not_per_digest", "Agreement",                   \
    "ECHOs count whatever they are for")                                       \
  X(kReadyPerValue, "ready_per_value", "Agreement",                            \
    "READY once per value, after n - 2f ECHOs")                                \
  X(kKeyedByMessage, "keyed_by_message", "Agreement",                          \
    "ECHO and READY once per value")                                           \
  X(kKeyedById, "keyed_by_id", "Agreement",                                    \
    "all votes count for the value of the first message")                      \
  X(kNoAmplification, "no_amplification", "Totality",                          \
    "READYs alone never make a node ready")                                    \
  X(kClaimsQuorumLow, "claims_quorum_low", "Agreement",                        \
    "f DELIVERED prove a delivery")                                            \
  X(kValueOfFirstMessage, "value_of_first_message", "Agreement",               \
    "delivers the payload it echoed, whatever was decided")                    \
  X(kPullNotVerified, "pull_not_verified", "Agreement",                        \
    "takes a pulled payload without its digest")                               \
  X(kNotFifo, "not_fifo", "Integrity",                                         \
    "delivers a stream out of order")                                          \
  X(kEchoNotDurable, "echo_not_durable", "NoFalseConviction",                  \
    "sends an ECHO that is not on disk")                                       \
  X(kReadyNotDurable, "ready_not_durable", "Totality",                         \
    "sends a READY that is not on disk")                                       \
  X(kRestartForgetsEcho, "restart_forgets_echo", "NoFalseConviction",          \
    "does not restore its ECHOs")                                              \
  X(kRestartForgetsReady, "restart_forgets_ready", "Totality",                 \
    "does not restore its READYs")                                             \
  X(kRestartForgetsVotes, "restart_forgets_votes", "NoFalseConviction",        \
    "restores neither its ECHOs nor its READYs")                               \
  X(kReplyTooEarly, "reply_too_early", "Validity",                             \
    "answers a write when it is proposed")                                     \
  X(kNoRetransmission, "no_retransmission", "Totality",                        \
    "never sends anything again")                                              \
  X(kOnlyUndeliveredResent, "only_undelivered_resent", "Totality",             \
    "sends again only what it has not delivered itself")                       \
  X(kCollectTooEarly, "collect_too_early", "Totality",                         \
    "forgets what some member lacks")                                          \
  X(kWatermarkTooEarly, "watermark_too_early", "Totality",                     \
    "tells a delivery that is not yet on disk")                                \
  X(kSnapshotWithoutEnd, "snapshot_without_end", "NoFalseConviction",          \
    "starts from a snapshot that has no end mark")                             \
  X(kDiscardTooEarly, "discard_too_early", "NoFalseConviction",                \
    "cuts its log before the snapshot is complete")                            \
  X(kDiscardRetained, "discard_retained", "Totality",                          \
    "cuts from its log what some member lacks")                                \
  X(kSnapshotForgetsVotes, "snapshot_forgets_votes", "NoFalseConviction",      \
    "leaves its open votes out of a snapshot")                                 \
  X(kDeliveryBeforeSnapshot, "delivery_before_snapshot", "Crash",              \
    "leans on a payload from before the snapshot")                             \
  X(kNoTombstones, "no_tombstones", "Convergence",                             \
    "a delete leaves nothing behind")                                          \
  X(kLastArrivalWins, "last_arrival_wins", "Convergence",                      \
    "the write that comes last wins")
// clang-format on

#ifdef DISTDB_MUTANTS

enum class Mutant {
  kNone,
#define DISTDB_MUTANT_ENUMERATOR(enumerator, name, property, what) enumerator,
  DISTDB_MUTANT_LIST(DISTDB_MUTANT_ENUMERATOR)
#undef DISTDB_MUTANT_ENUMERATOR
};

// Which one is planted, in all replicas of the process. Set it before the first
// replica is built.
inline Mutant planted_mutant = Mutant::kNone;

inline bool Mutated(Mutant mutant) { return planted_mutant == mutant; }

#else

enum class Mutant {
#define DISTDB_MUTANT_ENUMERATOR(enumerator, name, property, what) enumerator,
  DISTDB_MUTANT_LIST(DISTDB_MUTANT_ENUMERATOR)
#undef DISTDB_MUTANT_ENUMERATOR
};

constexpr bool Mutated(Mutant) { return false; }

#endif  // DISTDB_MUTANTS

}  // namespace distdb

#endif  // DISTDB_CORE_MUTANT_H_
