#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/little_endian.h"
#include "core/log/crc32c.h"
#include "node/backup/file.h"
#include "node/backup/format.h"
#include "node/backup/page.h"

namespace distdb {

absl::StatusOr<std::unique_ptr<BackupReader>> BackupReader::Open(
    const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about;
  if (!fd.is_open() || fstat(fd.get(), &about) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  if (!S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no file"));
  }
  std::unique_ptr<BackupReader> reader(new BackupReader(
      path, std::move(fd), static_cast<uint64_t>(about.st_size)));
  const absl::Status status = reader->ReadHeader();
  if (!status.ok()) return status;
  return reader;
}

BackupReader::BackupReader(std::string path, UniqueFd fd, uint64_t file_bytes)
    : path_(std::move(path)), fd_(std::move(fd)), file_bytes_(file_bytes) {}

absl::Status BackupReader::ReadHeader() {
  const absl::StatusOr<std::string> bytes =
      Read(kBackupHeaderBytes, "the header");
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<BackupHeader> header = DecodeBackupHeader(*bytes);
  if (!header.ok()) {
    return absl::Status(header.status().code(),
                        absl::StrCat(path_, ": ", header.status().message()));
  }
  header_ = *header;
  digest_.Add(*bytes);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::vector<Mutation>>> BackupReader::Next() {
  const uint64_t at = totals_.bytes;
  const absl::StatusOr<std::string> size_bytes =
      Read(sizeof(uint32_t), "a frame, or the end,");
  if (!size_bytes.ok()) return size_bytes.status();
  digest_.Add(*size_bytes);
  const uint32_t size = LoadLittleEndian<uint32_t>(size_bytes->data());
  if (size == 0) {
    const absl::Status status = ReadEnd();
    if (!status.ok()) return status;
    return std::optional<std::vector<Mutation>>();
  }
  if (size > kBackupPageBytesMax) {
    return Damaged(at, absl::StrCat("a frame says that it has ", size,
                                    " bytes, which none has"));
  }
  const absl::StatusOr<std::string> rest =
      Read(sizeof(uint32_t) + size, "the frame");
  if (!rest.ok()) return rest.status();
  digest_.Add(*rest);
  const absl::string_view page =
      absl::string_view(*rest).substr(sizeof(uint32_t));
  if (Crc32c(page) != LoadLittleEndian<uint32_t>(rest->data())) {
    return Damaged(at, "a frame fails its checksum");
  }
  absl::StatusOr<std::vector<Mutation>> mutations = DecodePage(page);
  if (!mutations.ok()) return Damaged(at, mutations.status().message());
  ++totals_.frames;
  totals_.entries += mutations->size();
  return std::optional<std::vector<Mutation>>(*std::move(mutations));
}

absl::Status BackupReader::ReadEnd() {
  const uint64_t at = totals_.bytes - sizeof(uint32_t);
  const absl::StatusOr<std::string> counts =
      Read(2 * sizeof(uint64_t), "the end");
  if (!counts.ok()) return counts.status();
  digest_.Add(*counts);
  const absl::StatusOr<std::string> digest = Read(Sha256::kBytes, "the end");
  if (!digest.ok()) return digest.status();
  ByteReader reader(*counts);
  const uint64_t frames = reader.ReadU64();
  const uint64_t entries = reader.ReadU64();
  if (frames != totals_.frames || entries != totals_.entries) {
    return Damaged(at, absl::StrCat("the end tells of ", frames, " frames and ",
                                    entries, " entries; before it are ",
                                    totals_.frames, " and ", totals_.entries));
  }
  if (digest_.Finish() != *digest) {
    return Damaged(at, "the whole fails its digest");
  }
  if (totals_.bytes != file_bytes_) {
    return Damaged(totals_.bytes, "something follows the end");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> BackupReader::Read(size_t size,
                                               absl::string_view what) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < size) {
    const ssize_t got = read(fd_.get(), bytes.data() + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return absl::UnavailableError(
          absl::StrCat("cannot read ", path_, ": ", std::strerror(errno)));
    }
    if (got == 0) {
      return Damaged(totals_.bytes,
                     absl::StrCat(what, " is cut off: the file ends at byte ",
                                  totals_.bytes + have));
    }
    have += static_cast<size_t>(got);
  }
  totals_.bytes += size;
  return bytes;
}

absl::Status BackupReader::Damaged(uint64_t at, absl::string_view what) const {
  return absl::DataLossError(absl::StrCat(path_, ": damaged at byte ", at, ": ",
                                          what, "; take another backup"));
}

}  // namespace distdb
