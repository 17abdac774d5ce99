#include "sim/tape_text.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/decision_names.h"
#include "sim/run.h"
#include "sim/shape.h"

namespace distdb::sim {
namespace {

struct Recorded {
  Tape tape;
  std::string hash;
};

Recorded Record(uint64_t seed) {
  SeedDriver driver(seed);
  Recorded recorded;
  recorded.hash = RunDriver(&driver, Shape(), {}, &recorded.tape).hash;
  return recorded;
}

Tape Read(const std::string& text) {
  const absl::StatusOr<Tape> tape = ReadTape("f", text);
  EXPECT_TRUE(tape.ok()) << tape.status();
  return tape.ok() ? *tape : Tape();
}

std::string ErrorOf(const std::string& text) {
  return std::string(ReadTape("f", text).status().message());
}

TEST(TapeTextTest, ASeedsTapeReadBackGivesItsRun) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Recorded recorded = Record(seed);
    const Tape tape = Read(WriteTape(recorded.tape));
    EXPECT_LT(tape.size(), recorded.tape.size()) << "what is calm is not said";
    TapeDriver driver(&tape);
    EXPECT_EQ(RunDriver(&driver, Shape()).hash, recorded.hash) << seed;
    EXPECT_EQ(driver.applied().size(), tape.size()) << seed;
  }
}

TEST(TapeTextTest, WhatDoesNotApplyIsCountedAndTheRestStillDoes) {
  Tape tape = Read(WriteTape(Record(3).tape));
  const size_t before = tape.size();
  // A message that nobody ever sends, and an answer that is not possible.
  tape[{.decision = Decision::kMessageLost,
        .from = NodeId(0),
        .to = NodeId(1),
        .message = MessageKind::kEcho,
        .instance = {Epoch(1), NodeId(0), Seq(999)}}] = 1;
  tape[{.decision = Decision::kNodes}] = 1'000'000;
  const Tape edited = Read(WriteTape(tape));
  TapeDriver driver(&edited);
  const RunResult result = RunDriver(&driver, Shape());
  EXPECT_FALSE(result.violation.has_value());
  EXPECT_FALSE(driver.applied().contains({.decision = Decision::kNodes}));
  EXPECT_LT(driver.applied().size(), before);
  EXPECT_GT(driver.applied().size(), 10u);
}

TEST(TapeTextTest, LinesSayWhatIsDecidedByWhatItMeans) {
  const About about{.decision = Decision::kMessageDelay,
                    .from = NodeId(0),
                    .to = NodeId(1),
                    .message = MessageKind::kEcho,
                    .instance = {Epoch(1), NodeId(2), Seq(3)},
                    .digest_class = 1,
                    .occurrence = 2};
  const About disk{.decision = Decision::kFsyncTime,
                   .from = NodeId(1),
                   .message = MessageKind{2},
                   .instance = {Epoch(7), NodeId(0), Seq(1)}};
  const About rare{.decision = Decision::kRareEvent, .from = NodeId(1)};
  const Tape tape = {{about, 5}, {disk, 6}, {rare, 7}};
  EXPECT_EQ(WriteTape(tape),
            "message_delay from=p0 to=p1 kind=ECHO instance=2:3 digest=1 nth=2 "
            "answer=5\n"
            "fsync_time from=p1 kind=READY instance=0:1 epoch=7 answer=6\n"
            "rare_event from=p1 kind=withhold_echo answer=7\n");
  EXPECT_EQ(Read(WriteTape(tape)), tape);
  EXPECT_EQ(Read("# nothing\n\n  nodes   answer=3 # a comment\n").size(), 1u);
}

TEST(TapeTextTest, MistakesAreNamedWithTheirLine) {
  EXPECT_EQ(ErrorOf("nodes answer=1\nnodez answer=1"),
            "f:2: \"nodez\" is no decision; sim/decision.h has them all");
  EXPECT_EQ(ErrorOf("nodes"), "f:1: no answer: add answer=N");
  EXPECT_EQ(ErrorOf("nodes from=3 answer=1"),
            "f:1: from=3: give a node, such as p0");
  EXPECT_EQ(ErrorOf("message_lost kind=ECHOS answer=1"),
            "f:1: kind=ECHOS: give one of SEND, ECHO, READY, DELIVERED, PULL, "
            "PAYLOAD, WATERMARK, HELLO, COLLECTED");
  EXPECT_EQ(ErrorOf("message_lost instance=3 answer=1"),
            "f:1: instance=3: give an origin and a number, such as 0:1");
  EXPECT_EQ(ErrorOf("nodes when=3 answer=1"),
            "f:1: when: no such field; there are from, to, kind, instance, "
            "epoch, digest, nth, answer");
  EXPECT_EQ(ErrorOf("nodes answer=1\nnodes answer=2"),
            "f:2: this is decided above already; take one of the two lines "
            "away");
}

TEST(TapeTextTest, WhatSeedsDecideHasNames) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    for (const auto& [about, unused] : Record(seed).tape) {
      ASSERT_NE(DecisionName(about.decision), "?")
          << "name decision " << static_cast<int>(about.decision)
          << " in decision_names.cc";
    }
  }
}

TEST(TapeTextTest, EachDecisionHasANameOfItsOwn) {
  std::set<std::string> names;
  for (uint16_t number = 0; number < 1024; ++number) {
    const std::string name(DecisionName(Decision{number}));
    if (name == "?") continue;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(FindDecision(name), Decision{number});
  }
  EXPECT_GE(names.size(), 180u);
  EXPECT_FALSE(FindDecision("?").has_value());
}

}  // namespace
}  // namespace distdb::sim
