#include "sim/choice.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/check_handler.h"

namespace distdb::sim {
namespace {

About AboutLink(uint32_t from, uint32_t to, uint64_t occurrence) {
  return {.decision = Decision::kMessageDelay,
          .from = NodeId(from),
          .to = NodeId(to),
          .message = MessageKind::kEcho,
          .instance = {Epoch(1), NodeId(2), Seq(3)},
          .digest_class = 0,
          .occurrence = occurrence};
}

TEST(ChoiceTest, AnAnswerDoesNotDependOnWhatWasAskedBefore) {
  SeedDriver driver(7);
  Chooser alone(&driver);
  const uint64_t answer = alone.Choose(AboutLink(0, 1, 5), 1'000'000);
  Chooser busy(&driver);
  for (uint64_t i = 0; i < 5; ++i) busy.Choose(AboutLink(0, 1, i), 10);
  busy.Choose(AboutLink(3, 1, 5), 10);
  EXPECT_EQ(busy.Choose(AboutLink(0, 1, 5), 1'000'000), answer);
}

TEST(ChoiceTest, EveryFieldOfAboutMatters) {
  SeedDriver driver(7);
  const About base = AboutLink(0, 1, 0);
  std::vector<About> others(8, base);
  others[0].decision = Decision::kMessageLost;
  others[1].from = NodeId(2);
  others[2].to = NodeId(2);
  others[3].message = MessageKind::kReady;
  others[4].instance.epoch = Epoch(2);
  others[5].instance.origin = NodeId(1);
  others[6].instance.seq = Seq(4);
  others[7].digest_class = 1;
  constexpr uint64_t kMany = uint64_t{1} << 60;
  const uint64_t answer = driver.Answer(base, kMany);
  EXPECT_NE(driver.Answer(AboutLink(0, 1, 1), kMany), answer);
  for (const About& other : others) {
    EXPECT_NE(driver.Answer(other, kMany), answer);
    EXPECT_NE(FingerprintOf(other), FingerprintOf(base));
  }
}

TEST(ChoiceTest, OccasionsAreCountedAndAnsweredLikeAnyQuestion) {
  SeedDriver driver(7);
  Chooser chooser(&driver);
  for (uint64_t occurrence = 0; occurrence < 3; ++occurrence) {
    Occasion occasion = chooser.Next(AboutLink(0, 1, 0));
    EXPECT_EQ(occasion.about().occurrence, occurrence);
    About lost = AboutLink(0, 1, occurrence);
    lost.decision = Decision::kMessageLost;
    EXPECT_EQ(chooser.Choose(occasion, lost.decision, 1'000'000),
              driver.Answer(lost, 1'000'000));
  }
  EXPECT_EQ(chooser.Next(AboutLink(1, 0, 0)).about().occurrence, 0u);
}

TEST(ChoiceTest, AskingTwiceAboutAnOccasionIsABrokenInvariant) {
  InstallThrowingCheckHandler();
  SeedDriver driver(1);
  Chooser chooser(&driver);
  const About about = AboutLink(0, 1, 0);
  Occasion first = chooser.Next(about);
  chooser.Choose(first, Decision::kMessageLost, 2);
  EXPECT_THROW(chooser.Choose(first, Decision::kMessageLost, 2), CheckFailed);
  chooser.Choose(first, Decision::kMessageCorrupted, 2);
  Occasion second = chooser.Next(about);
  chooser.Choose(second, Decision::kMessageLost, 2);
}

TEST(ChoiceTest, ADecisionIsMadeAboutOccasionsOrDirectly) {
  InstallThrowingCheckHandler();
  SeedDriver driver(1);
  Chooser chooser(&driver);
  About about = AboutLink(0, 1, 0);
  Occasion occasion = chooser.Next(about);
  chooser.Choose(occasion, Decision::kMessageLost, 2);
  about.decision = Decision::kMessageLost;
  EXPECT_THROW(chooser.Choose(about, 2), CheckFailed);
  // Occasions that began in another way could be the same ones.
  Occasion other = chooser.Next(about);
  EXPECT_THROW(chooser.Choose(other, Decision::kMessageLost, 2), CheckFailed);
  about.decision = Decision::kMessageDelay;
  chooser.Choose(about, 2);
  EXPECT_THROW(chooser.Choose(occasion, Decision::kMessageDelay, 2),
               CheckFailed);
}

TEST(ChoiceTest, AskingTwiceIsABrokenInvariant) {
  InstallThrowingCheckHandler();
  SeedDriver driver(1);
  Chooser chooser(&driver);
  chooser.Choose(AboutLink(0, 1, 0), 2);
  EXPECT_THROW(chooser.Choose(AboutLink(0, 1, 0), 2), CheckFailed);
  EXPECT_NO_THROW(chooser.Choose(AboutLink(0, 1, 1), 2));
}

TEST(ChoiceTest, OptionsThatAreAddedLaterTakeOnlyWhatTheyWin) {
  const std::vector<Option> before = {{1, "a"}, {2, "b"}, {3, "c"}};
  const std::vector<Option> after = {{1, "a"}, {9, "new"}, {2, "b"}, {3, "c"}};
  int won = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    SeedDriver driver(seed);
    Chooser first(&driver);
    Chooser second(&driver);
    const uint32_t old_answer = first.ChooseNamed(AboutLink(0, 1, 0), before);
    const uint32_t new_answer = second.ChooseNamed(AboutLink(0, 1, 0), after);
    if (new_answer == 9) {
      ++won;
    } else {
      EXPECT_EQ(new_answer, old_answer);
    }
  }
  EXPECT_NEAR(won, 250, 82);  // A quarter, within six standard deviations.
}

TEST(ChoiceTest, ChanceStrikesAsOftenAsItSays) {
  SeedDriver driver(3);
  Chooser chooser(&driver);
  int struck = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    struck += chooser.Chance(AboutLink(0, 1, i), 100) ? 1 : 0;
  }
  EXPECT_NEAR(struck, 1000, 180);
  EXPECT_FALSE(chooser.Chance(AboutLink(0, 2, 0), 0));
  EXPECT_TRUE(chooser.Chance(AboutLink(0, 2, 0), 1000));
}

