#include "node/sync_thread.h"

#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "core/check.h"
#include "net/event_loop.h"

namespace distdb {

SyncThread::SyncThread(EventLoop* loop)
    : loop_(loop), thread_([this] { Loop(); }) {}

SyncThread::~SyncThread() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SyncThread::Start(Work work, Done done) {
  DISTDB_CHECK(done_ == nullptr, "one work at a time");
  done_ = std::move(done);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    work_ = std::move(work);
  }
  changed_.notify_one();
}

void SyncThread::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || work_ != nullptr; });
    if (stop_) return;
    const Work work = std::exchange(work_, nullptr);
    lock.unlock();
    result_ = work();
    loop_->Post([this] { Finish(); });
    lock.lock();
  }
}

void SyncThread::Finish() {
  const Done done = std::exchange(done_, nullptr);
  done(std::move(result_));
}

}  // namespace distdb
