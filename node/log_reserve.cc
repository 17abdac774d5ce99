#include "node/log_reserve.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace distdb {

absl::Status LogReserve::Open() {
  absl::StatusOr<std::unique_ptr<File>> file = directory_->Open(kReserveName);
  if (absl::IsNotFound(file.status())) return absl::OkStatus();
  if (!file.ok()) return file.status();
  const absl::StatusOr<uint64_t> size = (*file)->Size();
  if (!size.ok()) return size.status();
  file_ = *std::move(file);
  bytes_ = *size;
  return absl::OkStatus();
}

absl::Status LogReserve::Keep(uint64_t bytes) {
  if (bytes == bytes_) return absl::OkStatus();
  if (file_ == nullptr) {
    absl::StatusOr<std::unique_ptr<File>> file =
        directory_->Create(kReserveName);
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
  }
  absl::Status status =
      bytes > bytes_ ? file_->Reserve(bytes) : file_->Truncate(bytes);
  if (status.ok()) {
    bytes_ = bytes;
    return absl::OkStatus();
  }
  // A part of it may have been taken.
  const absl::Status cut = file_->Truncate(bytes_);
  return cut.ok() ? status : cut;
}

absl::StatusOr<bool> LogReserve::GiveUp(uint64_t bytes) {
  if (bytes_ == 0) return false;
  absl::Status status = Keep(bytes_ - std::min(bytes, bytes_));
  if (!status.ok()) return status;
  return true;
}

}  // namespace distdb
