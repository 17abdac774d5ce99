#include "core/quorum.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "core/node_set.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

Quorums Of(int n, QuorumPolicy policy = QuorumPolicy::kSafe) {
  const absl::StatusOr<Quorums> quorums = ComputeQuorums(n, policy);
  EXPECT_TRUE(quorums.ok()) << quorums.status();
  return *quorums;
}

// The fewest nodes that two sets of `a` and of `b` out of n can have in common:
// from the lowest and from the highest node on, they lie as far apart as they
// can.
int SmallestOverlap(int n, int a, int b) {
  const NodeSet lowest = NodeSet::FirstN(a);
  const NodeSet highest(NodeSet::FirstN(n).bits() &
                        ~NodeSet::FirstN(n - b).bits());
  return (lowest & highest).size();
}

// By trying all pairs of sets.
int SmallestOverlapByTrying(int n, int a, int b) {
  int smallest = n;
  for (uint64_t first = 0; first < uint64_t{1} << n; ++first) {
    if (NodeSet(first).size() != a) continue;
    for (uint64_t second = 0; second < uint64_t{1} << n; ++second) {
      if (NodeSet(second).size() != b) continue;
      smallest = std::min(smallest, NodeSet(first & second).size());
    }
  }
  return smallest;
}

TEST(QuorumTest, TheSmallestOverlapIsWhatTryingAllSetsFinds) {
  for (int n = 1; n <= 7; ++n) {
    for (int a = 1; a <= n; ++a) {
      for (int b = 1; b <= n; ++b) {
        EXPECT_EQ(SmallestOverlap(n, a, b), SmallestOverlapByTrying(n, a, b));
      }
    }
  }
}

TEST(QuorumTest, TheBudgetIsTheLargestFWithNAbove3F) {
  for (int n = 1; n <= kNodesMax; ++n) {
    EXPECT_GT(n, 3 * FaultBudget(n));
    EXPECT_LE(n, 3 * (FaultBudget(n) + 1));
    EXPECT_EQ(Of(n).f, FaultBudget(n));
    EXPECT_EQ(Of(n).n, n);
  }
}

TEST(QuorumTest, TwoEchoQuorumsShareACorrectNode) {
  for (int n = 1; n <= kNodesMax; ++n) {
    const Quorums q = Of(n);
    EXPECT_GT(SmallestOverlap(n, q.echo, q.echo), q.f) << n;
    // And the quorum is no larger than that needs.
    EXPECT_LE(SmallestOverlap(n, q.echo - 1, q.echo - 1), q.f) << n;
  }
}

TEST(QuorumTest, CorrectNodesAloneReachEveryQuorum) {
  for (int n = 1; n <= kNodesMax; ++n) {
    const Quorums q = Of(n);
    EXPECT_GE(n - q.f, q.echo) << n;
    EXPECT_GE(n - q.f, q.ready) << n;
    EXPECT_GE(n - q.f, q.deliver) << n;
  }
}

TEST(QuorumTest, ADeliveryIsAmplifiedEverywhere) {
  for (int n = 1; n <= kNodesMax; ++n) {
    const Quorums q = Of(n);
    EXPECT_GE(q.deliver - q.f, q.ready) << "correct READYs of a delivery " << n;
  }
}

TEST(QuorumTest, LiarsAloneReachNoQuorum) {
  for (int n = 1; n <= kNodesMax; ++n) {
    const Quorums q = Of(n);
    EXPECT_GT(std::min({q.echo, q.ready, q.deliver}), q.f) << n;
  }
}

TEST(QuorumTest, TheTableOfSmallClusters) {
  //                                  n  f  echo ready deliver
  const std::vector<Quorums> table = {
      {1, 0, 1, 1, 1}, {2, 0, 2, 1, 1},  {3, 0, 2, 1, 1},  {4, 1, 3, 2, 3},
      {5, 1, 4, 2, 3}, {6, 1, 4, 2, 3},  {7, 2, 5, 3, 5},  {8, 2, 6, 3, 5},
      {9, 2, 6, 3, 5}, {10, 3, 7, 4, 7}, {11, 3, 8, 4, 7}, {12, 3, 8, 4, 7},
      {13, 4, 9, 5, 9}};
  for (const Quorums& row : table) EXPECT_EQ(Of(row.n), row) << row.n;
}

TEST(QuorumTest, NMinus2FIsSafeForThreeNodesOrFewerAndForSix) {
  std::vector<int> safe;
  for (int n = 1; n <= kNodesMax; ++n) {
    const Quorums q = Of(n, QuorumPolicy::kNMinus2F);
    EXPECT_EQ(q.echo, n - 2 * q.f);
    EXPECT_EQ(q.ready, Of(n).ready);
    EXPECT_EQ(q.deliver, Of(n).deliver);
    if (SmallestOverlap(n, q.echo, q.echo) > q.f) safe.push_back(n);
  }
  EXPECT_EQ(safe, (std::vector<int>{1, 2, 3, 6}));
}

TEST(QuorumTest, RefusesClustersOfNoNodesOrTooMany) {
  for (const int n : {0, -1, kNodesMax + 1}) {
    const absl::Status status = ComputeQuorums(n, QuorumPolicy::kSafe).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(ComputeQuorums(65, QuorumPolicy::kSafe).status().message(),
            "a cluster of 65 nodes: give between 1 and 64");
}

}  // namespace
}  // namespace distdb
