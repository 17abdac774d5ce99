// FaultCounters: how often each fault struck in a run, or in many.

#ifndef DISTDB_SIM_FAULT_COUNTERS_H_
#define DISTDB_SIM_FAULT_COUNTERS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/rare_event.h"

namespace distdb::sim {

// X(enumerator, text, what is counted)
// clang-format off
#define DISTDB_FAULT_LIST(X)                                                   \
  X(kLoss, "loss", "a message that the network lost")                          \
  X(kDuplication, "duplication", "a message that arrives twice")               \
  X(kReordering, "reordering", "a message that overtakes another")             \
  X(kPartition, "partition", "messages between two sides vanish")              \
  X(kCut, "cut", "a message that a partition swallowed")                       \
  X(kCrash, "crash", "a node that loses its memory")                           \
  X(kCrashWhileSending, "crash while sending",                                 \
    "some receivers get a message, others do not")                             \
  X(kCrashAtFsync, "crash at fsync", "during an fsync, or before its news")    \
  X(kRestart, "restart", "a node that comes back")                             \
  X(kDeath, "death", "a node that stays down")                                 \
  X(kLostRecords, "lost records",                                              \
    "a power cut that lost written and unsynced records")                      \
  X(kLie, "lie", "a message of a liar")                                        \
  X(kEquivocation, "equivocation", "an instance with two payloads, both sent") \
  X(kWithholding, "withholding",                                               \
    "a node that gets no SEND, or no vote, of a liar")                         \
  X(kDoubleVote, "double vote",                                                \
    "a liar that votes for two digests in one phase")                          \
  X(kForgery, "forgery", "a SEND in the stream of another")                    \
  X(kFalseAnswer, "false answer", "an answer to a PULL with another payload")  \
  X(kFalseWatermark, "false watermark",                                        \
    "a watermark that a liar does not have")                                   \
  X(kFalseDelivery, "false delivery", "DELIVERED for what nobody delivered")   \
  X(kOtherStory, "other story", "a restarted node is told another value")      \
  X(kReplayedLie, "replayed lie", "an old message said again")                 \
  X(kFlood, "flood", "a message made to fill memory")                          \
  X(kMutatedField, "mutated field", "a message with one field changed")        \
  X(kTwins, "twins", "a message of one of the twins")                          \
  X(kScheduler, "scheduler",                                                   \
    "a message that the liars' scheduler has slowed down")                     \
  X(kFullDisk, "full disk", "records that a disk refused")                     \
  X(kOneWayPartition, "one-way partition", "one side is not heard")            \
  X(kClockJump, "clock jump", "a wall clock that jumps")                       \
  X(kPause, "pause", "a node that stops for a while")                          \
  X(kSlowStep, "slow step", "something waited because its node was busy")      \
  X(kAmnesia, "amnesia", "a node lost its disk")                               \
  X(kCorruption, "corruption", "a message whose bytes were altered")           \
  X(kLeftOut, "left out",                                                      \
    "a correct node without which the liveness phase must do")                 \
  X(kPowerCut, "power cut", "a crash that was more than that of the process")  \
  X(kCrashAtWrite, "crash at write", "just before or after a write")           \
  X(kLostBuffer, "lost buffer",                                                \
    "a crash that lost records that were not written")                         \
  X(kTornRecord, "torn record", "a record that was written in part")           \
  X(kBitFlip, "bit flip", "a record with a wrong bit")                         \
  X(kMisdirectedWrite, "misdirected write", "a record that landed elsewhere")  \
  X(kRefusedLog, "refused log",                                                \
    "a damaged log, for which an empty one was put in place")                  \
  X(kLiedFsync, "lied fsync", "a disk that lost what it had called synced")    \
  X(kFailedFsync, "failed fsync", "an fsync that fails, and ends its node")    \
  X(kFailedRead, "failed read", "a record that cannot be read back")           \
  X(kSlowLink, "slow link", "a message on a link that is slower than others")  \
  X(kSecondHump, "second hump", "a message that took the longer of two routes")\
  X(kLongTail, "long tail", "a message late by more than the jitter")          \
  X(kBusyLink, "busy link", "a message that waits for a busy link")            \
  X(kFullLink, "full link", "a message lost as too many wait")                 \
  X(kHeldMessage, "held message",                                              \
    "a message that a new partition holds")                                    \
  X(kSlippedThrough, "slipped through",                                        \
    "a message that passes a new partition")                                   \
  X(kJoin, "join", "a member that starts late")                                \
  X(kClockOffset, "clock offset",                                              \
    "a wrong clock of a node that follows the protocol")                       \
  X(kClockDrift, "clock drift", "a clock that is fast or slow")                \
  X(kFalseClock, "false clock", "a jump beyond every bound")                   \
  X(kLogCut, "log cut", "records before a snapshot that a disk lets go")       \
  X(kSnapshotStart, "snapshot start", "a node that starts from a snapshot")    \
  X(kFullShare, "full share",                                                  \
    "a write refused, as its origin's share of what is kept is used")
// clang-format on

enum class FaultName : uint8_t {
#define DISTDB_FAULT_ENUMERATOR(enumerator, text, what) enumerator,
  DISTDB_FAULT_LIST(DISTDB_FAULT_ENUMERATOR)
#undef DISTDB_FAULT_ENUMERATOR
};

#define DISTDB_FAULT_ONE(enumerator, text, what) +1
inline constexpr size_t kWorldFaults = 0 DISTDB_FAULT_LIST(DISTDB_FAULT_ONE);
#undef DISTDB_FAULT_ONE
// After them come the rare-event points of core.
inline constexpr size_t kFaultNames = kWorldFaults + kRareEvents;

inline FaultName FaultOf(RareEvent event) {
  return static_cast<FaultName>(kWorldFaults + static_cast<size_t>(event));
}

// "loss", …; of a rare-event point its stable name.
absl::string_view FaultNameText(FaultName name);

class FaultCounters {
 public:
  void Count(FaultName name) { ++counts_[static_cast<size_t>(name)]; }
  uint64_t operator[](FaultName name) const {
    return counts_[static_cast<size_t>(name)];
  }
  void Add(const FaultCounters& other) {
    for (size_t i = 0; i < kFaultNames; ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<uint64_t, kFaultNames> counts_{};
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_FAULT_COUNTERS_H_