// Of two series of bits that have nothing to do with each other half agree.
void ExpectUncorrelated(const std::vector<uint64_t>& a,
                        const std::vector<uint64_t>& b, const char* what) {
  int agree = 0;
  for (size_t i = 0; i < a.size(); ++i) agree += a[i] == b[i] ? 1 : 0;
  const int half = static_cast<int>(a.size() / 2);
  EXPECT_NEAR(agree, half, 200) << what;  // 4096 samples: sd is 32.
}

std::vector<uint64_t> Bits(uint64_t seed, uint32_t from, uint32_t to,
                           uint64_t first) {
  SeedDriver driver(seed);
  std::vector<uint64_t> bits;
  for (uint64_t i = 0; i < 4096; ++i) {
    bits.push_back(driver.Answer(AboutLink(from, to, first + i), 2));
  }
  return bits;
}

TEST(ChoiceTest, NeighbouringSeedsLinksAndOccurrencesAreUncorrelated) {
  for (uint64_t seed = 0; seed < 16; ++seed) {
    const std::vector<uint64_t> base = Bits(seed, 1, 2, 0);
    ExpectUncorrelated(base, Bits(seed + 1, 1, 2, 0), "the next seed");
    ExpectUncorrelated(base, Bits(seed, 1, 3, 0), "the next link");
    ExpectUncorrelated(base, Bits(seed, 2, 1, 0), "the way back");
    ExpectUncorrelated(base, Bits(seed, 1, 2, 1), "the next occurrence");
  }
}

TEST(ChoiceTest, ATapeAnswersAsTheRunThatRecordedIt) {
  const std::vector<Option> options = {{4, "a"}, {5, "b"}};
  SeedDriver seed(11);
  Tape tape;
  Chooser recording(&seed, &tape);
  const uint64_t number = recording.Choose(AboutLink(0, 1, 0), 1000);
  const uint32_t option = recording.ChooseNamed(AboutLink(0, 1, 1), options);
  EXPECT_EQ(tape.size(), 2u);

  TapeDriver driver(&tape);
  Chooser replaying(&driver);
  EXPECT_EQ(replaying.ChooseNamed(AboutLink(0, 1, 1), options), option);
  EXPECT_EQ(replaying.Choose(AboutLink(0, 1, 0), 1000), number);
  EXPECT_EQ(driver.missing(), 0u);
}

TEST(ChoiceTest, WhatATapeDoesNotHaveIsCalmAndCounted) {
  const Tape tape = {{AboutLink(0, 1, 0), 7}, {AboutLink(0, 1, 3), 99}};
  TapeDriver driver(&tape);
  Chooser chooser(&driver);
  EXPECT_EQ(chooser.Choose(AboutLink(0, 1, 1), 10), 0u);
  EXPECT_EQ(chooser.Choose(AboutLink(0, 1, 0), 5), 0u);  // 7 is not possible.
  EXPECT_FALSE(chooser.Chance(AboutLink(0, 1, 2), 999));
  const std::vector<Option> options = {{4, "calm"}, {5, "b"}};
  EXPECT_EQ(chooser.ChooseNamed(AboutLink(0, 1, 3), options), 4u);
  EXPECT_EQ(driver.missing(), 4u);
}

}  // namespace
}  // namespace distdb::sim
