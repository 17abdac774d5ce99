// Quorums: how many votes Bracha's broadcast waits for, and why they suffice.
//
// n nodes, of which at most f = ⌊(n−1)/3⌋ are faulty (so n >= 3f + 1), one vote
// per node, phase and instance.
//
//   echo    = ⌊(n+f)/2⌋ + 1   READY a digest after this many ECHOs for it
//   ready   = f + 1           READY a digest after this many READYs for it
//   deliver = 2f + 1          deliver a digest after this many READYs for it
//
// *Two echo quorums share a correct node.* Two sets of ⌊(n+f)/2⌋ + 1 > (n+f)/2
// nodes overlap in more than (n+f) − n = f nodes, so in a correct one, which
// echoed once. Hence no two digests gather an echo quorum, and all correct
// READYs of an instance are for one digest (the first correct READY for any
// digest stands on an echo quorum, since f READYs of liars amplify nothing).
//
// *Correct nodes alone reach an echo quorum.* There are at least n − f of them,
// and n − f >= ⌊(n+f)/2⌋ + 1: 2(n−f) > n + f, because n > 3f. So a correct
// origin's broadcast is delivered (Validity).
//
// *A delivery reaches everyone.* Of 2f + 1 READYs at least f + 1 are correct;
// sent to all, they amplify at every correct node, whose READYs, n − f >=
// 2f + 1, deliver everywhere (Totality). Both delivery and READY are for the
// one digest, so no two correct nodes deliver differently (Agreement).
//
// kNMinus2F is the textbook's echo threshold n − 2f, kept so that the simulator
// and the model checker can refute it: two sets of n − 2f overlap in n − 4f
// nodes, which may be none or liars only. It is unsafe for every n > 3 but
// n = 6; never run it.
//
// Source: G. Bracha, "Asynchronous Byzantine agreement protocols", Information
// and Computation 75 (1987), section 3.

#ifndef DISTDB_CORE_QUORUM_H_
#define DISTDB_CORE_QUORUM_H_

#include "absl/status/statusor.h"

namespace distdb {

enum class QuorumPolicy {
  kSafe = 0,
  kNMinus2F = 1,  // Unsafe, for demonstration only.
};

struct Quorums {
  int n = 1;
  int f = 0;
  int echo = 1;
  int ready = 1;
  int deliver = 1;

  friend bool operator==(const Quorums&, const Quorums&) = default;
};

// The largest number of faulty nodes that n nodes survive; n >= 1.
constexpr int FaultBudget(int n) { return (n - 1) / 3; }

// The quorums for 1 <= n <= kNodesMax; InvalidArgument beyond.
absl::StatusOr<Quorums> ComputeQuorums(int n, QuorumPolicy policy);

}  // namespace distdb

#endif  // DISTDB_CORE_QUORUM_H_
