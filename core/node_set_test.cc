#include "core/node_set.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace distdb {
namespace {

std::vector<uint32_t> Members(NodeSet set) {
  std::vector<uint32_t> members;
  for (const NodeId node : set) members.push_back(node.value());
  return members;
}

TEST(NodeSetTest, HoldsWhatWasInserted) {
  NodeSet set;
  EXPECT_TRUE(set.empty());
  set.Insert(NodeId(3));
  set.Insert(NodeId(3));
  set.Insert(NodeId(0));
  EXPECT_EQ(set.size(), 2) << "a node counts once";
  EXPECT_TRUE(set.Contains(NodeId(3)));
  EXPECT_FALSE(set.Contains(NodeId(1)));
  set.Erase(NodeId(3));
  set.Erase(NodeId(5));
  EXPECT_EQ(set, NodeSet::Of(NodeId(0)));
}

TEST(NodeSetTest, IteratesInAscendingOrder) {
  NodeSet set;
  for (const uint32_t node : {63u, 0u, 17u, 62u, 1u}) set.Insert(NodeId(node));
  EXPECT_EQ(Members(set), (std::vector<uint32_t>{0, 1, 17, 62, 63}));
  EXPECT_EQ(Members(NodeSet()), std::vector<uint32_t>());
}

TEST(NodeSetTest, FirstNHoldsExactlyNNodes) {
  for (int n = 0; n <= kNodesMax; ++n) {
    const NodeSet set = NodeSet::FirstN(n);
    EXPECT_EQ(set.size(), n);
    for (int node = 0; node < kNodesMax; ++node) {
      EXPECT_EQ(set.Contains(NodeId(static_cast<uint32_t>(node))), node < n);
    }
  }
}

TEST(NodeSetTest, WithAndWithoutLeaveTheOriginalAlone) {
  const NodeSet set = NodeSet::FirstN(2);
  EXPECT_EQ(Members(set.With(NodeId(63))), (std::vector<uint32_t>{0, 1, 63}));
  EXPECT_EQ(Members(set.Without(NodeId(0))), (std::vector<uint32_t>{1}));
  EXPECT_EQ(set, NodeSet(3));
}

TEST(NodeSetTest, UnionAndIntersection) {
  const NodeSet low = NodeSet::FirstN(3);
  const NodeSet pair = NodeSet::Of(NodeId(2)).With(NodeId(40));
  EXPECT_EQ(Members(low | pair), (std::vector<uint32_t>{0, 1, 2, 40}));
  EXPECT_EQ(Members(low & pair), (std::vector<uint32_t>{2}));
}

}  // namespace
}  // namespace distdb
