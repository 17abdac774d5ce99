// Driver: events in, effects out. It steps the replica, keeps its log and
// carries out what it asks, in the order that core/effects.h demands.
//
// One turn of the event loop is
//
//   driver.Handle(event)     for each event that the turn brought
//   driver.OnSynced(status)  if the disk is done
//   driver.FinishTurn()      Tick if it is due, one write for all records, one
//                            sync begun, replies
//
// One sync is under way at a time. Meanwhile the replica goes on; the records
// that come up wait, and are written and synced together once it is done. What
// was held back for the records of a sync leaves when it is done, and the log's
// mark says so. The mark itself is synced when for a while nothing else has
// been.
//
// Not thread-safe.

#ifndef DISTDB_NODE_DRIVER_H_
#define DISTDB_NODE_DRIVER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/replica.h"
#include "core/types.h"
#include "node/segmented_log.h"

namespace distdb {

// Where the effects go.
class DriverHost {
 public:
  virtual ~DriverHost() = default;

  // Called from within the driver; must not call it.
  virtual void Send(const Envelope& envelope) = 0;
  virtual void OnDelivered(const Delivery& delivery) = 0;
  virtual void OnFault(const Fault& fault) = 0;
  // The disk is full, or no longer: then `why` is empty.
  virtual void OnDisk(const std::string& why) = 0;

  // Calls log().Sync(), and the driver's OnSynced with what it returned when it
  // has: now, or later from another turn.
  virtual void StartSync() = 0;

  // Called from within FinishTurn; may call Handle.
  virtual void Answer(Reply reply) = 0;
};

// Hears what the replica is given and what it asks for.
class StepObserver {
 public:
  virtual ~StepObserver() = default;

  // Called from within the driver; must not call it.
  virtual void OnStep(const Event& event, const Effects& effects) = 0;
  // Between two steps.
  virtual void OnTurnEnd(const Replica& replica) = 0;
};

struct DriverStats {
  uint64_t steps = 0;
  uint64_t records = 0;
  uint64_t syncs = 0;
  Duration sync_time = 0;
  uint64_t delivered = 0;
};

class Driver {
 public:
  struct Now {
    Time monotonic;
    WallTime wall;
  };
  using Clock = std::function<Now()>;

  // `host` outlives the driver.
  Driver(std::unique_ptr<Replica> replica, std::unique_ptr<SegmentedLog> log,
         Clock clock, DriverHost* host);

  // Not owned; outlives the driver. Called before the first step.
  void SetObserver(StepObserver* observer) { observer_ = observer; }

  // Steps the replica. For every event but Tick and those of the disk, which
  // are the driver's own.
  void Handle(const Event& event);

  // The sync that was begun last has ended.
  void OnSynced(const absl::Status& status);

  // An error means that the log can no longer be trusted to be durable: the
  // process must end.
  absl::Status FinishTurn();

  // To end in order: syncs the log and its mark. No sync may be running; what
  // is held back stays so.
  absl::Status Close() { return log_->Close(); }

  // When FinishTurn must run next, whatever happens until then.
  Time NextDeadline() const;

  const Replica& replica() const { return *replica_; }
  const SegmentedLog& log() const { return *log_; }
  const DriverStats& stats() const { return stats_; }

 private:
  // Leaves once `after` is durable; kRefused, once the replica has issued again
  // the records that a full disk has refused.
  struct HeldEnvelope {
    Token after;
    Envelope envelope;
  };
  struct HeldReply {
    Token after;
    Reply reply;
  };

  void Tick(Now now);
  // One step, and its effects carried out or put where they wait.
  void Step(const Event& event);
  void CarryOut();
  // Adds the step's records to the log, and returns after which record what the
  // step holds back may leave.
  Token TakeRecords();
  void ServeLoads();
  void Persist();
  // Of the records up to `token`, which are written; with `mark`, of that, too.
  void BeginSync(Token token, bool mark);
  void MaybeSyncMark(Time now);
  void Refuse(Token first, const std::string& why);
  void Release();
  void AnswerAll();

  std::unique_ptr<Replica> replica_;
  std::unique_ptr<SegmentedLog> log_;
  Clock clock_;
  DriverHost* host_;
  StepObserver* observer_ = nullptr;
  Effects effects_;
  bool ticked_ = false;       // In this turn.
  absl::Status disk_status_;  // Not OK: the process must end.
  // The sync under way: since when, and what is durable when it is done.
  bool syncing_ = false;
  Time sync_began_;
  Token sync_token_;
  // When the mark is synced, if nothing else is before.
  Time mark_due_ = kNever;
  // Since the disk was full: until a write succeeds, and until the replica has
  // issued the refused records again (which it does in one step).
  bool disk_full_ = false;
  bool refused_ = false;
  Time next_deadline_;
  Token durable_;
  // Both in the order of `after`.
  std::deque<HeldEnvelope> held_envelopes_;
  std::deque<HeldReply> held_replies_;
  std::deque<Reply> replies_;
  std::deque<Token> loads_;
  DriverStats stats_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_DRIVER_H_
