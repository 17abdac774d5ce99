#include "sim/fault_counters.h"

namespace distdb::sim {

absl::string_view FaultNameText(FaultName name) {
  switch (name) {
    case FaultName::kLoss:
      return "loss";
    case FaultName::kDuplication:
      return "duplication";
    case FaultName::kReordering:
      return "reordering";
    case FaultName::kPartition:
      return "partition";
    case FaultName::kCut:
      return "cut";
    case FaultName::kCrash:
      return "crash";
    case FaultName::kCrashWhileSending:
      return "crash while sending";
    case FaultName::kCrashAtFsync:
      return "crash at fsync";
    case FaultName::kRestart:
      return "restart";
    case FaultName::kDeath:
      return "death";
    case FaultName::kLostRecords:
      return "lost records";
    case FaultName::kLie:
      return "lie";
    case FaultName::kEquivocation:
      return "equivocation";
    case FaultName::kWithholding:
      return "withholding";
    case FaultName::kDoubleVote:
      return "double vote";
    case FaultName::kForgery:
      return "forgery";
    case FaultName::kFalseAnswer:
      return "false answer";
    case FaultName::kFalseWatermark:
      return "false watermark";
    case FaultName::kFalseDelivery:
      return "false delivery";
    case FaultName::kOtherStory:
      return "other story";
    case FaultName::kReplayedLie:
      return "replayed lie";
    case FaultName::kFlood:
      return "flood";
    case FaultName::kMutatedField:
      return "mutated field";
    case FaultName::kTwins:
      return "twins";
    case FaultName::kScheduler:
      return "scheduler";
    case FaultName::kFullDisk:
      return "full disk";
    case FaultName::kOneWayPartition:
      return "one-way partition";
    case FaultName::kClockJump:
      return "clock jump";
    case FaultName::kPause:
      return "pause";
    case FaultName::kSlowStep:
      return "slow step";
    case FaultName::kAmnesia:
      return "amnesia";
    case FaultName::kCorruption:
      return "corruption";
    case FaultName::kLeftOut:
      return "left out";
    case FaultName::kPowerCut:
      return "power cut";
    case FaultName::kCrashAtWrite:
      return "crash at write";
    case FaultName::kLostBuffer:
      return "lost buffer";
    case FaultName::kTornRecord:
      return "torn record";
    case FaultName::kBitFlip:
      return "bit flip";
    case FaultName::kMisdirectedWrite:
      return "misdirected write";
    case FaultName::kRefusedLog:
      return "refused log";
    case FaultName::kLiedFsync:
      return "lied fsync";
    case FaultName::kFailedFsync:
      return "failed fsync";
    case FaultName::kSlowLink:
      return "slow link";
    case FaultName::kSecondHump:
      return "second hump";
    case FaultName::kLongTail:
      return "long tail";
    case FaultName::kBusyLink:
      return "busy link";
    case FaultName::kFullLink:
      return "full link";
    case FaultName::kHeldMessage:
      return "held message";
    case FaultName::kSlippedThrough:
      return "slipped through";
    case FaultName::kJoin:
      return "join";
    case FaultName::kClockOffset:
      return "clock offset";
    case FaultName::kClockDrift:
      return "clock drift";
    case FaultName::kFalseClock:
      return "false clock";
  }
  const size_t point = static_cast<size_t>(name) - kWorldFaults;
  if (point < kRareEvents) return kRareEventNames[point];
  return "?";
}

}  // namespace distdb::sim
