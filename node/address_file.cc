#include "node/address_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "net/codec/frame.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

absl::Status FileError(const std::string& path, int error) {
  return absl::ErrnoToStatus(error,
                             absl::StrCat(path, ": ", std::strerror(error)));
}

}  // namespace

std::string AddressFilePath(const std::string& key_file) {
  return std::filesystem::path(key_file).parent_path() / "addresses";
}

absl::StatusOr<std::vector<std::string>> ReadAddressFile(
    const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) return std::vector<std::string>();
  if (!file.is_open()) return FileError(path, errno);
  std::string bytes(kRecordsFrameBytesMax + 1, '\0');
  const ssize_t size = read(file.get(), bytes.data(), bytes.size());
  if (size < 0) return FileError(path, errno);
  bytes.resize(static_cast<size_t>(size));
  absl::StatusOr<Frame> frame = DecodeFrame(bytes);
  auto* records = frame.ok() ? std::get_if<AddressRecords>(&*frame) : nullptr;
  if (records != nullptr) return std::move(records->records);
  return absl::InvalidArgumentError(
      absl::StrCat(path, " holds no address records"));
}

absl::Status WriteAddressFile(const std::string& path,
                              const std::vector<std::string>& records) {
  const std::string draft = path + ".new";
  const std::string bytes = EncodeFrame(AddressRecords{records});
  UniqueFd file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                     S_IRUSR | S_IWUSR));
  if (!file.is_open()) return FileError(draft, errno);
  errno = ENOSPC;  // What a short write means.
  if (write(file.get(), bytes.data(), bytes.size()) !=
      static_cast<ssize_t>(bytes.size())) {
    return FileError(draft, errno);
  }
  file.Close();
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return FileError(path, errno);
  }
  return absl::OkStatus();
}

}  // namespace distdb
