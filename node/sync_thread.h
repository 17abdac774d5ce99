// SyncThread: runs one blocking call after the other beside the event loop, so
// that a node goes on reading, voting and answering reads while the disk works.
//
//   SyncThread sync(loop);
//   sync.Start([&] { return log.SyncFile(); },
//              [&](absl::Status status) { driver.OnSynced(status); });
//
// Used from the loop's thread; only `work` runs on the other.

#ifndef DISTDB_NODE_SYNC_THREAD_H_
#define DISTDB_NODE_SYNC_THREAD_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "net/event_loop.h"

namespace distdb {

class SyncThread {
 public:
  using Work = std::function<absl::Status()>;
  using Done = std::function<void(absl::Status)>;

  // `loop` outlives the thread.
  explicit SyncThread(EventLoop* loop);
  // Waits for the work under way; its `done` is not called any more.
  ~SyncThread();

  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  // Runs `work` on the thread, then `done` with its result on the loop's.
  // Requires that the one before is done.
  void Start(Work work, Done done);

 private:
  void Loop();
  void Finish();

  EventLoop* loop_;
  Done done_;            // Of the work under way; null without.
  absl::Status result_;  // Written by the thread before it posts Finish.
  std::mutex mutex_;
  std::condition_variable changed_;
  Work work_;          // Guarded by mutex_; null: nothing to do.
  bool stop_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_SYNC_THREAD_H_
