#include "net/acceptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "net/event_loop.h"
#include "net/socket.h"

namespace distdb {
namespace {

constexpr Duration kPatience = 20 * kSecond;

class AcceptorTest : public testing::Test {
 protected:
  void SetUp() override {
    loop_ = *EventLoop::Create();
    absl::StatusOr<UniqueFd> listener = Listen({"127.0.0.1", 0});
    ASSERT_TRUE(listener.ok()) << listener.status();
    endpoint_ = {"127.0.0.1", *LocalPort(*listener)};
    acceptor_ = *Acceptor::Create(
        *std::move(listener), loop_.get(),
        [this](UniqueFd socket) { accepted_.push_back(std::move(socket)); });
  }

  void Connect() {
    absl::StatusOr<UniqueFd> socket = StartConnect(endpoint_);
    ASSERT_TRUE(socket.ok()) << socket.status();
    pollfd fd{.fd = socket->get(), .events = POLLOUT, .revents = 0};
    ASSERT_EQ(poll(&fd, 1, 10'000), 1);
    dialed_.push_back(*std::move(socket));
  }

  bool RunUntilAccepted(size_t count) {
    const Time deadline = EventLoop::ReadClock() + kPatience;
    while (accepted_.size() < count) {
      if (EventLoop::ReadClock() > deadline) return false;
      loop_->RunOnce(10 * kMillisecond);
    }
    return true;
  }

  std::unique_ptr<EventLoop> loop_;
  Endpoint endpoint_;
  std::vector<UniqueFd> accepted_;
  std::vector<UniqueFd> dialed_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(AcceptorTest, ABurstIsTakenOverSeveralTurns) {
  constexpr size_t kBurst = kAcceptsPerTurn + 10;
  for (size_t i = 0; i < kBurst; ++i) Connect();
  loop_->RunOnce(-1);
  EXPECT_EQ(accepted_.size(), static_cast<size_t>(kAcceptsPerTurn));
  EXPECT_TRUE(RunUntilAccepted(kBurst));
}

TEST_F(AcceptorTest, OutOfDescriptorsItPausesAndGoesOnLater) {
  Connect();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // No number below the limit is free.
  rlimit none = before;
  {
    const UniqueFd lowest_free(open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(lowest_free.is_open());
    none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
  }
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  loop_->RunOnce(-1);
  EXPECT_TRUE(accepted_.empty());
  // It does not spin: the listener, though ready, ends no wait.
  const Time paused = loop_->now();
  loop_->RunOnce(-1);
  EXPECT_GT(loop_->now() - paused, 50 * kMillisecond);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(RunUntilAccepted(1));
}

}  // namespace
}  // namespace distdb
