#include "net/event_loop.h"

#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check.h"
#include "core/types.h"

namespace distdb {
namespace {

// More than this many ready descriptors wait for the next turn.
constexpr size_t kReadyMax = 1024;

uint32_t ToEpoll(Interest interest) {
  return (interest.read ? EPOLLIN | EPOLLRDHUP : 0u) |
         (interest.write ? EPOLLOUT : 0u);
}

Interest FromEpoll(uint32_t events) {
  constexpr uint32_t kBroken = EPOLLERR | EPOLLHUP;
  return {.read = (events & (EPOLLIN | EPOLLRDHUP | kBroken)) != 0,
          .write = (events & (EPOLLOUT | kBroken)) != 0};
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create() {
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return absl::ErrnoToStatus(errno, "epoll_create1");
  UniqueFd wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.is_open()) return absl::ErrnoToStatus(errno, "eventfd");
  // Generation 0 is the wake descriptor's; registrations begin at 1.
  epoll_event event{.events = EPOLLIN, .data = {.u64 = 0}};
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  return std::unique_ptr<EventLoop>(
      new EventLoop(std::move(epoll), std::move(wake)));
}

EventLoop::EventLoop(UniqueFd epoll, UniqueFd wake)
    : epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      now_(ReadClock()),
      ready_(kReadyMax) {}

absl::Status EventLoop::Add(int fd, Interest interest, FdHandler* handler) {
  DISTDB_CHECK(fd >= 0 && handler != nullptr, "a descriptor has a handler");
  const auto index = static_cast<size_t>(fd);
  if (index >= registrations_.size()) registrations_.resize(index + 1);
  Registration& registration = registrations_[index];
  DISTDB_CHECK(registration.handler == nullptr, "a descriptor is added once");
  const uint32_t generation = next_generation_;
  epoll_event event{.events = ToEpoll(interest),
                    .data = {.u64 = (uint64_t{generation} << 32) |
                                    static_cast<uint32_t>(fd)}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  registration = {handler, interest, generation};
  if (++next_generation_ == 0) next_generation_ = 1;
  return absl::OkStatus();
}

void EventLoop::Modify(int fd, Interest interest) {
  Registration& registration = registrations_.at(static_cast<size_t>(fd));
  DISTDB_CHECK(registration.handler != nullptr, "a descriptor is added first");
  if (registration.interest == interest) return;
  registration.interest = interest;
  epoll_event event{.events = ToEpoll(interest),
                    .data = {.u64 = (uint64_t{registration.generation} << 32) |
                                    static_cast<uint32_t>(fd)}};
  const int result = epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  DISTDB_CHECK(result == 0, "a registered descriptor is open");
}

void EventLoop::Remove(int fd) {
  Registration& registration = registrations_.at(static_cast<size_t>(fd));
  DISTDB_CHECK(registration.handler != nullptr, "a descriptor is added first");
  registration = {};
  const int result = epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  DISTDB_CHECK(result == 0, "a registered descriptor is open");
}

TimerId EventLoop::AddTimer(Time deadline, std::function<void()> callback) {
  const TimerId timer{deadline, next_timer_++};
  timers_.emplace(timer, std::move(callback));
  return timer;
}

void EventLoop::Cancel(TimerId timer) { timers_.erase(timer); }

void EventLoop::Post(std::function<void()> callback) {
  {
    const std::lock_guard<std::mutex> lock(posted_mutex_);
    posted_.push_back(std::move(callback));
  }
  const uint64_t one = 1;
  // It fails only where the count is full, and then the loop wakes anyway.
  [[maybe_unused]] const ssize_t written =
      write(wake_.get(), &one, sizeof(one));
}

void EventLoop::RunOnce(Duration max_wait) {
  const int count =
      epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()),
                 WaitMillis(max_wait));
  now_ = ReadClock();
  // Interrupted by a signal, a turn has no ready descriptors.
  DISTDB_CHECK(count >= 0 || errno == EINTR, "epoll_wait has what it needs");
  for (int i = 0; i < count; ++i) Dispatch(ready_[static_cast<size_t>(i)]);
  RunTimers();
  RunPosted();
}

// Rounded up: a wait that ends before the deadline would spin.
int EventLoop::WaitMillis(Duration max_wait) const {
  constexpr Duration kWaitMax = 3600 * kSecond;
  Duration wait = max_wait < 0 ? kWaitMax : std::min(max_wait, kWaitMax);
  if (!timers_.empty() && wait > 0) {
    const Time deadline = timers_.begin()->first.deadline;
    const Time now = ReadClock();
    if (deadline <= now) return 0;
    wait = std::min(wait, deadline - now);
  }
  return static_cast<int>((wait + kMillisecond - 1) / kMillisecond);
}

void EventLoop::Dispatch(const epoll_event& event) {
  if (event.data.u64 == 0) {
    uint64_t count = 0;
    // What it counts does not matter: all that was posted is run.
    [[maybe_unused]] const ssize_t bytes =
        read(wake_.get(), &count, sizeof(count));
    return;
  }
  const auto fd = static_cast<uint32_t>(event.data.u64);
  const auto generation = static_cast<uint32_t>(event.data.u64 >> 32);
  const Registration registration = registrations_[fd];
  // Removed, or replaced, by a callback earlier in this turn.
  if (registration.generation != generation) return;
  registration.handler->OnReady(FromEpoll(event.events));
}

void EventLoop::RunTimers() {
  // What callbacks add waits for the next turn, also when it is due already.
  const uint64_t first_new = next_timer_;
  while (true) {
    auto timer = timers_.begin();
    while (timer != timers_.end() && timer->first.number >= first_new) ++timer;
    if (timer == timers_.end() || timer->first.deadline > now_) return;
    const std::function<void()> callback = std::move(timer->second);
    timers_.erase(timer);
    callback();
  }
}

void EventLoop::RunPosted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard<std::mutex> lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (const std::function<void()>& callback : posted) callback();
}

Time EventLoop::ReadClock() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Time(int64_t{time.tv_sec} * kSecond + time.tv_nsec);
}

}  // namespace distdb
