#include "node/log_recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace distdb {
namespace {

constexpr char kMarkName[] = "log.synced";
constexpr char kMarkDraftName[] = "log.synced.new";
constexpr char kFormerLogName[] = "log";  // Of format 1.
constexpr char kSegmentPrefix[] = "log-";

constexpr char kMend[] =
    "restore this node's log, or give the node an empty data_dir: it then "
    "counts as one faulty node until its peers have brought it up to date";

// `status` with the file's name before it and the mend after it.
absl::Status Unusable(const Directory& directory, const std::string& name,
                      const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(directory.path(), "/", name, ": ",
                                   status.message(), "; ", kMend));
}

absl::Status Missing(const Directory& directory, const std::string& name) {
  return Unusable(directory, name, absl::DataLossError("it is missing"));
}

absl::Status CheckIdentity(const Directory& directory, const std::string& name,
                           const LogIdentity& found,
                           const LogIdentity& expected) {
  if (found == expected) return absl::OkStatus();
  const auto describe = [](const LogIdentity& identity) {
    return absl::StrCat("node ", identity.node.value() + 1, " of cluster 0x",
                        absl::Hex(identity.cluster, absl::kZeroPad16),
                        " in epoch ", identity.epoch.value());
  };
  return absl::FailedPreconditionError(
      absl::StrCat(directory.path(), "/", name, ": this is the log of ",
                   describe(found), ", and the configuration is of ",
                   describe(expected), "; correct data_dir"));
}

// What is there of a log, by the names of files.
struct Listing {
  std::vector<uint64_t> segments;  // Ascending.
  bool has_mark = false;
};

absl::StatusOr<Listing> ListLog(Directory& directory) {
  const absl::StatusOr<std::vector<std::string>> names = directory.List();
  if (!names.ok()) return names.status();
  Listing listing;
  for (const std::string& name : *names) {
    uint64_t number = 0;
    if (name == kFormerLogName) {
      return Unusable(
          directory, name,
          absl::FailedPreconditionError(absl::StrCat(
              "a log of format 1: this program reads format ", kLogFormat,
              "; go on with the program that wrote it")));
    }
    if (name == kMarkName) listing.has_mark = true;
    if (name == kSegmentDraftName || name == kMarkDraftName) {
      absl::Status removed = directory.Remove(name);
      if (!removed.ok()) return removed;
    }
    if (absl::StartsWith(name, kSegmentPrefix) &&
        absl::SimpleAtoi(name.substr(sizeof(kSegmentPrefix) - 1), &number) &&
        name == SegmentName(number)) {
      listing.segments.push_back(number);
    }
  }
  std::sort(listing.segments.begin(), listing.segments.end());
  return listing;
}

// Puts a file in place all at once: a crash leaves it whole or not there.
absl::Status PutFile(Directory& directory, const std::string& draft,
                     const std::string& name, absl::string_view bytes,
                     uint64_t size) {
  absl::StatusOr<std::unique_ptr<File>> file = directory.Create(draft);
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->Reserve(size);
  if (status.ok()) status = (*file)->Write(0, bytes);
  if (status.ok()) status = (*file)->Sync();
  if (status.ok()) status = directory.Rename(draft, name);
  if (status.ok()) status = directory.Sync();
  return status;
}

// Reads the mark into `log`; creates it where there is no log at all.
absl::Status OpenMark(Directory& directory, const LogIdentity& identity,
                      const Listing& listing, RecoveredLog& log) {
  if (!listing.has_mark) {
    if (!listing.segments.empty()) return Missing(directory, kMarkName);
    absl::Status put = PutFile(directory, kMarkDraftName, kMarkName,
                               EncodeSyncMark(identity), kSyncMarkBytes);
    if (!put.ok()) return put;
  }
  absl::StatusOr<std::unique_ptr<File>> file = directory.Open(kMarkName);
  if (!file.ok()) return file.status();
  log.mark_file = *std::move(file);
  const absl::StatusOr<std::string> bytes =
      log.mark_file->Read(0, kSyncMarkBytes + 1);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<SyncMark> mark = DecodeSyncMark(*bytes);
  if (!mark.ok()) return Unusable(directory, kMarkName, mark.status());
  log.mark = *mark;
  return CheckIdentity(directory, kMarkName, mark->identity, identity);
}

