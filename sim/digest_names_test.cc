#include "sim/digest_names.h"

#include "gtest/gtest.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr InstanceId kFirst{Epoch(1), NodeId(0), Seq(1)};
constexpr InstanceId kSecond{Epoch(1), NodeId(1), Seq(1)};

TEST(DigestNamesTest, NamesGoByFirstAppearanceInTheRunAndInTheInstance) {
  const StandInDigester digester;
  const Digest a = digester.Compute(kFirst, "a");
  const Digest b = digester.Compute(kFirst, "b");
  const Digest c = digester.Compute(kSecond, "c");
  DigestNames names;
  EXPECT_FALSE(names.Find(a).has_value());
  EXPECT_EQ(names.Name(kFirst, a).number, 0u);
  EXPECT_EQ(names.Name(kSecond, c).number, 1u);
  EXPECT_EQ(names.Name(kFirst, b).number, 2u);
  EXPECT_EQ(names.Name(kFirst, b).klass, 1u);
  EXPECT_EQ(names.Name(kSecond, c).klass, 0u);
  EXPECT_EQ(names.Name(kFirst, a).number, 0u);
  ASSERT_TRUE(names.Find(b).has_value());
  EXPECT_EQ(names.Find(b)->number, 2u);
}

TEST(DigestNamesTest, KeepsItsNamesAsItGrows) {
  const StandInDigester digester;
  DigestNames names;
  for (uint64_t seq = 1; seq <= 3000; ++seq) {
    const InstanceId id{Epoch(1), NodeId(0), Seq(seq)};
    EXPECT_EQ(names.Name(id, digester.Compute(id, "")).number, seq - 1);
  }
  for (uint64_t seq = 1; seq <= 3000; ++seq) {
    const InstanceId id{Epoch(1), NodeId(0), Seq(seq)};
    EXPECT_EQ(names.Name(id, digester.Compute(id, "")).number, seq - 1);
  }
}

}  // namespace
}  // namespace distdb::sim
