#include "node/logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "core/types.h"

namespace distdb {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

Time now;
Time Now() { return now; }

std::string Told(const std::function<void()>& tell) {
  ::testing::internal::CaptureStderr();
  tell();
  return ::testing::internal::GetCapturedStderr();
}

TEST(LoggerTest, TextIsALineForPeople) {
  Logger logger(NodeId(1), LogLevel::kInfo, LogFormat::kText, &Now);
  EXPECT_THAT(
      Told([&] {
        logger.Log(LogLevel::kInfo, "peer_up", "node 3\nis up", {{"peer", 3u}});
      }),
      MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+"
                   "\\.[0-9]+Z info \\[node 2\\] node 3 is up\n"));
}

TEST(LoggerTest, JsonIsAnObjectOnALine) {
  Logger logger(NodeId(1), LogLevel::kDebug, LogFormat::kJson, &Now);
  const std::string line = Told([&] {
    logger.Log(LogLevel::kError, "link", "\"wrong\"\n{}%v",
               {{"peer", 3u}, {"problem", "key"}});
  });
  EXPECT_THAT(line,
              MatchesRegex("\\{\"time\":\"[-0-9]+T[:0-9]+\\.[0-9]+Z\",.*\n"));
  EXPECT_THAT(
      line,
      EndsWith("\"level\":\"error\",\"node\":2,\"event\":\"link\",\"message\":"
               "\"\\\"wrong\\\"\\n{}%v\",\"peer\":3,\"problem\":\"key\"}\n"));
}

TEST(LoggerTest, TellsItsLevelAndThoseAbove) {
  for (const LogLevel level :
       {LogLevel::kError, LogLevel::kInfo, LogLevel::kDebug}) {
    Logger logger(NodeId(0), level, LogFormat::kText, &Now);
    const std::string told = Told([&] {
      logger.Log(LogLevel::kError, "e", "an error");
      logger.Log(LogLevel::kInfo, "i", "a notice");
      logger.Log(LogLevel::kDebug, "d", "a detail");
    });
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'),
              1 + static_cast<int>(level));
  }
}

TEST(LoggerTest, AnEventThatComesTooOftenIsCounted) {
  Logger logger(NodeId(0), LogLevel::kInfo, LogFormat::kText, &Now);
  now = Time(kSecond);
  const std::string told = Told([&] {
    for (int i = 0; i < kLinesAtOnce + 7; ++i) {
      logger.Log(LogLevel::kInfo, "often", "again");
    }
    logger.Log(LogLevel::kInfo, "rare", "another");
  });
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), kLinesAtOnce + 1);
  EXPECT_THAT(told, HasSubstr("another\n"));
  now = Time(2 * kSecond);
  EXPECT_THAT(Told([&] { logger.Log(LogLevel::kInfo, "often", "again"); }),
              EndsWith("again (and 7 more like it before)\n"));
}

TEST(LoggerTest, LevelsAndFormatsAreNamed) {
  EXPECT_EQ(*ParseLogLevel("debug"), LogLevel::kDebug);
  EXPECT_THAT(std::string(ParseLogLevel("loud").status().message()),
              HasSubstr("use error, info or debug"));
  EXPECT_EQ(*ParseLogFormat("json"), LogFormat::kJson);
  EXPECT_THAT(std::string(ParseLogFormat("xml").status().message()),
              HasSubstr("use text or json"));
}

}  // namespace
}  // namespace distdb
