#include "node/demo/node_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "core/config.h"
#include "core/types.h"
#include "node/status_text.h"

namespace distdb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two nodes, seen by the first; the second is down and one instance behind.
NodeView TwoNodes() {
  NodeView view;
  view.self = NodeId(0);
  view.members.resize(2);
  view.members[0] = {.id = NodeId(0),
                     .client_address = "127.0.0.1:7001",
                     .peer_address = "127.0.0.1:7101",
                     .self = true,
                     .up = true,
                     .watermarks = {Seq(5), Seq(2)}};
  view.members[1] = {.id = NodeId(1),
                     .client_address = "127.0.0.1:7002",
                     .since = 3 * kSecond,
                     .round_trip = 1'230'000,
                     .suspected = true,
                     .watermarks = {Seq(4), Seq(2)}};
  return view;
}

TEST(NodeLinesTest, ReadsBackWhatANodeTells) {
  const std::vector<NodeLine> lines = ParseNodeLines(NodesText(TwoNodes()));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].id, 1);
  EXPECT_TRUE(lines[0].up);
  EXPECT_TRUE(lines[0].asked);
  EXPECT_THAT(lines[0].delivered, ElementsAre(5, 2));
  EXPECT_EQ(lines[1].id, 2);
  EXPECT_FALSE(lines[1].up);
  EXPECT_FALSE(lines[1].asked);
  EXPECT_THAT(lines[1].delivered, ElementsAre(4, 2));
}

TEST(NodeLinesTest, TheTextIsOneLinePerNode) {
  EXPECT_EQ(NodesText(TwoNodes()),
            "1 127.0.0.1:7001 up since=0s suspected=no peer=127.0.0.1:7101 "
            "delivered=5,2 behind=0 (asked)\n"
            "2 127.0.0.1:7002 down since=3s rtt=1.23ms suspected=yes "
            "peer=unknown delivered=4,2 behind=1\n");
}

TEST(NodeLinesTest, WhatANodeWasNeverToldIsUnknown) {
  NodeView view = TwoNodes();
  view.members[1].heard_of = false;
  const std::string text = NodesText(view);
  EXPECT_THAT(
      text,
      HasSubstr(
          "2 127.0.0.1:7002 down since=3s rtt=1.23ms "
          "suspected=yes peer=unknown delivered=unknown behind=unknown\n"));
  const std::vector<NodeLine> lines = ParseNodeLines(text);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_FALSE(lines[1].up);
  EXPECT_TRUE(lines[1].delivered.empty());
}

TEST(NodeLinesTest, LeavesOutWhatIsNoLineOfANode) {
  EXPECT_TRUE(ParseNodeLines("").empty());
  EXPECT_TRUE(ParseNodeLines("one 127.0.0.1:7001 up\n2\n").empty());
}

}  // namespace
}  // namespace distdb
