#include "sim/hash_trail.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

using ::testing::HasSubstr;

// Two equal events; in between one that may depend on `where`.
void Play(HashTrail& trail, int64_t where, int events = 3) {
  trail.OnStart(Time(0), NodeId(0), {});
  Effects effects;
  for (int i = 0; i < events; ++i) {
    effects.next_deadline = Time(i == 1 ? where : 0);
    trail.OnStep(Time(i), NodeId(0), PeerUp{NodeId(1)}, effects);
  }
}

TEST(HashTrailTest, EqualRunsDoNotDiffer) {
  HashTrail first;
  Play(first, 1);
  HashTrail second(&first);
  Play(second, 1);
  EXPECT_EQ(second.Difference(), std::nullopt);
}

TEST(HashTrailTest, NamesTheFirstEventThatDiffers) {
  HashTrail first;
  Play(first, 1);
  HashTrail second(&first);
  Play(second, 2);
  ASSERT_TRUE(second.Difference().has_value());
  EXPECT_THAT(*second.Difference(), HasSubstr("event 3 differs: at 1ns p0"));
}

TEST(HashTrailTest, ARunThatEndsEarlierDiffers) {
  HashTrail first;
  Play(first, 1);
  HashTrail second(&first);
  Play(second, 1, 2);
  ASSERT_TRUE(second.Difference().has_value());
  EXPECT_THAT(*second.Difference(), HasSubstr("ends after event 3"));
}

// What --check is for: state that depends on where an object happens to lie.
TEST(HashTrailTest, CatchesADependenceOnAnAddress) {
  HashTrail first;
  const auto a = std::make_unique<int>(0);
  Play(first, static_cast<int64_t>(reinterpret_cast<uintptr_t>(a.get())));
  HashTrail second(&first);
  const auto b = std::make_unique<int>(0);
  Play(second, static_cast<int64_t>(reinterpret_cast<uintptr_t>(b.get())));
  EXPECT_TRUE(second.Difference().has_value());
}

}  // namespace
}  // namespace distdb::sim
