#include "sim/stand_in_digester.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr InstanceId kId{Epoch(1), NodeId(2), Seq(3)};

TEST(StandInDigesterTest, DependsOnEveryBitOfThePayload) {
  const StandInDigester digester;
  const std::string payload = "a payload of more than eight bytes";
  std::set<Digest> seen = {digester.Compute(kId, payload)};
  for (size_t i = 0; i < payload.size() * 8; ++i) {
    std::string changed = payload;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    EXPECT_TRUE(seen.insert(digester.Compute(kId, changed)).second);
  }
  EXPECT_TRUE(seen.insert(digester.Compute(kId, payload + '\0')).second);
  EXPECT_TRUE(seen.insert(digester.Compute(kId, "")).second);
}

TEST(StandInDigesterTest, BindsThePayloadToItsInstance) {
  const StandInDigester digester;
  const std::set<Digest> all = {
      digester.Compute(kId, "x"),
      digester.Compute({Epoch(2), NodeId(2), Seq(3)}, "x"),
      digester.Compute({Epoch(1), NodeId(1), Seq(3)}, "x"),
      digester.Compute({Epoch(1), NodeId(2), Seq(4)}, "x")};
  EXPECT_EQ(all.size(), 4u);
}

TEST(StandInDigesterTest, FillsAllBytes) {
  const StandInDigester digester;
  std::set<uint8_t> values[32];
  for (uint64_t seq = 1; seq <= 64; ++seq) {
    const Digest digest = digester.Compute({Epoch(1), NodeId(0), Seq(seq)}, "");
    for (size_t i = 0; i < 32; ++i) values[i].insert(digest.bytes[i]);
  }
  for (const std::set<uint8_t>& byte : values) EXPECT_GT(byte.size(), 32u);
}

}  // namespace
}  // namespace distdb::sim
