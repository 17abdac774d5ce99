// FileRecorder: records the replica of a node into a row of files, each of
// which can be replayed alone (`sim replay --recording=FILE`).
//
//   FILE          what is being recorded
//   FILE.1 …      what was recorded before, newest first
//   FILE.new      the next one, while its starting state is written
//
// One write per loop turn, and no sync: what the system has taken survives the
// end of the process, not a power cut. A write waits for the disk only where
// the system has no more memory for what it has not yet written.
//
// A recording must never harm its node: when a file can no longer be written,
// recording ends with a notice, and the node goes on.
//
// Bounded: at most `files` files, each of a starting state and of events that
// take `bytes`, or as much as that starting state, if that is more. In memory,
// what one turn adds; where a file begins, once the replica's state without its
// store.
//
// Not thread-safe.

#ifndef DISTDB_NODE_FILE_RECORDER_H_
#define DISTDB_NODE_FILE_RECORDER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/recording/recorder.h"
#include "core/replica.h"
#include "net/unique_fd.h"
#include "node/driver.h"
#include "node/narrator.h"

namespace distdb {

struct FileRecorderOptions {
  std::string path;
  // A file begins with all of the state: the smaller files are, the more that
  // costs.
  uint64_t bytes = 256 * 1024 * 1024;
  uint32_t files = 4;  // At least 1.
  uint64_t cluster = 0;
};

class FileRecorder : public StepObserver {
 public:
  // Writes the starting state of `replica`, whose next step is the first event
  // recorded. An error names the file and the mend. `narrator` outlives the
  // recorder.
  static absl::StatusOr<std::unique_ptr<FileRecorder>> Create(
      FileRecorderOptions options, const Replica& replica, Narrator* narrator);
  ~FileRecorder() override;

  void OnStep(const Event& event, const Effects& effects) override;
  void OnTurnEnd(const Replica& replica) override;

 private:
  FileRecorder(FileRecorderOptions options, const Replica& replica,
               Narrator* narrator);

  // No other process records here.
  absl::Status CheckFree() const;
  absl::Status OpenNext();
  // Goes on by a piece of the next starting state.
  absl::Status Advance(const Replica& replica);
  // Makes FILE.new FILE, and what had that name FILE.1 and so on.
  absl::Status Shift();
  static absl::Status Append(const UniqueFd& file, RecordingWriter& writer);
  void End(absl::string_view why);
  std::string PathOf(uint32_t number) const;
  std::string NextPath() const;

  const FileRecorderOptions options_;
  Narrator* narrator_;
  std::unique_ptr<Recorder> recorder_;  // Null when recording has ended.
  UniqueFd file_;
  UniqueFd next_file_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_FILE_RECORDER_H_
