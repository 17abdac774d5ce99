#include "sim/network.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/message_size.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

Plan CalmPlan(int nodes) {
  Plan plan;
  plan.config.nodes = nodes;
  plan.network.link_delay.assign(static_cast<size_t>(nodes * nodes), 100);
  return plan;
}

Message Echo(uint64_t seq) {
  return {.kind = MessageKind::kEcho,
          .instance = {Epoch(1), NodeId(0), Seq(seq)},
          .digest = {},
          .payload = {}};
}

class NetworkTest : public ::testing::Test {
 protected:
  Occasion Next(Network& network, NodeId from, NodeId to,
                const Message& message) {
    return chooser_.Next({.decision = Decision::kMessageLost,
                          .from = from,
                          .to = to,
                          .message = message.kind,
                          .instance = message.instance,
                          .digest_class = network.DigestClass(message)});
  }

  Arrivals Send(Network& network, Time at, NodeId from, NodeId to,
                const Message& message) {
    Occasion sending = Next(network, from, to, message);
    return network.Send(at, sending, message);
  }

  Network Make(uint64_t seed = 1) {
    driver_ = SeedDriver(seed);
    chooser_ = Chooser(&driver_);
    return Network(&plan_, &chooser_, &digester_, &names_, &faults_);
  }

  Plan plan_ = CalmPlan(4);
  SeedDriver driver_{1};
  Chooser chooser_{&driver_};
  StandInDigester digester_;
  DigestNames names_;
  FaultCounters faults_;
};

TEST_F(NetworkTest, ACalmPlanDelaysByTheLinkAloneAndAsksNothing) {
  plan_.network.link_delay[1] = 700;  // From 0 to 1.
  Network network = Make();
  const Arrivals slow = Send(network, Time(5), NodeId(0), NodeId(1), Echo(1));
  ASSERT_EQ(slow.copies, 1u);
  EXPECT_EQ(slow.at[0], Time(705));
  const Arrivals fast = Send(network, Time(5), NodeId(1), NodeId(0), Echo(1));
  EXPECT_EQ(fast.at[0], Time(105));
}

TEST_F(NetworkTest, LosesAndRepeatsAsOftenAsThePlanSays) {
  plan_.network.loss_per_mille = 250;
  plan_.network.duplicate_per_mille = 100;
  Network network = Make();
  int lost = 0;
  int repeated = 0;
  for (int i = 0; i < 4000; ++i) {
    const Arrivals arrivals =
        Send(network, Time(0), NodeId(0), NodeId(1), Echo(1));
    lost += arrivals.copies == 0 ? 1 : 0;
    repeated += arrivals.copies == 2 ? 1 : 0;
  }
  EXPECT_NEAR(lost, 1000, 165);  // Six standard deviations.
  EXPECT_NEAR(repeated, 300, 105);
  EXPECT_EQ(faults_[FaultName::kLoss], static_cast<uint64_t>(lost));
  EXPECT_EQ(faults_[FaultName::kDuplication], static_cast<uint64_t>(repeated));
}

TEST_F(NetworkTest, AfterTheHealingNothingIsLostOrRepeatedOrCut) {
  plan_.network.loss_per_mille = 900;
  plan_.network.duplicate_per_mille = 900;
  Network network = Make();
  network.SetPartition({NodeSet(1), true});
  network.Heal();
  EXPECT_FALSE(network.IsCut(NodeId(0), NodeId(1)));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Send(network, Time(0), NodeId(0), NodeId(1), Echo(1)).copies, 1u);
  }
}

TEST_F(NetworkTest, KeepsTheOrderOfALinkWhereThePlanSaysSo) {
  for (const bool in_order : {true, false}) {
    plan_.network.jitter = 1000;
    plan_.network.in_order = in_order;
    Network network = Make();
    bool overtaken = false;
    Time last;
    for (uint64_t seq = 1; seq <= 50; ++seq) {
      const Arrivals arrivals =
          Send(network, Time(0), NodeId(0), NodeId(1), Echo(seq));
      overtaken = overtaken || arrivals.at[0] < last;
      last = arrivals.at[0];
    }
    EXPECT_EQ(overtaken, !in_order);
    EXPECT_EQ(faults_[FaultName::kReordering] > 0, !in_order);
  }
}

TEST_F(NetworkTest, PartitionsOverlapAndEndOneByOne) {
  Network network = Make();
  network.SetPartition({NodeSet(0b0011), true});
  network.SetPartition({NodeSet(0b0001), true});
  EXPECT_TRUE(network.IsCut(NodeId(0), NodeId(1)));
  EXPECT_TRUE(network.IsCut(NodeId(1), NodeId(2)));
  EXPECT_FALSE(network.IsCut(NodeId(2), NodeId(3)));
  network.SetPartition({NodeSet(0b0011), false});
  EXPECT_FALSE(network.IsCut(NodeId(1), NodeId(2)));
  EXPECT_TRUE(network.IsCut(NodeId(0), NodeId(1)));
}

