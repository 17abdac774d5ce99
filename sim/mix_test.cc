#include "sim/mix.h"

#include <bit>
#include <cstdint>
#include <cstdlib>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr int kSamples = 4096;

// How often flipping input bit i flips output bit j, in 1/1000.
template <typename Hash>
void ExpectAvalanche(Hash hash) {
  for (int i = 0; i < 64; ++i) {
    int flips[64] = {};
    for (uint64_t sample = 0; sample < kSamples; ++sample) {
      const uint64_t before = hash(sample);
      const uint64_t after = hash(sample ^ (uint64_t{1} << i));
      for (int j = 0; j < 64; ++j) flips[j] += (before ^ after) >> j & 1;
    }
    for (int j = 0; j < 64; ++j) {
      // Half of them, within six standard deviations (of 32).
      EXPECT_NEAR(flips[j], kSamples / 2, 192) << "bit " << i << " to " << j;
    }
  }
}

TEST(MixTest, EveryInputBitReachesEveryOutputBitOfMix64) {
  ExpectAvalanche([](uint64_t x) { return Mix64(x); });
}

TEST(MixTest, EveryInputBitReachesEveryOutputBitOfAMixer) {
  for (const int after : {0, 1, 5}) {
    const auto low = [after](uint64_t x) {
      Mixer mixer(7);
      mixer.Add(x);
      for (int i = 0; i < after; ++i) mixer.Add(i);
      return mixer.Low();
    };
    ExpectAvalanche(low);
    const auto high = [after](uint64_t x) {
      Mixer mixer(7);
      mixer.Add(x);
      for (int i = 0; i < after; ++i) mixer.Add(i);
      return mixer.High();
    };
    ExpectAvalanche(high);
  }
}

TEST(MixTest, EveryInputBitReachesEveryOutputBitOfAPairMixer) {
  for (const int after : {0, 1, 5}) {
    for (const bool second : {false, true}) {
      const auto mix = [after, second](uint64_t x) {
        PairMixer mixer(7);
        mixer.Add(second ? 3 : x, second ? x : 3);
        for (int i = 0; i < after; ++i) mixer.Add(i, 2 * i);
        return mixer;
      };
      ExpectAvalanche([&](uint64_t x) { return mix(x).Low(); });
      ExpectAvalanche([&](uint64_t x) { return mix(x).High(); });
    }
  }
}

TEST(MixTest, TheSeedReachesEveryOutputBit) {
  ExpectAvalanche([](uint64_t seed) {
    Mixer mixer(seed);
    mixer.Add(1);
    return mixer.Low();
  });
}

TEST(MixTest, BelowIsTheHighHalfOfTheProduct) {
  EXPECT_EQ(Below(0, 10), 0u);
  EXPECT_EQ(Below(~uint64_t{0}, 10), 9u);
  EXPECT_EQ(Below(uint64_t{1} << 63, 10), 5u);
  EXPECT_EQ(Below(~uint64_t{0}, ~uint64_t{0}), ~uint64_t{0} - 1);
  EXPECT_EQ(Below(0x123456789abcdef0, 1), 0u);
  EXPECT_EQ(Below(uint64_t{1} << 32, uint64_t{1} << 40), uint64_t{1} << 8);
}

TEST(MixTest, IsTheSameOnEveryCompilerAndMachine) {
  EXPECT_EQ(Mix64(0), 0u);
  EXPECT_EQ(Mix64(1), 0x828e9f1ce975cc9bu);
  Mixer mixer(42);
  mixer.Add(1);
  mixer.Add(2);
  EXPECT_EQ(mixer.Low(), 0x204ad28a88d2b211u);
  EXPECT_EQ(mixer.High(), 0xd3cd8fa6b0ec256cu);
  PairMixer pairs(42);
  pairs.Add(1, 2);
  pairs.Add(3, 4);
  EXPECT_EQ(pairs.Low(), 6008663351234285901u);
  EXPECT_EQ(pairs.High(), 5160451506284995061u);
}

}  // namespace
}  // namespace distdb::sim
