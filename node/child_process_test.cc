#include "node/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/types.h"

namespace distdb {
namespace {

constexpr Duration kPatience = 60 * kSecond;

ChildProcess StartShell(const std::string& script) {
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start({"/bin/sh", "-c", script}, {});
  EXPECT_TRUE(child.ok()) << child.status();
  return *std::move(child);
}

TEST(ChildProcessTest, SaysHowItEnded) {
  EXPECT_EQ(StartShell("exit 7").Wait(kPatience), (ChildExit{7, 0}));
  EXPECT_EQ(StartShell("kill -TERM $$").Wait(kPatience),
            (ChildExit{0, SIGTERM}));
}

TEST(ChildProcessTest, AProgramThatIsNotThereEndsWith127) {
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start({"/no/such/program"}, {});
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ(child->Wait(kPatience), (ChildExit{127, 0}));
}

TEST(ChildProcessTest, RunsUntilASignalEndsIt) {
  ChildProcess child = StartShell("exec sleep 1000");
  EXPECT_EQ(child.Poll(), std::nullopt);
  EXPECT_EQ(child.Wait(kMillisecond), std::nullopt);
  child.Signal(SIGKILL);
  EXPECT_EQ(child.Wait(kPatience), (ChildExit{0, SIGKILL}));
  EXPECT_EQ(child.Poll(), (ChildExit{0, SIGKILL})) << "it stays known";
}

TEST(ChildProcessTest, IsGoneWithItsOwner) {
  pid_t pid = 0;
  {
    const ChildProcess child = StartShell("exec sleep 1000");
    pid = child.pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace distdb
