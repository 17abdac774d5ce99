// SnapshotPace: when a replica writes a snapshot of itself into its log, and
// how much the next one may take there.
//
//   pace.Count(record)       each record that is appended or has survived
//   pace.Begin(), End()      around a snapshot; what Count hears of its kinds
//                            between them is its size
//   pace.Refused(under_way)  the disk is full
//
// A snapshot is due when the log since the last one's beginning takes
// `log_bytes`, and as much as that snapshot: so snapshots are at most half of
// what is written.
//
// On a full disk, one is due as soon as it frees a fair part of what it takes,
// and it is then *urgent*: the replica takes on nothing new until it is
// complete, so that the room which the driver has kept for it suffices. Where
// little would be freed, writing one again and again would help nobody.

#ifndef DISTDB_CORE_SNAPSHOT_PACE_H_
#define DISTDB_CORE_SNAPSHOT_PACE_H_

#include <algorithm>
#include <cstddef>

#include "core/record.h"

namespace distdb {

class SnapshotPace {
 public:
  explicit SnapshotPace(size_t log_bytes) : log_bytes_max_(log_bytes) {}

  void Count(const Record& record) {
    const size_t bytes = kRecordBytes + record.payload.size();
    (IsOfSnapshot(record.kind) ? bytes_ : log_bytes_) += bytes;
  }
  // The same for a record that has survived, in order.
  void Recover(const Record& record) {
    if (record.kind == RecordKind::kSnapshotBegin) bytes_ = 0;
    Count(record);
    if (record.kind == RecordKind::kSnapshotEnd) last_bytes_ = bytes_;
  }

  bool is_due() const {
    return urgent_ || log_bytes_ >= std::max(log_bytes_max_, last_bytes_);
  }
  void Begin() {
    before_ = log_bytes_;
    log_bytes_ = 0;
    bytes_ = 0;
  }
  void End() {
    last_bytes_ = bytes_;
    before_ = 0;
    urgent_ = false;
  }

  void Refused(bool under_way) {
    const size_t least = std::min(log_bytes_max_ / 16, kWorthBytes);
    const size_t worth = std::max(least, last_bytes_ / 4);
    if (under_way || log_bytes_ >= worth) urgent_ = true;
  }
  bool urgent() const { return urgent_; }

  // What the snapshot under way has taken.
  size_t bytes() const { return bytes_; }
  // What the one under way takes at most in all, or else the next one: what the
  // last one took, and all that came since.
  size_t bytes_max() const { return last_bytes_ + before_ + log_bytes_; }

  // See fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(bytes_, last_bytes_, before_, log_bytes_, urgent_);
  }

 private:
  // What a record takes in the log beside its payload, about.
  static constexpr size_t kRecordBytes = 64;
  // So much log is worth a snapshot of a small store, however small the disk
  // is beside log_bytes.
  static constexpr size_t kWorthBytes = 1024 * 1024;

  size_t log_bytes_max_;
  size_t bytes_ = 0;
  size_t last_bytes_ = 0;  // Of the last one that is complete.
  size_t before_ = 0;      // Of the log before the one under way.
  size_t log_bytes_ = 0;   // Appended since the last one began.
  bool urgent_ = false;
};

}  // namespace distdb

#endif  // DISTDB_CORE_SNAPSHOT_PACE_H_
