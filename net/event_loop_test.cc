#include "net/event_loop.h"

#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace distdb {
namespace {

// A pipe whose reading end is registered, and what is done when it is ready.
class Pipe : public FdHandler {
 public:
  Pipe(EventLoop* loop, std::function<void()> on_ready)
      : loop_(loop), on_ready_(std::move(on_ready)) {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
    read_end_ = UniqueFd(fds[0]);
    write_end_ = UniqueFd(fds[1]);
    EXPECT_TRUE(loop_->Add(fds[0], {.read = true}, this).ok());
  }
  ~Pipe() override { Close(); }

  void Close() {
    if (!read_end_.is_open()) return;
    loop_->Remove(read_end_.get());
    read_end_.Close();
  }
  void Write() { EXPECT_EQ(write(write_end_.get(), "x", 1), 1); }
  void Read() {
    char byte;
    EXPECT_EQ(read(read_end_.get(), &byte, 1), 1);
  }
  int fd() const { return read_end_.get(); }
  int calls() const { return calls_; }

  void OnReady(Interest ready) override {
    EXPECT_TRUE(ready.read);
    ++calls_;
    on_ready_();
  }

 private:
  EventLoop* loop_;
  std::function<void()> on_ready_;
  UniqueFd read_end_;
  UniqueFd write_end_;
  int calls_ = 0;
};

std::unique_ptr<EventLoop> NewLoop() {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  EXPECT_TRUE(loop.ok()) << loop.status();
  return *std::move(loop);
}

TEST(EventLoopTest, CallsAgainWhileSomethingIsLeftToRead) {
  const auto loop = NewLoop();
  Pipe pipe(loop.get(), [] {});
  loop->RunOnce(0);
  EXPECT_EQ(pipe.calls(), 0);
  pipe.Write();
  loop->RunOnce(-1);
  loop->RunOnce(-1);
  EXPECT_EQ(pipe.calls(), 2);
  pipe.Read();
  loop->RunOnce(0);
  EXPECT_EQ(pipe.calls(), 2);
}

TEST(EventLoopTest, InterestCanBeTakenBackAndGivenAgain) {
  const auto loop = NewLoop();
  Pipe pipe(loop.get(), [] {});
  pipe.Write();
  loop->Modify(pipe.fd(), {});
  loop->RunOnce(0);
  EXPECT_EQ(pipe.calls(), 0);
  loop->Modify(pipe.fd(), {.read = true});
  loop->RunOnce(-1);
  EXPECT_EQ(pipe.calls(), 1);
}

TEST(EventLoopTest, ARemovedHandlerIsNotCalledAlsoWhenItsEventHadBeenFetched) {
  const auto loop = NewLoop();
  std::unique_ptr<Pipe> a;
  std::unique_ptr<Pipe> b;
  int calls = 0;
  // Whichever comes first destroys the other.
  a = std::make_unique<Pipe>(loop.get(), [&] { ++calls, b.reset(); });
  b = std::make_unique<Pipe>(loop.get(), [&] { ++calls, a.reset(); });
  a->Write();
  b->Write();
  loop->RunOnce(-1);
  EXPECT_EQ(calls, 1);
}

TEST(EventLoopTest, ADescriptorNumberThatIsUsedAgainHasNoOldEvents) {
  const auto loop = NewLoop();
  std::unique_ptr<Pipe> first;
  std::unique_ptr<Pipe> second;
  std::unique_ptr<Pipe> replacement;
  int replaced_fd = -1;
  const auto replace = [&](std::unique_ptr<Pipe>& other) {
    if (replacement != nullptr) return;
    replaced_fd = other->fd();
    other.reset();
    replacement = std::make_unique<Pipe>(loop.get(), [] {});
  };
  first = std::make_unique<Pipe>(loop.get(), [&] { replace(second); });
  second = std::make_unique<Pipe>(loop.get(), [&] { replace(first); });
  first->Write();
  second->Write();
  loop->RunOnce(-1);
  ASSERT_NE(replacement, nullptr);
  ASSERT_EQ(replacement->fd(), replaced_fd);
  EXPECT_EQ(replacement->calls(), 0);
}

TEST(EventLoopTest, AHandlerMayDestroyItself) {
  const auto loop = NewLoop();
  std::unique_ptr<Pipe> pipe;
  pipe = std::make_unique<Pipe>(loop.get(), [&] { pipe.reset(); });
  pipe->Write();
  loop->RunOnce(-1);
  EXPECT_EQ(pipe, nullptr);
  loop->RunOnce(0);
}

TEST(EventLoopTest, TimersFireByDeadlineThenByOrderOfAdding) {
  const auto loop = NewLoop();
  const Time now = EventLoop::ReadClock();
  std::string fired;
  loop->AddTimer(now - 1, [&] { fired += 'c'; });
  loop->AddTimer(now - 2, [&] { fired += 'a'; });
  loop->AddTimer(now - 1, [&] { fired += 'd'; });
  loop->AddTimer(now - 2, [&] { fired += 'b'; });
  loop->AddTimer(now + 3600 * kSecond, [&] { fired += 'x'; });
  loop->RunOnce(-1);
  EXPECT_EQ(fired, "abcd");
}

TEST(EventLoopTest, WaitsForTheNextTimerAndNotBeyond) {
  const auto loop = NewLoop();
  const Time deadline = EventLoop::ReadClock() + 2 * kMillisecond;
  bool fired = false;
  loop->AddTimer(deadline, [&] { fired = true; });
  while (!fired) loop->RunOnce(-1);
  EXPECT_GE(loop->now(), deadline);
}

TEST(EventLoopTest, ACancelledTimerDoesNotFire) {
  const auto loop = NewLoop();
  const Time now = EventLoop::ReadClock();
  std::string fired;
  TimerId second;
  const TimerId first = loop->AddTimer(now - 2, [&] {
    fired += 'a';
    loop->Cancel(second);
  });
  second = loop->AddTimer(now - 1, [&] { fired += 'b'; });
  loop->RunOnce(-1);
  EXPECT_EQ(fired, "a");
  loop->Cancel(first);
  loop->Cancel(TimerId());
  loop->RunOnce(0);
  EXPECT_EQ(fired, "a");
}

TEST(EventLoopTest, ATimerAddedByATimerWaitsForTheNextTurn) {
  const auto loop = NewLoop();
  int fired = 0;
  std::function<void()> again = [&] {
    ++fired;
    loop->AddTimer(Time(0), again);
  };
  loop->AddTimer(Time(0), again);
  for (int turn = 1; turn <= 3; ++turn) {
    loop->RunOnce(-1);
    EXPECT_EQ(fired, turn);
  }
}

TEST(EventLoopTest, WhatAnotherThreadPostsEndsTheWait) {
  const auto loop = NewLoop();
  const std::thread::id self = std::this_thread::get_id();
  bool called = false;
  std::thread other([&] {
    loop->Post([&] {
      called = true;
      EXPECT_EQ(std::this_thread::get_id(), self);
    });
  });
  while (!called) loop->RunOnce(-1);
  other.join();
}

TEST(EventLoopTest, WhatIsPostedInATurnRunsInTheNext) {
  const auto loop = NewLoop();
  std::string called;
  loop->Post([&] {
    called += 'a';
    loop->Post([&] { called += 'b'; });
  });
  loop->RunOnce(-1);
  EXPECT_EQ(called, "a");
  loop->RunOnce(-1);
  EXPECT_EQ(called, "ab");
}

}  // namespace
}  // namespace distdb