// Leaves the segments that the mark counts in: one after the other, and at
// least one.
absl::Status SettleSegments(Directory& directory, const LogIdentity& identity,
                            uint64_t segment_bytes, const SyncMark& mark,
                            std::vector<uint64_t>& segments) {
  while (!segments.empty() && segments.front() < mark.first) {
    absl::Status removed = directory.Remove(SegmentName(segments.front()));
    if (!removed.ok()) return removed;
    segments.erase(segments.begin());
  }
  if (segments.empty() && mark.first == 1 && mark.synced == 0) {
    const SegmentHeader header{.identity = identity,
                               .previous = LogCrc(identity)};
    absl::Status put =
        PutFile(directory, kSegmentDraftName, SegmentName(1),
                EncodeSegmentHeader(header),
                SegmentFileBytes(segment_bytes, kSegmentHeaderBytes));
    if (!put.ok()) return put;
    segments.push_back(1);
  }
  uint64_t expected = mark.first;
  for (const uint64_t number : segments) {
    if (number != expected) return Missing(directory, SegmentName(expected));
    ++expected;
  }
  if (segments.empty()) return Missing(directory, SegmentName(mark.first));
  return absl::OkStatus();
}

absl::Status ReadHeader(const Directory& directory, const LogIdentity& identity,
                        uint64_t number, RecoveredLog& log) {
  const std::string name = SegmentName(number);
  const absl::StatusOr<std::unique_ptr<File>> file = directory.Open(name);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::string> bytes =
      (*file)->Read(0, kSegmentHeaderBytes);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<SegmentHeader> header = DecodeSegmentHeader(*bytes);
  if (!header.ok()) return Unusable(directory, name, header.status());
  if (header->number != number) {
    return Unusable(directory, name,
                    absl::DataLossError(
                        absl::StrCat("this is the segment ", header->number)));
  }
  log.segments.push_back(*header);
  return CheckIdentity(directory, name, header->identity, identity);
}

absl::Status ReadFrames(const Directory& directory, RecoveredLog& log) {
  for (size_t i = 0; i < log.segments.size(); ++i) {
    const std::string name = SegmentName(log.segments[i].number);
    absl::StatusOr<std::unique_ptr<File>> file = directory.Open(name);
    if (!file.ok()) return file.status();
    const absl::StatusOr<uint64_t> size = (*file)->Size();
    if (!size.ok()) return size.status();
    const absl::StatusOr<std::string> bytes = (*file)->Read(0, *size);
    if (!bytes.ok()) return bytes.status();
    const bool last = i + 1 == log.segments.size();
    const absl::Status status =
        ReadSegment(*bytes, last ? nullptr : &log.segments[i + 1],
                    log.mark.synced, log.contents);
    if (!status.ok()) return Unusable(directory, name, status);
    log.file = *std::move(file);
  }
  return absl::OkStatus();
}

// Cuts the torn tail, and vouches for what is left.
absl::Status SyncAll(Directory& directory, uint64_t segment_bytes,
                     RecoveredLog& log) {
  if (log.contents.torn_bytes > 0) {
    const uint64_t used = log.contents.FileBytes();
    absl::Status status = log.file->Truncate(used);
    if (!status.ok()) return status;
    status = log.file->Reserve(SegmentFileBytes(segment_bytes, used));
    // Without room it grows as it is written.
    if (!status.ok() && !absl::IsResourceExhausted(status)) return status;
  }
  absl::Status status = log.file->Sync();
  if (status.ok()) status = directory.Sync();
  if (status.ok()) status = log.mark_file->Sync();
  if (!status.ok()) return status;
  SyncMarkWriter writer(log.mark);
  const SyncMarkWriter::Update update =
      writer.Write(log.mark.first, log.contents.end);
  status = log.mark_file->Write(update.offset, update.bytes);
  if (status.ok()) status = log.mark_file->Sync();
  log.mark = writer.mark();
  return status;
}

}  // namespace

std::string SegmentName(uint64_t number) {
  return absl::StrFormat("%s%010d", kSegmentPrefix, number);
}

uint64_t SegmentFileBytes(uint64_t segment_bytes, uint64_t used) {
  return std::max(segment_bytes, used);
}

absl::StatusOr<RecoveredLog> RecoverLog(Directory& directory,
                                        const LogIdentity& identity,
                                        uint64_t segment_bytes) {
  absl::StatusOr<Listing> listing = ListLog(directory);
  if (!listing.ok()) return listing.status();
  RecoveredLog log;
  absl::Status status = OpenMark(directory, identity, *listing, log);
  if (status.ok()) {
    status = SettleSegments(directory, identity, segment_bytes, log.mark,
                            listing->segments);
  }
  for (const uint64_t number : listing->segments) {
    if (status.ok()) status = ReadHeader(directory, identity, number, log);
  }
  if (status.ok()) status = ReadFrames(directory, log);
  if (status.ok()) status = SyncAll(directory, segment_bytes, log);
  if (!status.ok()) return status;
  return log;
}

}  // namespace distdb