TEST_F(NetworkTest, AOneWayPartitionLetsPassWhatItsSideIsSent) {
  Network network = Make();
  network.SetPartition({NodeSet(0b0001), true, true});
  EXPECT_TRUE(network.IsCut(NodeId(0), NodeId(1)));
  EXPECT_FALSE(network.IsCut(NodeId(1), NodeId(0)));
  // Another one, of the same side, that cuts both ways.
  network.SetPartition({NodeSet(0b0001), true});
  EXPECT_TRUE(network.IsCut(NodeId(1), NodeId(0)));
  network.SetPartition({NodeSet(0b0001), false});
  EXPECT_FALSE(network.IsCut(NodeId(1), NodeId(0)));
  EXPECT_TRUE(network.IsCut(NodeId(0), NodeId(1)));
}

TEST_F(NetworkTest, AMessageWaitsUntilThoseBeforeItHaveLeft) {
  const auto size = static_cast<Duration>(MessageSize(Echo(1)));
  plan_.network.byte_time.assign(16, 10);
  plan_.network.backlog_max = 25 * size;
  Network network = Make();
  const auto send = [&](Time at, uint32_t to) {
    return Send(network, at, NodeId(0), NodeId(to), Echo(1));
  };
  EXPECT_EQ(send(Time(0), 1).at[0], Time(100 + 10 * size));
  EXPECT_EQ(send(Time(0), 1).at[0], Time(100 + 20 * size));
  EXPECT_EQ(send(Time(0), 2).at[0], Time(100 + 10 * size));  // Another link.
  EXPECT_EQ(send(Time(0), 1).at[0], Time(100 + 30 * size));
  EXPECT_EQ(send(Time(0), 1).copies, 0u);  // Too many wait.
  EXPECT_EQ(faults_[FaultName::kBusyLink], 2u);
  EXPECT_EQ(faults_[FaultName::kFullLink], 1u);
  // Later it is free again, and after the healing it is never busy.
  EXPECT_EQ(send(Time(1000 * size), 1).at[0], Time(100 + 1010 * size));
  network.Heal();
  EXPECT_EQ(send(Time(2000 * size), 1).at[0], Time(100 + 2000 * size));
}

TEST_F(NetworkTest, ASlowLinkIsSlowUntilTheHealing) {
  plan_.network.slow_by.assign(16, 0);
  plan_.network.slow_by[1] = 5000;
  Network network = Make();
  const auto send = [&](uint32_t to) {
    return Send(network, Time(0), NodeId(0), NodeId(to), Echo(1)).at[0];
  };
  EXPECT_EQ(send(1), Time(5100));
  EXPECT_EQ(send(2), Time(100));
  EXPECT_EQ(faults_[FaultName::kSlowLink], 1u);
  plan_.network.in_order = false;
  network.Heal();
  EXPECT_EQ(send(1), Time(100));
}

TEST_F(NetworkTest, EachLinkSpreadsItsDelaysInAShapeOfItsOwn) {
  plan_.network.jitter = 8000;
  plan_.network.in_order = false;
  plan_.network.delay_shape.assign(16, DelayShape::kUniform);
  plan_.network.delay_shape[2] = DelayShape::kTwoHumped;
  plan_.network.delay_shape[3] = DelayShape::kLongTailed;
  Network network = Make();
  int humps[4] = {};
  int tails[4] = {};
  for (int i = 0; i < 2000; ++i) {
    for (uint32_t to = 1; to < 4; ++to) {
      const Duration delay =
          Send(network, Time(0), NodeId(0), NodeId(to), Echo(1)).at[0] -
          Time(100);
      humps[to] += delay <= 1000 || delay >= 7000 ? 1 : 0;
      tails[to] += delay > 8000 ? 1 : 0;
    }
  }
  EXPECT_LT(humps[1], 700);
  EXPECT_EQ(humps[2], 2000);
  EXPECT_EQ(tails[1] + tails[2], 0);
  EXPECT_GT(tails[3], 10);
  EXPECT_GT(faults_[FaultName::kSecondHump], 500u);
  EXPECT_EQ(faults_[FaultName::kLongTail], static_cast<uint64_t>(tails[3]));
}

TEST_F(NetworkTest, OfSeveralPartitionsTheHardestDecidesAboutWhatIsUnderWay) {
  using UnderWay = Partition::UnderWay;
  Network network = Make();
  const auto set = [&](uint64_t side, bool begins, UnderWay under_way) {
    network.SetPartition({.side = NodeSet(side),
                          .begins = begins,
                          .one_way = false,
                          .under_way = under_way});
  };
  const auto fate = [&] { return network.UnderWay(NodeId(0), NodeId(1)); };
  EXPECT_EQ(fate(), UnderWay::kPasses);
  set(0b0001, true, UnderWay::kPasses);
  EXPECT_EQ(fate(), UnderWay::kPasses);
  set(0b1101, true, UnderWay::kHeld);
  EXPECT_EQ(fate(), UnderWay::kHeld);
  set(0b1001, true, UnderWay::kSwallowed);
  EXPECT_EQ(fate(), UnderWay::kSwallowed);
  set(0b1001, false, UnderWay::kSwallowed);
  EXPECT_EQ(fate(), UnderWay::kHeld);
}

