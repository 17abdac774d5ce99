// What an instance takes on the wire where nothing fails, against the formula,
// with messages encoded as real nodes do.
//
// With n nodes and a payload of P bytes:
//
//   SEND        (n - 1)   · S   the origin's, with the payload: the only ones
//   ECHO      n · (n - 1) · V   of every node to every other, a digest each,
//   READY     n · (n - 1) · V   and once more
//   WATERMARK n · (n - 1) · M   at most: instances that are delivered within
//                               one watermark_interval share it
//
// So all the payloads take (n - 1) · P, whatever else is said, and a node that
// is not the origin says 2 (n - 1) votes: linear in n.
//
// A message is head = kind, epoch, origin, seq, of 2 bytes each as long as the
// number is below 128 (at most 2 + 6 + 6 + 11), then a digest of 34 or a
// payload with 1 + |P| of its own; in a frame that is another 1 + |length|.
// What one turn has for a peer is one frame with 4 bytes in front
// (net/codec/frame_reader.h); these are shared by all it carries, and not
// counted here.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "sim/message_size.h"
#include "sim/wire.h"
#include "sim/world_testing.h"

namespace distdb::sim {
namespace {

constexpr size_t kHead = 2 + 2 + 2 + 2;
constexpr size_t kVote = 1 + 1 + kHead + 34;
constexpr size_t kWatermark = 1 + 1 + kHead;

constexpr size_t SendBytes(size_t payload) {
  const size_t body = kHead + 1 + VarintSize(payload) + payload;
  return 1 + VarintSize(body) + body;
}

constexpr size_t Formula(size_t n, size_t payload) {
  return (n - 1) * SendBytes(payload) + 2 * n * (n - 1) * kVote +
         n * (n - 1) * kWatermark;
}

constexpr int kSizes[] = {4, 7, 16, 31};
constexpr size_t kValues[] = {16, 1'024, 65'536};

struct Wire {
  size_t bytes = 0;
  size_t payload = 0;  // Of one SEND.
  size_t payload_bytes = 0;
  std::map<MessageKind, size_t> messages;
  std::map<std::pair<NodeId, NodeId>, size_t> payloads_of_link;
  std::map<NodeId, size_t> votes_of_node;
  std::map<Seq, size_t> deliveries;
};

// What crosses the wire once all channels are open.
Wire Measure(Plan plan) {
  plan.heal_at = Time(5 * kSecond);
  plan.final_writes = false;
  Log log;
  EXPECT_FALSE(Play(plan, log).violation.has_value());
  Wire wire;
  for (const auto& [at, passage, message] : log.passages) {
    const bool is_sent =
        passage.fate == Fate::kSent || passage.fate == Fate::kLost;
    if (!is_sent || at < Time(10 * kMillisecond)) continue;
    wire.bytes += ToFrame(message).size();
    wire.payload_bytes += message.payload.size();
    ++wire.messages[message.kind];
    if (CarriesPayload(message.kind)) {
      wire.payload = message.payload.size();
      ++wire.payloads_of_link[{passage.from, passage.to}];
    }
    if (message.kind == MessageKind::kEcho ||
        message.kind == MessageKind::kReady) {
      ++wire.votes_of_node[passage.from];
    }
  }
  for (const auto& [node, id] : log.deliveries) ++wire.deliveries[id.seq];
  return wire;
}

Plan OneWrite(int nodes, size_t value_bytes) {
  Plan plan = CalmPlan(nodes);
  At(plan, 10 * kMillisecond, Put(0, 1, std::string(value_bytes, 'v')));
  return plan;
}

TEST(WireBytesTest, AnInstanceTakesWhatTheFormulaSays) {
  for (const int nodes : kSizes) {
    for (const size_t value : kValues) {
      const Wire wire = Measure(OneWrite(nodes, value));
      const auto n = static_cast<size_t>(nodes);
      EXPECT_EQ(wire.deliveries.at(Seq(1)), n);
      EXPECT_GE(wire.payload, value);
      EXPECT_EQ(wire.bytes, Formula(n, wire.payload))
          << nodes << " nodes, " << wire.payload << " bytes";
      RecordProperty(
          "bytes_n" + std::to_string(n) + "_p" + std::to_string(wire.payload),
          std::to_string(wire.bytes));
    }
  }
}

TEST(WireBytesTest, ThePayloadCrossesEachLinkOnceAndNobodyAsksForIt) {
  for (const int nodes : kSizes) {
    const Wire wire = Measure(OneWrite(nodes, 1'024));
    const auto n = static_cast<size_t>(nodes);
    EXPECT_EQ(wire.payload_bytes, (n - 1) * wire.payload);
    EXPECT_EQ(wire.payloads_of_link.size(), n - 1);
    for (const auto& [link, times] : wire.payloads_of_link) {
      EXPECT_EQ(link.first, NodeId(0));
      EXPECT_EQ(times, 1u);
    }
    EXPECT_FALSE(wire.messages.contains(MessageKind::kPull));
  }
}

TEST(WireBytesTest, ANodeSaysTwoVotesToEachOther) {
  for (const int nodes : kSizes) {
    const Wire wire = Measure(OneWrite(nodes, 16));
    EXPECT_EQ(wire.votes_of_node.size(), static_cast<size_t>(nodes));
    for (const auto& [node, votes] : wire.votes_of_node) {
      EXPECT_EQ(votes, 2 * static_cast<size_t>(nodes - 1));
    }
  }
}

TEST(WireBytesTest, InstancesUnderWayTogetherShareTheirWatermarks) {
  constexpr size_t kInstances = 50;
  for (const int nodes : {4, 7}) {
    Plan plan = CalmPlan(nodes);
    for (uint64_t i = 1; i <= kInstances; ++i) {
      At(plan, 10 * kMillisecond + static_cast<Duration>(i) * kMicrosecond,
         Put(0, i, std::string(1'024, 'v')));
    }
    const Wire wire = Measure(plan);
    const auto n = static_cast<size_t>(nodes);
    EXPECT_EQ(wire.deliveries.size(), kInstances);
    EXPECT_EQ(wire.payload_bytes, kInstances * (n - 1) * wire.payload);
    EXPECT_EQ(wire.messages.at(MessageKind::kEcho), kInstances * n * (n - 1));
    EXPECT_EQ(wire.messages.at(MessageKind::kReady), kInstances * n * (n - 1));
    // One for half of a window, and one for the rest.
    EXPECT_LE(wire.messages.at(MessageKind::kWatermark), 2 * n * (n - 1));
    EXPECT_LT(wire.bytes, kInstances * Formula(n, wire.payload));
  }
}

TEST(WireBytesTest, WhatIsSentAgainComesOnTop) {
  Plan plan = OneWrite(4, 1'024);
  plan.rules.push_back({.to = NodeId(3),
                        .message = MessageKind::kSend,
                        .to_time = Time(50 * kMillisecond),
                        .lost = true});
  const Wire wire = Measure(plan);
  EXPECT_EQ(wire.deliveries.at(Seq(1)), 4u);
  EXPECT_GT(wire.bytes, Formula(4, wire.payload));
  EXPECT_GT(wire.payload_bytes, 3 * wire.payload);
}

}  // namespace
}  // namespace distdb::sim
