#include "sim/scenario/words.h"

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

TEST(WordsTest, DurationsAreWholeNumbersWithAUnit) {
  EXPECT_EQ(*ReadDuration("0"), 0);
  EXPECT_EQ(*ReadDuration("7ns"), 7);
  EXPECT_EQ(*ReadDuration("7us"), 7 * kMicrosecond);
  EXPECT_EQ(*ReadDuration("7ms"), 7 * kMillisecond);
  EXPECT_EQ(*ReadDuration("3600s"), 3600 * kSecond);
  for (const char* wrong : {"", "5", "ms", "-5ms", "5.5ms", "5 ms", "5MS",
                            "3601s", "99999999999999999999s"}) {
    EXPECT_FALSE(ReadDuration(wrong).ok()) << wrong;
  }
}

TEST(WordsTest, NodesAreBelowTheClustersSize) {
  EXPECT_EQ(*ReadNode("p0", 4), NodeId(0));
  EXPECT_EQ(*ReadNode("p63", 64), NodeId(63));
  for (const char* wrong :
       {"", "p", "0", "p4", "P0", "p-1", "p0x", "p99999999999"}) {
    EXPECT_FALSE(ReadNode(wrong, 4).ok()) << wrong;
  }
}

TEST(WordsTest, InstancesNameTheirOriginWithOrWithoutItsLetter) {
  const InstanceId id{Epoch(1), NodeId(2), Seq(17)};
  EXPECT_EQ(*ReadInstance("2:17", 4), id);
  EXPECT_EQ(*ReadInstance("p2:17", 4), id);
  for (const char* wrong :
       {"", "2", "2:", ":1", "2:0", "4:1", "2:1:1", "2:x"}) {
    EXPECT_FALSE(ReadInstance(wrong, 4).ok()) << wrong;
  }
}

TEST(WordsTest, TheNearestWordIsASlipOrAnAbbreviation) {
  EXPECT_EQ(Nearest("nodez", {"name", "nodes", "mode"}), "nodes");
  EXPECT_EQ(Nearest("TOTALITY", {"Agreement", "Totality"}), "Totality");
  EXPECT_EQ(Nearest("agree", {"Agreement", "Totality"}), "Agreement");
  EXPECT_EQ(Nearest("banana", {"name", "nodes", "mode"}), "");
}

}  // namespace
}  // namespace distdb::sim
