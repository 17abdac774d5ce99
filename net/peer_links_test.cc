#include "net/peer_links.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/peer_links_test_util.h"
#include "net/socket.h"

namespace distdb {
namespace {

TEST_F(PeerLinksTest, EveryNodeReachesEveryOther) {
  StartAll(5);
  for (size_t i = 0; i < 5; ++i) {
    const NodeId self(static_cast<uint32_t>(i));
    nodes_[i].links->Send(NodeSet::FirstN(5).Without(self), Vote(i));
  }
  ASSERT_TRUE(RunUntil([&] {
    for (const Node& node : nodes_) {
      if (node.observer.messages.size() < 4) return false;
    }
    return true;
  }));
  for (const Node& node : nodes_) {
    EXPECT_EQ(node.observer.ups, 4);
    for (const auto& [from, message] : node.observer.messages) {
      EXPECT_EQ(message, Vote(from.value()));
    }
  }
}

TEST_F(PeerLinksTest, APeerMayBeSentToAsSoonAsItIsUp) {
  MakeNodes(2);
  for (size_t i = 0; i < 2; ++i) {
    Start(i);
    nodes_[i].observer.links = nodes_[i].links.get();
  }
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].observer.messages.size() == 1 &&
           nodes_[1].observer.messages.size() == 1;
  }));
}

TEST_F(PeerLinksTest, MessagesArriveInOrderAndWhole) {
  StartAll(2);
  // Large and small ones, more than a socket takes at once.
  std::vector<Message> sent;
  for (uint64_t seq = 1; seq <= 40; ++seq) {
    sent.push_back(seq % 4 == 0 ? SendOf(seq, 300'000) : Vote(seq));
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), sent.back());
  }
  const std::vector<std::pair<NodeId, Message>>& got =
      nodes_[1].observer.messages;
  ASSERT_TRUE(RunUntil([&] { return got.size() == sent.size(); }));
  for (size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(got[i].second, sent[i]);
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).messages_out, sent.size());
  EXPECT_EQ(nodes_[1].links->Stats(NodeId(0)).messages_in, sent.size());
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).bytes_out,
            nodes_[1].links->Stats(NodeId(0)).bytes_in);
}

TEST_F(PeerLinksTest, WhatATurnSendsLeavesInOneFrame) {
  StartAll(2);
  const uint64_t before = nodes_[0].links->Stats(NodeId(1)).bytes_out;
  for (uint64_t seq = 1; seq <= 100; ++seq) {
    nodes_[0].links->Send(NodeSet::Of(NodeId(1)), Vote(seq));
  }
  ASSERT_TRUE(
      RunUntil([&] { return nodes_[1].observer.messages.size() == 100; }));
  std::string batch;
  for (uint64_t seq = 1; seq <= 100; ++seq) AppendMessage(Vote(seq), batch);
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).bytes_out - before,
            kFramePrefixBytes + batch.size());
}

TEST_F(PeerLinksTest, ReconnectsAfterThePeerRestarts) {
  StartAll(3);
  for (const size_t restarted : {0, 2, 1}) {
    Stop(restarted);
    ASSERT_TRUE(RunUntil([&] {
      for (size_t i = 0; i < 3; ++i) {
        if (i != restarted && nodes_[i].observer.up.size() != 1) return false;
      }
      return true;
    }));
    Start(restarted);
    ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  }
  EXPECT_EQ(nodes_[0].links->Stats(NodeId(1)).connects, 2u);
}

TEST_F(PeerLinksTest, ComesUpWhenThePeerStartsLater) {
  MakeNodes(2);
  listeners_[0].Close();
  Start(1);
  ASSERT_TRUE(RunUntil(
      [&] { return nodes_[1].observer.HasReport(LinkProblem::kUnreachable); }));
  EXPECT_EQ(nodes_[1].observer.reports.front().what,
            "no link to node-1 at " + ToString(endpoints_[0]) +
                ": Connection refused");
  nodes_[1].links->Send(NodeSet::Of(NodeId(0)), Vote(1));
  EXPECT_EQ(nodes_[1].links->Stats(NodeId(0)).dropped_down, 1u);
  Start(0);
  ASSERT_TRUE(RunUntil([&] { return AllUp(); }));
  EXPECT_EQ(nodes_[1].observer.reports.size(), 1u) << "once a minute";
}

TEST_F(PeerLinksTest, TheNewestLinkOfAPeerWins) {
  MakeNodes(2);
  Start(0);
  const UniqueFd old = Connect(0);
  Write(old, HandshakeOf(1, 2));
  ASSERT_TRUE(RunUntil([&] { return nodes_[0].observer.ups == 1; }));
  const UniqueFd fresh = Connect(0);
  Write(fresh, HandshakeOf(1, 2));
  ReadToTheEnd(old);
  EXPECT_EQ(nodes_[0].observer.ups, 2);
  EXPECT_EQ(nodes_[0].observer.up, NodeSet::Of(NodeId(1)));
  std::string stream;
  AppendFramed(EncodeFrame(MessageBatch{{Vote(7)}}), stream);
  Write(fresh, stream);
  ASSERT_TRUE(RunUntil([&] { return !nodes_[0].observer.messages.empty(); }));
}

TEST_F(PeerLinksTest, PingsKeepAQuietLinkAndMeasureTheRoundTrip) {
  MakeNodes(2);
  for (size_t i = 0; i < 2; ++i) {
    PeerLinksOptions options = OptionsFor(i);
    options.ping_interval = 2 * kMillisecond;
    Start(i, std::move(options));
  }
  ASSERT_TRUE(RunUntil([&] {
    return nodes_[0].links != nullptr && AllUp() &&
           nodes_[0].links->Stats(NodeId(1)).round_trip > 0 &&
           nodes_[1].links->Stats(NodeId(0)).round_trip > 0;
  }));
}

}  // namespace
}  // namespace distdb
