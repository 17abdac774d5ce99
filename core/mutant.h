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
  X(kClaimIsNoReady, "claim_is_no_ready", "Totality",                          \
    "DELIVERED does not count as READY")                                       \
  X(kClaimsNotDeduplicated, "claims_not_deduplicated", "Agreement",            \
    "a repeated DELIVERED counts again")                                       \
  X(kOwnVoteCountsEarly, "own_vote_counts_early", "Crash",                     \
    "counts its own vote before the record of it")                             \
  X(kDeliveryNotDurable, "delivery_not_durable", "Totality",                   \
    "delivers before the record of it is on disk")                             \
  X(kPulledNotDurable, "pulled_not_durable", "Crash",                          \
    "delivers a pulled payload that is on no disk")                            \
  X(kResendNotDurable, "resend_not_durable", "NoFalseConviction",              \
    "sends votes again before an earlier fsync")                               \
  X(kResendInvents, "resend_invents", "Totality",                              \
    "sends again a READY that it never made")                                  \
  X(kResendOnce, "resend_once", "Totality",                                    \
    "sends again only once")                                                   \
  X(kSendNotResent, "send_not_resent", "Validity",                             \
    "never sends a payload again")                                             \
  X(kRefusedForgotten, "refused_forgotten", "Liveness",                        \
    "never writes again what a full disk refused")                             \
  X(kPeerWindowIgnored, "peer_window_ignored", "WindowRespected",              \
    "sends beyond its peers' windows")                                         \
  X(kWindowTooWide, "window_too_wide", "Agreement",                            \
    "takes one instance more than its window holds")                           \
  X(kBudgetGatesLow, "budget_gates_low", "Totality",                           \
    "withholds the ECHO that all others wait for")                             \
  X(kBudgetIgnored, "budget_ignored", "MemoryBound",                           \
    "takes in payloads without bound")                                         \
  X(kPullsFromOne, "pulls_from_one", "Totality",                               \
    "asks the same peer for a payload each time")                              \
  X(kPullsOnce, "pulls_once", "Totality",                                      \
    "asks for a payload once")                                                 \
  X(kDeliveredNotServed, "delivered_not_served", "Totality",                   \
    "answers no PULL for what it has delivered")                               \
  X(kCollectForgetsAbsent, "collect_forgets_absent", "Totality",               \
    "forgets what a member that is away lacks")                                \
  X(kWatermarkToldOnce, "watermark_told_once", "Liveness",                     \
    "does not repeat a watermark that was missed")                             \
  X(kHelloUnanswered, "hello_unanswered", "Totality",                          \
    "does not tell its watermarks to who asks")                                \
  X(kEpochIgnored, "epoch_ignored", "Crash",                                   \
    "takes messages of another epoch")                                         \
  X(kForgedSendTaken, "forged_send_taken", "Integrity",                        \
    "takes a SEND from any node")                                              \
  X(kRestartForgetsSeq, "restart_forgets_seq", "NoFalseConviction",            \
    "proposes under a seq that it has used")                                   \
  X(kRestartForgetsDelivered, "restart_forgets_delivered", "Totality",         \
    "keeps nothing for its peers over a restart")                              \
  X(kSnapshotForgetsSeq, "snapshot_forgets_seq", "Liveness",                   \
    "starts its own stream anew from a snapshot")                              \
  X(kSnapshotForgetsDelivered, "snapshot_forgets_delivered", "Totality",       \
    "keeps nothing from before a snapshot")                                    \
  X(kSnapshotForgetsReady, "snapshot_forgets_ready", "Totality",               \
    "leaves its open READYs out of a snapshot")                                \
  X(kSnapshotWithoutPayload, "snapshot_without_payload", "Crash",              \
    "leaves payloads out of a snapshot's votes")                               \
  X(kSnapshotAtLow, "snapshot_at_low", "Crash",                                \
    "a snapshot misses what is being delivered")                               \
  X(kArchiveStaysInMemory, "archive_stays_in_memory", "MemoryBound",           \
    "keeps all payloads in memory")                                            \
  X(kCollectsOnWordOfF, "collects_on_word_of_f", "Totality",                   \
    "collects what f others say to have collected")                            \
  X(kCollectedUntold, "collected_untold", "Liveness",                          \
    "never tells how far it has collected")                                    \
  X(kOthersRoomIgnored, "others_room_ignored", "Validity",                     \
    "proposes what others may have no room to keep")                           \
  X(kConvictsMixedVotes, "convicts_mixed_votes", "NoFalseConviction",          \
    "convicts of a READY unlike the ECHO")                                     \
  X(kConvictsLateVote, "convicts_late_vote", "NoFalseConviction",              \
    "convicts of a vote outside the window")                                   \
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
