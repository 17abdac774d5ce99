#include "net/report_limiter.h"

#include <optional>

#include "gtest/gtest.h"

namespace distdb {
namespace {

TEST(ReportLimiterTest, LetsOnePassPerIntervalAndCountsTheRest) {
  ReportLimiter limiter(100);
  const auto pass = [&](int64_t now) {
    return limiter.Pass(NodeId(1), LinkProblem::kClosed, Time(now));
  };
  EXPECT_EQ(pass(0), 0u);
  EXPECT_EQ(pass(1), std::nullopt);
  EXPECT_EQ(pass(99), std::nullopt);
  EXPECT_EQ(pass(100), 2u);
  EXPECT_EQ(pass(101), std::nullopt);
  EXPECT_EQ(pass(500), 1u);
}

TEST(ReportLimiterTest, PeersAndKindsAreToldApart) {
  ReportLimiter limiter(100);
  const Time now(0);
  EXPECT_EQ(limiter.Pass(NodeId(1), LinkProblem::kClosed, now), 0u);
  EXPECT_EQ(limiter.Pass(NodeId(2), LinkProblem::kClosed, now), 0u);
  EXPECT_EQ(limiter.Pass(NodeId(1), LinkProblem::kRefused, now), 0u);
  EXPECT_EQ(limiter.Pass(std::nullopt, LinkProblem::kClosed, now), 0u);
  EXPECT_EQ(limiter.Pass(std::nullopt, LinkProblem::kClosed, now),
            std::nullopt);
}

}  // namespace
}  // namespace distdb
