// The clients of Redis, unmodified, against a cluster of real processes. Where
// they are not installed, the tests are skipped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "node/child_process.h"
#include "node/demo/local_cluster.h"
#include "node/testing/program.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCli[] = "/usr/bin/redis-cli";
constexpr char kBenchmark[] = "/usr/bin/redis-benchmark";

class RedisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (access(kCli, X_OK) != 0 || access(kBenchmark, X_OK) != 0) {
      GTEST_SKIP() << "redis-tools is not installed";
    }
    LocalClusterOptions options;
    options.dir = dir_.path();
    options.program = DistdbPath();
    absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
        LocalCluster::Create(options);
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    const absl::Status started = cluster_->StartAll();
    ASSERT_TRUE(started.ok()) << started;
  }

  std::string Port(int id) const {
    return absl::StrCat(cluster_->endpoint(id).port);
  }

  // What redis-cli prints.
  std::string Cli(int id, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{kCli, "-p", Port(id)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Finished cli = RunProgram(words);
    EXPECT_EQ(cli.exit, (ChildExit{0, 0})) << cli.err;
    return cli.out;
  }

  TempDir dir_;
  std::unique_ptr<LocalCluster> cluster_;
};

TEST_F(RedisTest, AWriteAtOneNodeIsReadAtAnother) {
  EXPECT_EQ(Cli(1, {"SET", "k", "v"}), "OK\n");
  EXPECT_TRUE(Eventually([&] { return Cli(3, {"GET", "k"}) == "v\n"; }));
}

TEST_F(RedisTest, AnswersTheCommandsOfEveryDay) {
  EXPECT_EQ(Cli(1, {"PING"}), "PONG\n");
  EXPECT_EQ(Cli(1, {"MSET", "a", "1", "b", "2"}), "OK\n");
  EXPECT_EQ(Cli(1, {"MGET", "a", "b", "c"}), "1\n2\n\n");
  EXPECT_EQ(Cli(1, {"EXISTS", "a", "b", "c"}), "2\n");
  EXPECT_EQ(Cli(1, {"KEYS", "*"}), "a\nb\n");
  EXPECT_EQ(Cli(1, {"DEL", "a"}), "1\n");
  EXPECT_EQ(Cli(1, {"DBSIZE"}), "1\n");
  EXPECT_THAT(Cli(1, {"INFO"}), HasSubstr("mode:bracha"));
}

TEST_F(RedisTest, TheBenchmarkRunsThrough) {
  const Finished benchmark =
      RunProgram({kBenchmark, "-p", Port(1), "-t", "ping,set,get", "-n",
                  "20000", "-P", "16", "-q"});
  EXPECT_EQ(benchmark.exit, (ChildExit{0, 0})) << benchmark.err;
  EXPECT_THAT(benchmark.out, HasSubstr("SET: "));
  EXPECT_THAT(benchmark.out, HasSubstr("GET: "));
  EXPECT_THAT(benchmark.out + benchmark.err, Not(HasSubstr("rror")));
}

}  // namespace
}  // namespace distdb
