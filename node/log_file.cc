#include "node/log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/log/log_format.h"
#include "core/record.h"
#include "core/types.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path,
                         int error) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(error)));
}

// The whole of `bytes`, in as many calls as the kernel wants. 0, or errno.
int WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  struct stat stat;
  if (fstat(fd, &stat) != 0) return SystemError("inspect", path, errno);
  std::string bytes(static_cast<size_t>(stat.st_size), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = pread(fd, &bytes[filled], bytes.size() - filled,
                              static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path, errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

// Creates `dir` if it is missing, so that it survives a crash, and locks it.
absl::StatusOr<UniqueFd> LockDirectory(const std::string& dir) {
  std::error_code error;
  const bool created = std::filesystem::create_directories(dir, error);
  if (error) return SystemError("create the directory", dir, error.value());
  UniqueFd fd(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return SystemError("open the directory", dir, errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("lock", dir, errno);
    return absl::FailedPreconditionError(
        absl::StrCat("the directory ", dir,
                     " is in use by another distdb "
                     "process; end it, or give this node its own data_dir"));
  }
  if (created) {
    const std::string parent =
        std::filesystem::absolute(dir).lexically_normal().parent_path();
    UniqueFd up(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!up.is_open() || fsync(up.get()) != 0) {
      return SystemError("sync the directory", parent, errno);
    }
  }
  return fd;
}

// Puts a log without records in place, all at once: a crash leaves it whole or
// not there.
absl::Status CreateLog(int directory, const std::string& path,
                       const LogIdentity& identity) {
  std::string header;
  LogEncoder(identity, header);
  const std::string draft = path + ".new";
  UniqueFd fd(
      open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.is_open()) return SystemError("create", draft, errno);
  const int error = WriteAll(fd.get(), header);
  if (error != 0) return SystemError("write", draft, error);
  if (fsync(fd.get()) != 0) return SystemError("sync", draft, errno);
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return SystemError("rename", draft, errno);
  }
  if (fsync(directory) != 0) {
    return SystemError("sync the directory of", path, errno);
  }
  return absl::OkStatus();
}

absl::Status CheckIdentity(const LogIdentity& found,
                           const LogIdentity& expected,
                           const std::string& path) {
  if (found == expected) return absl::OkStatus();
  const auto describe = [](const LogIdentity& identity) {
    return absl::StrCat("node ", identity.node.value() + 1, " of cluster 0x",
                        absl::Hex(identity.cluster, absl::kZeroPad16),
                        " in epoch ", identity.epoch.value());
  };
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": this is the log of ", describe(found),
                   ", and the configuration is of ", describe(expected),
                   "; correct data_dir"));
}

}  // namespace

absl::StatusOr<LogFile::Opened> LogFile::Open(const std::string& dir,
                                              const LogIdentity& identity) {
  absl::StatusOr<UniqueFd> directory = LockDirectory(dir);
  if (!directory.ok()) return directory.status();
  const std::string path = dir + "/log";
  UniqueFd file(open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) {
    absl::Status created = CreateLog(directory->get(), path, identity);
    if (!created.ok()) return created;
    file = UniqueFd(open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  }
  if (!file.is_open()) return SystemError("open", path, errno);
  const absl::StatusOr<std::string> bytes = ReadAll(file.get(), path);
  if (!bytes.ok()) return bytes.status();
  // CreateLog puts no empty file in place, so what was there is gone.
  absl::StatusOr<LogContents> contents =
      bytes->empty() ? absl::DataLossError("the file is empty")
                     : DecodeLog(*bytes);
  if (!contents.ok()) {
    return absl::Status(
        contents.status().code(),
        absl::StrCat(path, ": ", contents.status().message(),
                     "; restore this node's log, or give the node an empty "
                     "data_dir: it then counts as one faulty node until its "
                     "peers have brought it up to date"));
  }
  absl::Status own = CheckIdentity(contents->identity, identity, path);
  if (!own.ok()) return own;
  const uint64_t torn_bytes = bytes->size() - contents->valid_bytes;
  const off_t valid_bytes = static_cast<off_t>(contents->valid_bytes);
  if (torn_bytes > 0 && ftruncate(file.get(), valid_bytes) != 0) {
    return SystemError("cut the torn tail of", path, errno);
  }
  if (fsync(file.get()) != 0) return SystemError("sync", path, errno);
  Opened opened;
  opened.torn_bytes = torn_bytes;
  opened.log.reset(
      new LogFile(path, *std::move(directory), std::move(file), *contents));
  opened.records = std::move(contents->records);
  return opened;
}

LogFile::LogFile(std::string path, UniqueFd directory, UniqueFd file,
                 const LogContents& contents)
    : path_(std::move(path)),
      identity_(contents.identity),
      directory_(std::move(directory)),
      file_(std::move(file)),
      written_frames_(contents.offsets.size()),
      written_bytes_(contents.valid_bytes),
      written_encoder_(contents),
      encoder_(contents) {
  frames_.reserve(contents.offsets.size());
  for (const uint64_t offset : contents.offsets) {
    frames_.push_back({Token(frames_.size() + 1), offset});
  }
}

void LogFile::Add(const Record& record) {
  DISTDB_CHECK(record.token > last(), "records come in order of their tokens");
  frames_.push_back({record.token, written_bytes_ + pending_.size()});
  encoder_.Append(record, pending_);
}

absl::Status LogFile::Write() {
  if (pending_.empty()) return absl::OkStatus();
  const int error = WriteAll(file_.get(), pending_);
  if (error == 0) {
    written_bytes_ += pending_.size();
    written_frames_ = frames_.size();
    written_encoder_ = encoder_;
    pending_.clear();
    return absl::OkStatus();
  }
  if (error != ENOSPC && error != EDQUOT && error != EFBIG) {
    return SystemError("write", path_, error);
  }
  if (ftruncate(file_.get(), static_cast<off_t>(written_bytes_)) != 0) {
    return SystemError("shorten", path_, errno);
  }
  DropPending();
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot write ", path_, ": ", std::strerror(error),
                   "; writes go on when there is room"));
}

absl::Status LogFile::Sync() const {
  if (fdatasync(file_.get()) == 0) return absl::OkStatus();
  return SystemError("sync", path_, errno);
}

void LogFile::MarkSynced(uint64_t bytes) {
  written_encoder_.MarkSynced(bytes);
  encoder_.MarkSynced(bytes);
}

absl::StatusOr<Record> LogFile::Load(Token token) const {
  const auto end = frames_.begin() + static_cast<ptrdiff_t>(written_frames_);
  const auto found = std::lower_bound(
      frames_.begin(), end, token,
      [](const Frame& frame, Token wanted) { return frame.token < wanted; });
  if (found == end || found->token != token) {
    return absl::NotFoundError(
        absl::StrCat(path_, " has no record ", token.value()));
  }
  const uint64_t begin = found->offset;
  const uint64_t after =
      found + 1 == end ? written_bytes_ : (found + 1)->offset;
  std::string frame(after - begin, '\0');
  const ssize_t got =
      pread(file_.get(), frame.data(), frame.size(), static_cast<off_t>(begin));
  if (got != static_cast<ssize_t>(frame.size())) {
    return absl::DataLossError(
        absl::StrCat("cannot read ", path_, " at ", begin, ": ",
                     std::strerror(got < 0 ? errno : EIO)));
  }
  return DecodeFrame(identity_, frame, begin, token);
}

void LogFile::DropPending() {
  frames_.resize(written_frames_);
  encoder_ = written_encoder_;
  pending_.clear();
}

}  // namespace distdb
