// ByteLog: the log of one simulated disk as the bytes that a real node writes,
// so that faults strike bytes and the reader of real nodes recovers from them.
//
//   ByteLog log(NodeId(2));
//   log.Write(records); log.BeginFsync(); log.CompleteFsync();
//   log.CutPower(3, Damage::kTorn, draw);   // of the 4th record some bytes
//   log.Recover() == the first 3 records    // or an error: an alarm
//
// It follows node/segmented_log.cc: the same segments, frames and mark, each
// frame says up to where the log was known to be synced, a start cuts the torn
// tail. Segments are never removed. Which records must come back the caller
// knows; this knows what reading must say.

#ifndef DISTDB_SIM_BYTE_LOG_H_
#define DISTDB_SIM_BYTE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/log/log_format.h"
#include "core/log/log_reader.h"
#include "core/log/log_writer.h"
#include "core/log/sync_mark.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

// What happens to bytes.
enum class Damage : uint8_t {
  kNone,
  kTorn,         // A record's write is cut off in its middle.
  kBitFlip,      // One bit is another.
  kMisdirected,  // A record's bytes land elsewhere; their place holds zeros.
};

// A number below its argument, drawn.
using DrawBelow = absl::FunctionRef<uint64_t(uint64_t)>;

class ByteLog {
 public:
  explicit ByteLog(NodeId node);

  void Write(absl::Span<const Record> records);
  void BeginFsync() { covered_bytes_ = bytes_.size(); }
  void CompleteFsync();

  // Leaves the first `records` records. What is left of those behind them, if
  // there are any, looks like a write that `tail` struck.
  void CutPower(size_t records, Damage tail, DrawBelow draw);

  // What a reader owes a log that was struck where it had been synced.
  struct Duty {
    // To refuse it; else to return exactly the first `records` records (damage
    // to what was not synced looks like a torn tail).
    bool refuses = false;
    size_t records = 0;
  };
  // Strikes anywhere; kBitFlip or kMisdirected.
  Duty Strike(Damage damage, DrawBelow draw);

  // What a node that starts reads, and the log it goes on with. An error where
  // the reader refuses, and the log is then as it was.
  absl::StatusOr<std::vector<Record>> Recover();

  // Reads one record back, by its index. DataLoss where the bytes are damaged.
  absl::StatusOr<Record> Load(size_t index, Token token) const;

  // An empty log of the same node takes the place of this one.
  void Clear() { *this = ByteLog(identity_.node); }

 private:
  struct Frame {
    uint64_t offset;
    // Its header says that all bytes before this one had been synced.
    uint64_t vouches_for;
  };

  uint64_t End(size_t frame) const {
    return frame + 1 < frames_.size() ? frames_[frame + 1].offset
                                      : bytes_.size();
  }
  void FlipBit(uint64_t begin, uint64_t end, DrawBelow draw);
  // Zeros in place of [begin, end), whose bytes land at `to`.
  void Misdirect(uint64_t begin, uint64_t end, uint64_t to);

  // From here on the log goes on in a segment of its own, if the last one is
  // full.
  void MaybeBeginSegment();
  absl::StatusOr<LogContents> Read() const;

  struct Segment {
    uint64_t begin = 0;
    std::string header;
  };

  LogIdentity identity_;
  std::vector<Segment> segments_;
  std::string bytes_;  // All frames: an index is a position.
  LogWriter writer_;
  std::vector<Frame> frames_;
  SyncMark mark_;
  uint64_t covered_bytes_ = 0;
  uint64_t synced_bytes_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_BYTE_LOG_H_
