#include "node/sync_thread.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/event_loop.h"

namespace distdb {
namespace {

TEST(SyncThreadTest, WorksOnAnotherThreadAndIsDoneOnTheLoops) {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  ASSERT_TRUE(loop.ok()) << loop.status();
  SyncThread sync(loop->get());
  for (int round = 0; round < 100; ++round) {
    std::thread::id worker;
    std::thread::id finisher;
    absl::Status result;
    bool done = false;
    sync.Start(
        [&] {
          worker = std::this_thread::get_id();
          return absl::UnavailableError("as it was");
        },
        [&](const absl::Status& status) {
          finisher = std::this_thread::get_id();
          result = status;
          done = true;
        });
    while (!done) (*loop)->RunOnce(kSecond);
    EXPECT_NE(worker, std::this_thread::get_id());
    EXPECT_EQ(finisher, std::this_thread::get_id());
    EXPECT_EQ(result.message(), "as it was");
  }
}

TEST(SyncThreadTest, TheNextMayBeStartedFromWithinDone) {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  ASSERT_TRUE(loop.ok()) << loop.status();
  SyncThread sync(loop->get());
  int rounds = 0;
  const SyncThread::Work work = [] { return absl::OkStatus(); };
  SyncThread::Done done = [&](const absl::Status&) {
    if (++rounds < 10) sync.Start(work, done);
  };
  sync.Start(work, done);
  while (rounds < 10) (*loop)->RunOnce(kSecond);
  EXPECT_EQ(rounds, 10);
}

}  // namespace
}  // namespace distdb
