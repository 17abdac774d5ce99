#include "node/status_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/config.h"
#include "core/types.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

NodeView ViewOf(int nodes, int up, Mode mode = Mode::kBracha) {
  NodeView view;
  view.mode = mode;
  view.keys = 3;
  for (int i = 0; i < nodes; ++i) {
    MemberView member;
    member.id = NodeId(static_cast<uint32_t>(i));
    member.self = i == 0;
    member.up = i < up;
    view.members.push_back(member);
  }
  return view;
}

TEST(StatusTextTest, TheFirstLineSaysHowManyMoreMayFail) {
  EXPECT_THAT(StatusText(ViewOf(4, 4)),
              StartsWith("4 of 4 nodes up; 1 more may fail (f = 1)\n"));
  EXPECT_THAT(StatusText(ViewOf(7, 6)),
              StartsWith("6 of 7 nodes up; 1 more may fail (f = 2)\n"));
  EXPECT_THAT(StatusText(ViewOf(4, 3)),
              StartsWith("3 of 4 nodes up; 0 more may fail (f = 1)\n"));
  EXPECT_THAT(StatusText(ViewOf(1, 1)),
              StartsWith("1 of 1 node up; 0 more may fail (f = 0)\n"));
}

TEST(StatusTextTest, TheFirstLineSaysWhatWritesWaitFor) {
  EXPECT_THAT(StatusText(ViewOf(7, 4)),
              StartsWith("4 of 7 nodes up; writes wait until 1 more of them "
                         "come back"));
}

TEST(StatusTextTest, BroadcastPromisesNothing) {
  EXPECT_THAT(StatusText(ViewOf(4, 4, Mode::kBroadcast)),
              HasSubstr("best effort"));
}

TEST(StatusTextTest, WhoLiesAndHowIsCounted) {
  NodeView view = ViewOf(4, 4);
  EXPECT_THAT(StatusText(view), HasSubstr("\nfaults_proven: 0\n"));
  view.faults = {{NodeId(1), FaultKind::kConflictingEcho, 2},
                 {NodeId(3), FaultKind::kForgedSend, 5}};
  EXPECT_THAT(StatusText(view), HasSubstr("\nfaults_proven: 7\n"
                                          "faults_node_2_conflicting_echo: 2\n"
                                          "faults_node_4_forged_send: 5\n"));
}

TEST(StatusTextTest, InfoHasSectionsLikeRedis) {
  const std::string all = InfoText(ViewOf(4, 4), "");
  EXPECT_THAT(all, StartsWith("# Server\nnode:1\nmode:bracha\n"));
  EXPECT_THAT(all, HasSubstr("\n\n# Keyspace\ndb0:keys=3,"));
  const std::string one = InfoText(ViewOf(4, 4), "clients");
  EXPECT_THAT(one, StartsWith("# Clients\nconnected_clients:0\n"));
  EXPECT_THAT(one, Not(HasSubstr("# Server")));
  EXPECT_EQ(InfoText(ViewOf(4, 4), "nonsense"), "");
}

}  // namespace
}  // namespace distdb
