#include "core/evidence.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace distdb {
namespace {

Fault FaultOf(uint32_t node, FaultKind kind, uint64_t seq) {
  return {.node = NodeId(node),
          .kind = kind,
          .instance = {Epoch(1), NodeId(0), Seq(seq)}};
}

TEST(EvidenceTest, WhatIsProvenIsReportedAndKept) {
  Evidence evidence(4);
  std::vector<Fault> faults = {FaultOf(2, FaultKind::kConflictingEcho, 7)};
  const std::vector<Fault> reported = faults;
  evidence.Sift(faults);
  EXPECT_EQ(faults, reported);
  EXPECT_EQ(evidence.Count(NodeId(2), FaultKind::kConflictingEcho), 1u);
  EXPECT_EQ(evidence.Count(NodeId(2), FaultKind::kConflictingReady), 0u);
  EXPECT_EQ(evidence.Count(NodeId(3)), 0u);
  const auto proofs = evidence.Proofs(NodeId(2), FaultKind::kConflictingEcho);
  ASSERT_EQ(proofs.size(), 1u);
  EXPECT_EQ(proofs[0], reported[0]);
}

TEST(EvidenceTest, ALiarThatRepeatsItselfIsCountedAndNotReportedAgain) {
  Evidence evidence(4);
  for (int i = 0; i < 1'000; ++i) {
    std::vector<Fault> faults = {FaultOf(1, FaultKind::kForgedSend, 9)};
    evidence.Sift(faults);
    EXPECT_EQ(faults.size(), i == 0 ? 1u : 0u);
  }
  EXPECT_EQ(evidence.Count(NodeId(1), FaultKind::kForgedSend), 1'000u);
}

TEST(EvidenceTest, AFloodOfNewProofsIsHeldToABound) {
  Evidence evidence(2);
  size_t reported = 0;
  for (uint64_t seq = 1; seq <= 1'000; ++seq) {
    std::vector<Fault> faults;
    for (uint32_t node = 0; node < 2; ++node) {
      for (const FaultKind kind : kAllFaultKinds) {
        faults.push_back(FaultOf(node, kind, seq));
      }
    }
    evidence.Sift(faults);
    reported += faults.size();
    ASSERT_LE(evidence.Bytes(), Evidence::BytesMax(2));
  }
  EXPECT_EQ(evidence.Bytes(), Evidence::BytesMax(2));
  EXPECT_EQ(reported, 2 * std::size(kAllFaultKinds) * Evidence::kProofsMax);
  EXPECT_EQ(evidence.Count(NodeId(1)), 1'000 * std::size(kAllFaultKinds));
}

}  // namespace
}  // namespace distdb