TEST_F(NetworkTest, APlainArrivalIsWhatSendingSays) {
  plan_.network.jitter = 1000;
  for (const bool in_order : {false, true}) {
    plan_.network.in_order = in_order;
    std::vector<Time> sent;
    Network network = Make();
    ASSERT_TRUE(network.IsPlain());
    for (uint64_t seq = 1; seq <= 100; ++seq) {
      const Time at(static_cast<int64_t>(seq * 100));
      const Message echo = Echo(seq);
      sent.push_back(Send(network, at, NodeId(0), NodeId(1), echo).at[0]);
    }
    Network again = Make();
    for (uint64_t seq = 1; seq <= 100; ++seq) {
      const Time at(static_cast<int64_t>(seq * 100));
      Occasion sending = Next(again, NodeId(0), NodeId(1), Echo(seq));
      EXPECT_EQ(again.PlainArrival(at, sending), sent[seq - 1]);
    }
  }
}

TEST_F(NetworkTest, ANetworkWithAFaultIsPlainOnceItHasHealed) {
  const auto is_plain = [&](auto set) {
    plan_ = CalmPlan(4);
    set(plan_.network);
    Network network = Make();
    const bool before = network.IsPlain();
    network.Heal();
    return std::pair(before, network.IsPlain());
  };
  const std::pair always(true, true);
  const std::pair in_the_end(false, true);
  const std::pair never(false, false);
  EXPECT_EQ(is_plain([](NetworkPlan&) {}), always);
  EXPECT_EQ(is_plain([](NetworkPlan& p) { p.loss_per_mille = 1; }), in_the_end);
  EXPECT_EQ(is_plain([](NetworkPlan& p) { p.corrupt_per_mille = 1; }),
            in_the_end);
  EXPECT_EQ(is_plain([](NetworkPlan& p) { p.duplicate_per_mille = 1; }),
            in_the_end);
  EXPECT_EQ(is_plain([](NetworkPlan& p) { p.slow_by.assign(16, 1); }),
            in_the_end);
  EXPECT_EQ(is_plain([](NetworkPlan& p) { p.byte_time.assign(16, 1); }),
            in_the_end);
  EXPECT_EQ(is_plain([](NetworkPlan& p) {
              p.delay_shape.assign(16, DelayShape::kLongTailed);
            }),
            never);
  plan_ = CalmPlan(4);
  plan_.rules = {{.lost = true}};
  EXPECT_FALSE(Make().IsPlain());
}

TEST_F(NetworkTest, TheFirstRuleThatMatchesDecides) {
  plan_.network.loss_per_mille = 1000;  // What no rule matches is lost.
  plan_.rules = {
      {.from = NodeId(0), .to = NodeId(1), .skip = 1, .count = 1, .lost = true},
      {.from = NodeId(0), .message = MessageKind::kEcho, .delay = 50},
      {.to = NodeId(3),
       .from_time = Time(10),
       .to_time = Time(20),
       .copies = 2},
  };
  Network network = Make();
  const auto send = [&](uint32_t from, uint32_t to, Time at) {
    return Send(network, at, NodeId(from), NodeId(to), Echo(1));
  };
  EXPECT_EQ(send(0, 1, Time(0)).at[0], Time(150));  // The second rule.
  EXPECT_EQ(send(0, 1, Time(0)).copies, 0u);        // The first: its one.
  EXPECT_EQ(send(0, 1, Time(0)).copies, 1u);
  EXPECT_EQ(send(2, 3, Time(9)).copies, 0u);  // No rule yet.
  EXPECT_EQ(send(2, 3, Time(10)).copies, 2u);
  EXPECT_EQ(send(2, 3, Time(20)).copies, 0u);
}

TEST_F(NetworkTest, RulesTellTheDigestsOfAnInstanceApart) {
  plan_.rules = {{.digest_class = 1, .lost = true}};
  Network network = Make();
  Message send{.kind = MessageKind::kSend,
               .instance = {Epoch(1), NodeId(0), Seq(1)},
               .digest = {},
               .payload = Payload("first")};
  EXPECT_EQ(Send(network, Time(0), NodeId(0), NodeId(1), send).copies, 1u);
  send.payload = Payload("second");
  EXPECT_EQ(Send(network, Time(0), NodeId(0), NodeId(2), send).copies, 0u);
}

}  // namespace
}  // namespace distdb::sim
