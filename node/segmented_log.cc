#include "node/segmented_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "core/log/log_reader.h"
#include "node/log_recovery.h"

namespace distdb {

absl::StatusOr<SegmentedLog::Opened> SegmentedLog::Open(
    const std::string& dir, const LogIdentity& identity,
    uint64_t segment_bytes) {
  absl::StatusOr<std::unique_ptr<Directory>> directory = LockDirectory(dir);
  if (!directory.ok()) return directory.status();
  return Open(*std::move(directory), identity, segment_bytes);
}

absl::StatusOr<SegmentedLog::Opened> SegmentedLog::Open(
    std::unique_ptr<Directory> directory, const LogIdentity& identity,
    uint64_t segment_bytes) {
  absl::StatusOr<RecoveredLog> recovered =
      RecoverLog(*directory, identity, segment_bytes);
  if (!recovered.ok()) return recovered.status();
  Opened opened;
  opened.records = std::move(recovered->contents.records);
  opened.torn_bytes = recovered->contents.torn_bytes;
  opened.torn_file = absl::StrCat(
      directory->path(), "/", SegmentName(recovered->contents.segment.number));
  opened.log.reset(new SegmentedLog(std::move(directory), *std::move(recovered),
                                    segment_bytes));
  absl::Status status = opened.log->reserve_.Open();
  if (!status.ok()) return status;
  return opened;
}

SegmentedLog::SegmentedLog(std::unique_ptr<Directory> directory,
                           RecoveredLog recovered, uint64_t segment_bytes)
    : directory_(std::move(directory)),
      identity_(recovered.contents.segment.identity),
      segment_bytes_(segment_bytes),
      reserve_(directory_.get()),
      file_(std::move(recovered.file)),
      file_size_(
          SegmentFileBytes(segment_bytes, recovered.contents.FileBytes())),
      mark_file_(std::move(recovered.mark_file)),
      mark_(recovered.mark),
      first_needed_(recovered.mark.first),
      written_frames_(recovered.contents.positions.size()),
      written_(identity_, recovered.contents.end, recovered.contents.chain),
      writer_(written_),
      synced_(recovered.contents.end) {
  for (const SegmentHeader& header : recovered.segments) {
    segments_.push_back({header.number, header.begin});
  }
  for (const uint64_t position : recovered.contents.positions) {
    frames_.push_back({Token(frames_.size() + 1), position});
  }
}

void SegmentedLog::Add(const Record& record) {
  DISTDB_CHECK(record.token > last(), "records come in order of their tokens");
  frames_.push_back({record.token, writer_.position()});
  writer_.Append(record, pending_);
}

uint64_t SegmentedLog::FileBytes() const {
  return kSegmentHeaderBytes + written_.position() - segments_.back().begin;
}

absl::Status SegmentedLog::Write(const Room& room) {
  if (pending_.empty()) return absl::OkStatus();
  absl::Status status = TryWrite(room);
  while (room.give_up && absl::IsResourceExhausted(status)) {
    const absl::StatusOr<bool> given = reserve_.GiveUp(segment_bytes_);
    if (!given.ok()) return given.status();
    if (!*given) break;
    status = TryWrite(room);
  }
  if (status.ok()) {
    written_ = writer_;
    written_frames_ = frames_.size();
    pending_.clear();
  } else if (absl::IsResourceExhausted(status)) {
    DropPending();
  }
  return status;
}

absl::Status SegmentedLog::TryWrite(const Room& room) {
  const bool fits = FileBytes() + pending_.size() <= file_size_;
  // A segment begins only where all before it is on disk.
  const bool may_begin = synced_ == written_.position();
  return fits || !may_begin ? WriteToLast() : WriteToNew(room);
}

uint64_t SegmentedLog::ReserveFor(uint64_t snapshot_bytes) const {
  if (snapshot_bytes == 0) return 0;
  // Its last segment is not full, and other records stand between its own.
  return (snapshot_bytes / segment_bytes_ + 3) * segment_bytes_;
}

absl::Status SegmentedLog::WriteToLast() {
  const uint64_t used = FileBytes();
  const absl::Status status = file_->Write(used, pending_);
  if (!absl::IsResourceExhausted(status)) return status;
  // Some of it may be there.
  const absl::Status cut = file_->Truncate(used);
  if (!cut.ok()) return cut;
  const absl::Status room = file_->Reserve(file_size_);
  return room.ok() || absl::IsResourceExhausted(room) ? status : room;
}

absl::Status SegmentedLog::WriteToNew(const Room& room) {
  if (!room.give_up) {
    const absl::Status kept = reserve_.Keep(ReserveFor(room.snapshot_bytes));
    if (!kept.ok()) return kept;
  }
  SegmentHeader header = written_.HeaderHere(segments_.back().number + 1);
  header.synced = writer_.position();  // By the time that it has its name.
  const std::string bytes = absl::StrCat(EncodeSegmentHeader(header), pending_);
  const uint64_t size = SegmentFileBytes(segment_bytes_, bytes.size());
  absl::StatusOr<std::unique_ptr<File>> file =
      directory_->Create(kSegmentDraftName);
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->Reserve(size);
  if (status.ok()) status = (*file)->Write(0, bytes);
  if (!status.ok()) {
    file->reset();
    const absl::Status removed = directory_->Remove(kSegmentDraftName);
    return removed.ok() ? status : removed;
  }
  file_ = *std::move(file);
  file_size_ = size;
  draft_ = true;
  segments_.push_back({header.number, header.begin});
  return absl::OkStatus();
}

void SegmentedLog::Discard(Token before) {
  const auto needed = std::lower_bound(
      frames_.begin(), frames_.end(), before,
      [](const Frame& frame, Token token) { return frame.token < token; });
  const uint64_t position =
      needed == frames_.end() ? writer_.position() : needed->position;
  for (const Segment& segment : segments_) {
    if (segment.begin > position) break;
    first_needed_ = std::max(first_needed_, segment.number);
  }
}

std::vector<std::string> SegmentedLog::TakeDiscarded() {
  std::vector<std::string> names;
  while (segments_.front().number < mark_.mark().first) {
    names.push_back(SegmentName(segments_.front().number));
    segments_.pop_front();
  }
  while (!frames_.empty() &&
         frames_.front().position < segments_.front().begin) {
    frames_.pop_front();
    --written_frames_;
  }
  return names;
}

absl::Status SegmentedLog::BeginSync(bool mark) {
  work_ = SyncWork();
  work_.position = written_.position();
  work_.data = work_.position > synced_;
  if (draft_) work_.name = SegmentName(segments_.back().number);
  // A segment without a name is not there yet.
  const uint64_t first =
      std::min(first_needed_, segments_.back().number - (draft_ ? 1 : 0));
  if (first > mark_.mark().first) {
    absl::Status status = SetMark(first, synced_);
    if (!status.ok()) return status;
    work_.removals = TakeDiscarded();
    mark = true;
  }
  work_.mark = mark && mark_.HasUnsynced();
  return absl::OkStatus();
}

absl::Status SegmentedLog::Sync() const {
  absl::Status status;
  if (work_.data) status = file_->Sync();
  if (status.ok() && !work_.name.empty()) {
    status = directory_->Rename(kSegmentDraftName, work_.name);
    if (status.ok()) status = directory_->Sync();
  }
  if (status.ok() && work_.mark) status = mark_file_->Sync();
  for (const std::string& name : work_.removals) {
    if (status.ok()) status = directory_->Remove(name);
  }
  return status;
}

absl::Status SegmentedLog::EndSync() {
  synced_ = work_.position;
  written_.MarkSynced(synced_);
  writer_.MarkSynced(synced_);
  if (!work_.name.empty()) draft_ = false;
  if (work_.mark) mark_.MarkSynced();
  if (mark_.mark().synced == synced_) return absl::OkStatus();
  return SetMark(mark_.mark().first, synced_);
}

absl::Status SegmentedLog::SetMark(uint64_t first, uint64_t synced) {
  const SyncMarkWriter::Update update = mark_.Write(first, synced);
  return mark_file_->Write(update.offset, update.bytes);
}

bool SegmentedLog::HasUnsyncedMark() const {
  return mark_.HasUnsynced() || first_needed_ > mark_.mark().first;
}

absl::Status SegmentedLog::Close() {
  absl::Status status = BeginSync(true);
  if (status.ok()) status = Sync();
  if (status.ok()) status = EndSync();
  if (status.ok()) status = mark_file_->Sync();
  return status;
}

absl::StatusOr<Record> SegmentedLog::Load(Token token) {
  const auto end = frames_.begin() + static_cast<ptrdiff_t>(written_frames_);
  const auto found = std::lower_bound(
      frames_.begin(), end, token,
      [](const Frame& frame, Token wanted) { return frame.token < wanted; });
  if (found == end || found->token != token) {
    return absl::NotFoundError(
        absl::StrCat(path(), " has no record ", token.value()));
  }
  const uint64_t begin = found->position;
  const uint64_t after =
      found + 1 == end ? written_.position() : (found + 1)->position;
  const auto behind = std::upper_bound(
      segments_.begin(), segments_.end(), begin,
      [](uint64_t position, const Segment& s) { return position < s.begin; });
  const Segment& segment = *(behind - 1);
  const File* file = file_.get();
  if (behind != segments_.end()) {
    if (loaded_ != segment.number) {
      absl::StatusOr<std::unique_ptr<File>> opened =
          directory_->Open(SegmentName(segment.number));
      if (!opened.ok()) return opened.status();
      loaded_file_ = *std::move(opened);
      loaded_ = segment.number;
    }
    file = loaded_file_.get();
  }
  const uint64_t at = kSegmentHeaderBytes + begin - segment.begin;
  const absl::StatusOr<std::string> frame = file->Read(at, after - begin);
  if (!frame.ok()) return frame.status();
  const absl::StatusOr<Record> record =
      DecodeFrame(identity_, *frame, begin, token);
  if (record.ok()) return record;
  return absl::Status(
      record.status().code(),
      absl::StrCat(path(), "/", SegmentName(segment.number), ", byte ", at,
                   ": ", record.status().message()));
}

void SegmentedLog::DropPending() {
  while (frames_.size() > written_frames_) frames_.pop_back();
  writer_ = written_;
  pending_.clear();
}

}  // namespace distdb
