#include "core/bracha/loads.h"

#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

TEST(LoadsTest, ARecordIsReadOnceForAllWhoAsk) {
  Loads loads(4, 10);
  EXPECT_TRUE(loads.Ask(NodeId(1), Token(7)));
  EXPECT_FALSE(loads.Ask(NodeId(1), Token(7)));
  EXPECT_FALSE(loads.Ask(NodeId(3), Token(7)));
  EXPECT_EQ(loads.size(), 1u);
  EXPECT_EQ(loads.End(Token(7)), NodeSet::Of(NodeId(1)).With(NodeId(3)));
  EXPECT_EQ(loads.size(), 0u);
  EXPECT_TRUE(loads.End(Token(7)).empty());
  EXPECT_TRUE(loads.Ask(NodeId(3), Token(7)));
}

TEST(LoadsTest, APeerHasItsShareAndNoMore) {
  Loads loads(4, 2);
  EXPECT_TRUE(loads.Ask(NodeId(1), Token(1)));
  EXPECT_TRUE(loads.Ask(NodeId(1), Token(2)));
  EXPECT_FALSE(loads.Ask(NodeId(1), Token(3)));
  EXPECT_TRUE(loads.Ask(NodeId(2), Token(3))) << "the share of another peer";
  EXPECT_FALSE(loads.Ask(NodeId(1), Token(3)));
  loads.End(Token(1));
  EXPECT_TRUE(loads.Ask(NodeId(1), Token(4)));
  EXPECT_EQ(loads.size(), 3u);
}

}  // namespace
}  // namespace distdb::bracha
