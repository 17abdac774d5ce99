// FaultCounters: how often each fault struck in a run, or in many.

#ifndef DISTDB_SIM_FAULT_COUNTERS_H_
#define DISTDB_SIM_FAULT_COUNTERS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/rare_event.h"

namespace distdb::sim {

enum class FaultName : uint8_t {
  kLoss,
  kDuplication,
  kReordering,
  kPartition,
  kCut,  // A message that a partition swallowed.
  kCrash,
  kCrashWhileSending,
  kCrashAtFsync,
  kRestart,
  kDeath,
  kLostRecords,  // A power cut that lost written and unsynced records.
  kLie,
  kEquivocation,  // An instance with two payloads, both sent.
  kWithholding,   // A node that gets no SEND, or no vote, of a liar.
  kDoubleVote,    // A liar that votes for two digests in one phase.
  kForgery,
  kFalseAnswer,
  kFalseWatermark,
  kFalseDelivery,
  kOtherStory,
  kReplayedLie,
  kFlood,
  kMutatedField,
  kTwins,      // A message of one of the twins.
  kScheduler,  // A message that the liars' scheduler has slowed down.
  kFullDisk,   // Records that a disk refused.
  kOneWayPartition,
  kClockJump,
  kPause,
  kSlowStep,  // Something waited because its node was busy.
  kAmnesia,   // A node lost its disk.
  kCorruption,
  kLeftOut,   // A correct node without which the liveness phase must do.
  kPowerCut,  // A crash that was more than that of the process.
  kCrashAtWrite,
  kLostBuffer,  // A crash that lost records that were not written.
  kTornRecord,
  kBitFlip,
  kMisdirectedWrite,
  kRefusedLog,  // A damaged log, for which an empty one was put in place.
  kLiedFsync,   // A disk that lost what it had called synced.
  kFailedFsync,
  kSlowLink,        // A message on a link that is slower than others.
  kSecondHump,      // One that took the longer of two routes.
  kLongTail,        // One whose delay was longer than the jitter.
  kBusyLink,        // One that waited for those before it to leave.
  kFullLink,        // One that found too many of them waiting.
  kHeldMessage,     // Under way as a partition began, and held by it.
  kSlippedThrough,  // Under way as one began, and delivered all the same.
  kJoin,
  kClockOffset,  // Of a node that follows the protocol, also the next two.
  kClockDrift,
  kFalseClock,  // A jump beyond every bound.
};

inline constexpr size_t kWorldFaults = 53;
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
