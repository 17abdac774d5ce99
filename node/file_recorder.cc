#include "node/file_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace distdb {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return SystemError(absl::StrCat("cannot rename ", from, " to"), to);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileRecorder>> FileRecorder::Create(
    FileRecorderOptions options, const Replica& replica, Narrator* narrator) {
  std::unique_ptr<FileRecorder> recorder(
      new FileRecorder(std::move(options), replica, narrator));
  absl::Status status = recorder->CheckFree();
  if (status.ok()) status = recorder->OpenNext();
  while (status.ok() && recorder->recorder_->current() == nullptr) {
    status = recorder->Advance(replica);
  }
  if (status.ok()) return recorder;
  return absl::Status(status.code(),
                      absl::StrCat("--record: ", status.message(),
                                   "; give a file in a folder that this "
                                   "process may write to"));
}

FileRecorder::FileRecorder(FileRecorderOptions options, const Replica& replica,
                           Narrator* narrator)
    : options_(std::move(options)),
      narrator_(narrator),
      recorder_(std::make_unique<Recorder>(
          RecorderOptions{.cluster = options_.cluster, .bytes = options_.bytes},
          replica)) {}

FileRecorder::~FileRecorder() {
  if (next_file_.is_open()) unlink(NextPath().c_str());
}

std::string FileRecorder::PathOf(uint32_t number) const {
  return number == 0 ? options_.path : absl::StrCat(options_.path, ".", number);
}

std::string FileRecorder::NextPath() const {
  return absl::StrCat(options_.path, ".new");
}

absl::Status FileRecorder::CheckFree() const {
  const UniqueFd file(open(options_.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return errno == ENOENT ? absl::OkStatus()
                           : SystemError("cannot open", options_.path);
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("another process records to ", options_.path));
}

absl::Status FileRecorder::OpenNext() {
  // It holds what the database holds: for its owner alone.
  next_file_ = UniqueFd(
      open(NextPath().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!next_file_.is_open()) return SystemError("cannot create", NextPath());
  if (flock(next_file_.get(), LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return SystemError("cannot lock", NextPath());
}

absl::Status FileRecorder::Append(const UniqueFd& file,
                                  RecordingWriter& writer) {
  absl::string_view bytes = writer.Bytes();
  while (!bytes.empty()) {
    const ssize_t written = write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::ErrnoToStatus(errno, "cannot write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  writer.Clear();
  return absl::OkStatus();
}

absl::Status FileRecorder::Advance(const Replica& replica) {
  const Recorder::Progress progress = recorder_->Advance(replica);
  absl::Status status;
  if (progress == Recorder::Progress::kBegun) status = OpenNext();
  if (status.ok() && recorder_->next() != nullptr) {
    status = Append(next_file_, *recorder_->next());
  }
  if (!status.ok() || progress != Recorder::Progress::kTurned) return status;
  status = Append(next_file_, *recorder_->current());
  if (status.ok()) status = Shift();
  if (!status.ok()) return status;
  file_ = std::exchange(next_file_, UniqueFd());
  return absl::OkStatus();
}

absl::Status FileRecorder::Shift() {
  for (uint32_t number = options_.files - 1; number > 0; --number) {
    const absl::Status status = Rename(PathOf(number - 1), PathOf(number));
    // There may be fewer, or none yet.
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  return Rename(NextPath(), options_.path);
}

void FileRecorder::OnStep(const Event& event, const Effects& effects) {
  if (recorder_ == nullptr || recorder_->OnStep(event, effects)) return;
  End("an event is too large for it");
}

void FileRecorder::OnTurnEnd(const Replica& replica) {
  if (recorder_ == nullptr) return;
  absl::Status status = Append(file_, *recorder_->current());
  if (status.ok()) status = Advance(replica);
  if (!status.ok()) End(status.message());
}

void FileRecorder::End(absl::string_view why) {
  narrator_->Error("recording_ended",
                   absl::StrCat(options_.path, ": recording has ended: ", why,
                                "; the node goes on"));
  recorder_.reset();
  file_.Close();
  if (next_file_.is_open()) unlink(NextPath().c_str());
  next_file_.Close();
}

}  // namespace distdb
