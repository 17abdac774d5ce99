#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"
#include "node/backup/file.h"
#include "node/backup/format.h"

namespace distdb {

absl::StatusOr<std::unique_ptr<BackupWriter>> BackupWriter::Create(
    const std::string& path) {
  if (access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " is there already; give another name, or remove it"));
  }
  const std::string draft = path + kBackupDraftSuffix;
  UniqueFd fd(open(draft.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC,
                   0600));  // It holds everybody's data.
  if (!fd.is_open()) {
    return absl::UnavailableError(
        absl::StrCat("cannot create ", draft, ": ", std::strerror(errno)));
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::AlreadyExistsError(absl::StrCat(
        draft, " is being written by another backup; give another name"));
  }
  if (ftruncate(fd.get(), 0) != 0) {  // What a crash has left.
    return absl::UnavailableError(
        absl::StrCat("cannot empty ", draft, ": ", std::strerror(errno)));
  }
  return std::unique_ptr<BackupWriter>(new BackupWriter(path, std::move(fd)));
}

BackupWriter::BackupWriter(std::string path, UniqueFd fd)
    : path_(std::move(path)),
      draft_(path_ + kBackupDraftSuffix),
      fd_(std::move(fd)) {}

BackupWriter::~BackupWriter() {
  if (!finished_) unlink(draft_.c_str());
}

absl::Status BackupWriter::Begin(const BackupHeader& header) {
  return Write(EncodeBackupHeader(header));
}

absl::Status BackupWriter::Add(absl::string_view page, uint64_t entries) {
  if (page.empty()) return absl::OkStatus();
  std::string head;
  AppendU32(head, static_cast<uint32_t>(page.size()));
  AppendU32(head, Crc32c(page));
  ++totals_.frames;
  totals_.entries += entries;
  const absl::Status status = Write(head);
  return status.ok() ? Write(page) : status;
}

absl::Status BackupWriter::Finish() {
  std::string end;
  AppendU32(end, 0);
  AppendU64(end, totals_.frames);
  AppendU64(end, totals_.entries);
  absl::Status status = Write(end);
  if (status.ok()) status = WriteRaw(digest_.Finish());
  if (!status.ok()) return status;
  if (fsync(fd_.get()) != 0) return Failed("sync");
  // Unlike a rename, a link takes no other file's place.
  if (link(draft_.c_str(), path_.c_str()) != 0) return Failed("name");
  finished_ = true;
  unlink(draft_.c_str());
  std::string folder = std::filesystem::path(path_).parent_path();
  if (folder.empty()) folder = ".";
  const UniqueFd directory(
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || fsync(directory.get()) != 0) {
    return Failed("sync the folder of");
  }
  return absl::OkStatus();
}

absl::Status BackupWriter::Write(absl::string_view bytes) {
  digest_.Add(bytes);
  return WriteRaw(bytes);
}

absl::Status BackupWriter::WriteRaw(absl::string_view bytes) {
  totals_.bytes += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status BackupWriter::Failed(absl::string_view doing) const {
  return absl::UnavailableError(
      absl::StrCat("cannot ", doing, " ", draft_, ": ", std::strerror(errno)));
}

}  // namespace distdb
