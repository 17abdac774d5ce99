// Decision: the kinds of things that a run decides.
//
// The numbers are part of what a seed means and of tapes: never reuse or change
// one, add new ones at the end of their group.

#ifndef DISTDB_SIM_DECISION_H_
#define DISTDB_SIM_DECISION_H_

#include <cstdint>

namespace distdb::sim {

enum class Decision : uint16_t {
  kNone = 0,

  // The shape of a run and its swarm, once per run (draw_plan.cc).
  kNodes = 1,
  kMode = 2,
  kWindow = 3,
  kLiarCount = 4,
  kWhoLies = 5,
  kDeadCount = 6,
  kWhoDies = 7,
  kOperationCount = 8,
  kKeyCount = 9,
  kActiveTime = 10,
  kClockSkew = 11,
  kLiarOperations = 12,
  kRetainedMemory = 13,

  // How hard each fault is, once per run.
  kLossHardness = 20,
  kDuplicationHardness = 21,
  kReordering = 22,
  kDelayHardness = 23,
  kCrashCount = 24,
  kVoteCrashHardness = 25,
  kDiskCrashHardness = 26,
  kPartitionCount = 27,
  kDiskSpeed = 28,
  kDiskWait = 29,
  kDiskJitter = 30,
  kJitter = 31,
  kConnectTime = 32,
  kChanceCrashes = 33,

  // Per node or link, once per run.
  kLinkDelay = 40,
  kWallOffset = 41,
  kCrashTime = 42,
  kDownTime = 43,
  kDeathTime = 44,
  kPartitionTime = 45,
  kPartitionLength = 46,
  kPartitionSide = 47,
  kWhoCrashes = 48,
  kRestartTime = 49,

  // Client operations, by index.
  kOperationTime = 60,
  kOperationNode = 61,
  kOperationKind = 62,
  kOperationKey = 63,
  kOperationSize = 64,
  kReadToken = 65,
  kLiarOperationTime = 66,

  // Messages, by identity.
  kMessageLost = 80,
  kMessageDuplicated = 81,
  kMessageDelay = 82,
  kDuplicateDelay = 83,

  // A node's channels, disk and loop.
  kConnectDelay = 100,
  kDisconnectDelay = 101,
  kFsyncWait = 102,
  kFsyncTime = 103,
  kLoadTime = 104,
  kTurnTime = 105,
  kSurvivingRecords = 106,
  kCrashWhileSending = 107,
  kReachedBeforeCrash = 108,
  kCrashAtFsync = 109,
  kRestartDelay = 110,
  kCrashDuringFsync = 111,
  kCrashMoment = 112,

  // Liars.
  kStrategy = 120,
  kVariant = 121,
  kLieVote = 122,
  kLieDelay = 123,
  kLieRepeats = 124,
  kLieAnswer = 125,
  kLieWatermark = 126,
  kLieSendDelay = 127,
  kChosenNode = 128,
  kMalformed = 129,
  kForgedSend = 130,
  kPersistent = 131,
  kLieSend = 132,
  kLieAfterRestart = 133,
  kLieStamp = 135,

  // More faults, per run and by index.
  kFullDiskCount = 140,
  kFullDiskNode = 141,
  kFullDiskTime = 142,
  kFullDiskLength = 143,
  kPartitionIsOneWay = 144,
  kClockJumpCount = 145,
  kClockJumpNode = 146,
  kClockJumpTime = 147,
  kClockJumpBy = 148,
  kDriftHardness = 149,
  kClockDrift = 150,
  kPauseCount = 151,
  kPauseNode = 152,
  kPauseTime = 153,
  kPauseLength = 154,
  kStepTimeHardness = 155,
  kStepTime = 156,
  kAmnesiacCount = 157,
  kWhoForgets = 158,
  kAmnesiaTime = 159,
  kAmnesiaLength = 160,
  kWire = 161,
  kCorruptionHardness = 162,
  kMessageCorrupted = 163,
  kCorruptByte = 164,
  kCorruptBits = 165,

  // More of the liars' (sim/adversary/).
  kAdversary = 220,  // By the number of its name, once per run.
  kForgedVotes = 221,
  kForgedAhead = 222,
  kForgedDelay = 223,
  kLieAnswerDelay = 224,
  kFalseDelivery = 225,
  kFalseDeliveryHow = 226,
  kFalseDeliveryDelay = 227,
  kOtherStoryDelay = 228,
  kReplay = 229,
  kReplayAge = 230,
  kReplayWhich = 231,
  kReplayTo = 232,
  kReplayDelay = 233,
  kMutation = 234,
  kMutationField = 235,
  kMutationValue = 236,
  kMutationTo = 237,
  kMutationDelay = 238,
  kFloodTo = 239,
  kFloodKind = 240,
  kFloodOrigin = 241,
  kFloodSeq = 242,
  kFloodPlace = 243,
  kFloodDigest = 244,
  kFloodSize = 245,
  kFloodDelay = 246,
  kTwinSides = 247,
  kSchedulerWay = 248,
  kSchedulerHalf = 249,
  kSchedulerVictim = 250,
  kFloodEpoch = 251,

  // Whom the liveness phase leaves out, once per run.
  kLeftOutCount = 260,
  kWhoIsLeftOut = 261,
  kHowLeftOut = 262,

  // Rare-event points of core: how often each strikes, and whether it does.
  kRareEventHardness = 263,
  kRareEvent = 264,

  kOperationBurst = 265,

  // After how many bytes of log a snapshot begins, once per run.
  kSnapshotBytes = 266,
  // How many bytes per origin may be in flight, once per run.
  kWindowBytes = 267,
  // Whether a flood is of the liar's own stream, and what it pulls.
  kFloodOwn = 268,
  kFloodPull = 269,
  kFloodPulled = 270,
  // How much is kept for members that lack it, once per run.
  kRetainedBytes = 271,

  // Disks, networks, joins and clocks, continued.
  kWriteWait = 170,
  kDiskWriteWait = 171,
  kWriteCrashHardness = 172,
  kCrashBeforeWrite = 173,
  kCrashAfterWrite = 174,
  kProcessCrashShare = 175,
  kCrashIsOfProcess = 176,
  kPlannedCrashIsOfProcess = 177,
  kHowForgets = 178,
  kDiskBytes = 179,
  kTailDamage = 180,
  kTailLooksLike = 181,
  kDamagedPlace = 182,
  kFsyncFailureHardness = 183,
  kFsyncFails = 184,
  kLiedFsync = 185,
  kPartitionUnderWay = 186,
  kDelayShapes = 187,
  kDelayShape = 188,
  kSlowLinkHardness = 189,
  kSlowLink = 190,
  kBandwidthHardness = 191,
  kBandwidth = 192,
  kBacklog = 193,
  kJoinCount = 194,
  kWhoJoins = 195,
  kJoinTime = 196,
  kFalseClockCount = 197,
  kWhoseClockIsFalse = 198,
  kFalseClockJumps = 199,
  kFalseClockTime = 200,
  kFalseClockBy = 201,
  kDiskDiscards = 202,
  kReadFailureHardness = 203,
  kReadFails = 204,
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DECISION_H_
