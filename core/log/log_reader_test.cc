#include "core/log/log_reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/log/log_format.h"
#include "core/log/log_writer.h"
#include "core/record.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

constexpr LogIdentity kIdentity = {0xC1C2C3C4C5C6C7C8, NodeId(2), Epoch(1)};

Record Ready(uint64_t seq) {
  Record record;
  record.kind = RecordKind::kReady;
  record.instance = {Epoch(1), NodeId(0), Seq(seq)};
  record.digest.bytes.fill(static_cast<uint8_t>(seq));
  return record;
}

Record Echo(uint64_t seq, std::string payload) {
  Record record = Ready(seq);
  record.kind = RecordKind::kEcho;
  record.payload = Payload(std::move(payload));
  return record;
}

// A log of one segment, as a driver writes it.
class LogBuilder {
 public:
  LogBuilder()
      : bytes_(EncodeSegmentHeader(
            {.identity = kIdentity, .previous = LogCrc(kIdentity)})),
        writer_(kIdentity) {}

  LogBuilder& Add(Record record) {
    record.token = Token(records_.size() + 1);
    offsets_.push_back(bytes_.size());
    records_.push_back(record);
    writer_.Append(record, bytes_);
    return *this;
  }
  LogBuilder& Sync() {
    writer_.MarkSynced(writer_.position());
    return *this;
  }

  const std::string& bytes() const { return bytes_; }
  const std::vector<Record>& records() const { return records_; }
  // Where frame `i` begins; the end of the log for the one after the last.
  size_t offset(size_t i) const {
    return i < offsets_.size() ? offsets_[i] : bytes_.size();
  }
  size_t position(size_t i) const { return offset(i) - kSegmentHeaderBytes; }
  // The frame in which byte `at` lies.
  size_t FrameOf(size_t at) const {
    size_t frame = 0;
    while (offset(frame + 1) <= at) ++frame;
    return frame;
  }

 private:
  std::string bytes_;
  LogWriter writer_;
  std::vector<Record> records_;
  std::vector<size_t> offsets_;
};

// What a log that is one segment holds.
absl::StatusOr<LogContents> ReadOne(absl::string_view bytes,
                                    uint64_t synced = 0) {
  LogContents log;
  absl::Status status = ReadSegment(bytes, nullptr, synced, log);
  if (!status.ok()) return status;
  return log;
}

// Three commits: of two frames, of three and of one.
LogBuilder ThreeCommits() {
  LogBuilder log;
  log.Add(Ready(1)).Add(Echo(2, "payload")).Sync();
  log.Add(Ready(3)).Add(Echo(4, "")).Add(Ready(5)).Sync();
  log.Add(Ready(6));
  return log;
}
constexpr size_t kLastCommit = 5;

// `bytes` must read as the first `count` records of `log` and nothing else, and
// a log that goes on from there must read back, too.
void ExpectPrefix(absl::string_view bytes, const LogBuilder& log,
                  size_t count) {
  const absl::StatusOr<LogContents> contents = ReadOne(bytes);
  ASSERT_TRUE(contents.ok()) << contents.status();
  EXPECT_EQ(contents->segment.identity, kIdentity);
  ASSERT_EQ(contents->records.size(), count);
  ASSERT_EQ(contents->positions.size(), count);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_EQ(contents->records[i], log.records()[i]);
    EXPECT_EQ(contents->positions[i], log.position(i));
  }
  EXPECT_EQ(contents->end, log.position(count));
  EXPECT_EQ(contents->FileBytes(), log.offset(count));

  std::string continued(bytes.substr(0, contents->FileBytes()));
  LogWriter writer(kIdentity, contents->end, contents->chain);
  writer.Append(Ready(99), continued);
  const absl::StatusOr<LogContents> again = ReadOne(continued);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->records.size(), count + 1);
  EXPECT_EQ(again->records.back().instance.seq, Seq(99));
  EXPECT_EQ(again->end, writer.position());
}

// Decoding must report damage in frame `frame` of `log`.
void ExpectDamage(absl::string_view bytes, const LogBuilder& log,
                  size_t frame) {
  const absl::Status status = ReadOne(bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  const std::string where =
      absl::StrCat("in the frame at byte ", log.offset(frame), ": ");
  EXPECT_NE(status.message().find(where), absl::string_view::npos) << status;
}

std::string Flipped(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

std::string Zeroed(std::string bytes, size_t begin, size_t end) {
  return bytes.replace(begin, end - begin, end - begin, '\0');
}

TEST(LogReaderTest, ReadsBackWhatWasAppended) {
  const LogBuilder log = ThreeCommits();
  ExpectPrefix(log.bytes(), log, 6);
  ExpectPrefix(LogBuilder().bytes(), log, 0);
}

TEST(LogReaderTest, CutAnywhereItReadsAsThePrefixThatIsWhole) {
  const LogBuilder log = ThreeCommits();
  for (size_t size = kSegmentHeaderBytes; size <= log.bytes().size(); ++size) {
    SCOPED_TRACE(size);
    size_t whole = 0;
    while (whole < 6 && log.offset(whole + 1) <= size) ++whole;
    ExpectPrefix(absl::string_view(log.bytes()).substr(0, size), log, whole);
    // The same in a file that was made larger beforehand.
    ExpectPrefix(Zeroed(log.bytes(), size, log.bytes().size()), log, whole);
    ExpectPrefix(log.bytes().substr(0, size) + std::string(100, '\0'), log,
                 whole);
  }
}

TEST(LogReaderTest, EveryFlippedBitBeforeTheLastCommitIsDamage) {
  const LogBuilder log = ThreeCommits();
  const size_t last_commit = log.offset(kLastCommit);
  for (size_t bit = kSegmentHeaderBytes * 8; bit < last_commit * 8; ++bit) {
    SCOPED_TRACE(bit);
    const std::string bytes = Flipped(log.bytes(), bit);
    ExpectDamage(bytes, log, log.FrameOf(bit / 8));
    // The last commit need not be whole: its header suffices.
    ExpectDamage(bytes.substr(0, last_commit + kLogFrameHeaderBytes), log,
                 log.FrameOf(bit / 8));
  }
}

// Where nothing vouches for the last commit, not even a mark.
TEST(LogReaderTest, EveryFlippedBitOfAnUnmarkedLastCommitLooksLikeATornTail) {
  const LogBuilder log = ThreeCommits();
  for (size_t bit = log.offset(kLastCommit) * 8; bit < log.bytes().size() * 8;
       ++bit) {
    SCOPED_TRACE(bit);
    ExpectPrefix(Flipped(log.bytes(), bit), log, kLastCommit);
  }
}

TEST(LogReaderTest, DamageOfAnyExtentBeforeTheLastCommitIsFound) {
  const LogBuilder log = ThreeCommits();
  const size_t last_commit = log.offset(kLastCommit);
  for (size_t begin = kSegmentHeaderBytes; begin < last_commit; begin += 3) {
    for (size_t end = begin + 1; end <= last_commit; end += 5) {
      std::string bytes = log.bytes();
      for (size_t i = begin; i < end; ++i) bytes[i] = ~bytes[i];
      ExpectDamage(bytes, log, log.FrameOf(begin));
    }
  }
}

TEST(LogReaderTest, FramesOfACommitMayBeTornInAnyOrder) {
  LogBuilder log;
  log.Add(Ready(1)).Add(Ready(2)).Sync();
  log.Add(Ready(3)).Add(Echo(4, "payload")).Add(Ready(5)).Add(Ready(6));
  // Any one range of the unsynced commit may be missing, though all after it
  // is there.
  const size_t size = log.bytes().size();
  for (size_t begin = log.offset(2); begin < size; ++begin) {
    for (size_t end = begin + 24; end <= size; end += 7) {
      SCOPED_TRACE(absl::StrCat(begin, " ", end));
      ExpectPrefix(Zeroed(log.bytes(), begin, end), log, log.FrameOf(begin));
    }
  }
}

TEST(LogReaderTest, WithoutASyncNothingIsDamage) {
  LogBuilder log;
  for (uint64_t seq = 1; seq <= 4; ++seq) log.Add(Ready(seq));
  for (size_t bit = kSegmentHeaderBytes * 8; bit < log.bytes().size() * 8;
       ++bit) {
    SCOPED_TRACE(bit);
    ExpectPrefix(Flipped(log.bytes(), bit), log, log.FrameOf(bit / 8));
  }
}

TEST(LogReaderTest, ASyncUnderWayVouchesForWhatWasWrittenBeforeIt) {
  std::string bytes = LogBuilder().bytes();
  LogWriter writer(kIdentity);
  writer.Append(Ready(1), bytes);
  const uint64_t written = writer.position();  // A sync begins here …
  writer.Append(Ready(2), bytes);
  writer.MarkSynced(written);  // … and ends here.
  writer.Append(Ready(3), bytes);
  EXPECT_EQ(ReadOne(Flipped(bytes, kSegmentHeaderBytes * 8)).status().code(),
            absl::StatusCode::kDataLoss);
  const absl::StatusOr<LogContents> contents =
      ReadOne(Flipped(bytes, (kSegmentHeaderBytes + written) * 8));
  ASSERT_TRUE(contents.ok()) << contents.status();
  EXPECT_EQ(contents->records.size(), 1u);
}

TEST(LogReaderTest, AFrameOfAnEarlierLifeDoesNotJoin) {
  LogBuilder earlier;
  earlier.Add(Ready(1)).Sync().Add(Ready(2)).Add(Ready(3));
  LogBuilder later;
  later.Add(Ready(1)).Sync().Add(Ready(7));
  ASSERT_EQ(later.bytes().size(), earlier.offset(2));
  ExpectPrefix(later.bytes() + earlier.bytes().substr(earlier.offset(2)), later,
               2);
}

TEST(LogReaderTest, AFrameOfAnotherLogDoesNotJoin) {
  LogIdentity other = kIdentity;
  other.node = NodeId(3);
  std::string frames;
  LogWriter writer(other);
  writer.Append(Ready(1), frames);
  const LogBuilder log;
  ExpectPrefix(log.bytes() + frames, log, 0);
}

TEST(LogReaderTest, FramesInsideATornPayloadProveNothing) {
  // A client stores a log as a value; the crash tears the frame that holds it.
  const std::string value = ThreeCommits().bytes();
  LogBuilder log;
  log.Add(Ready(1)).Sync().Add(Echo(2, value));
  for (size_t begin = log.offset(1); begin < log.bytes().size(); begin += 11) {
    SCOPED_TRACE(begin);
    ExpectPrefix(Zeroed(log.bytes(), begin, begin + 1), log,
                 log.bytes()[begin] == 0 ? 2 : 1);
  }
}

TEST(LogReaderTest, ASealedHeaderInsideATornPayloadIsNotLookedAt) {
  // A member that guesses the offset: what it stores is, where it will stand,
  // the header of a frame that claims all before it was synced.
  LogBuilder plan;
  plan.Add(Ready(1)).Sync().Add(Echo(2, "")).Sync().Add(Ready(3));
  const std::string forged = plan.bytes().substr(plan.offset(2));
  LogBuilder log;
  log.Add(Ready(1)).Sync().Add(Echo(2, forged));
  ASSERT_EQ(log.bytes().find(forged), plan.offset(2));
  ExpectPrefix(Flipped(log.bytes(), log.bytes().size() * 8 - 1), log, 1);
  // The stated limit: where the frame's own header is torn, it is looked at.
  ExpectDamage(Flipped(log.bytes(), log.offset(1) * 8), log, 1);
}

TEST(LogReaderTest, AWriterGoesBackToACopy) {
  std::string bytes = LogBuilder().bytes();
  LogWriter writer(kIdentity);
  writer.Append(Ready(1), bytes);
  const LogWriter copy = writer;
  std::string lost;
  writer.Append(Ready(2), lost);
  writer = copy;
  writer.Append(Ready(3), bytes);
  const absl::StatusOr<LogContents> contents = ReadOne(bytes);
  ASSERT_TRUE(contents.ok()) << contents.status();
  ASSERT_EQ(contents->records.size(), 2u);
  EXPECT_EQ(contents->records[1].instance.seq, Seq(3));
}

TEST(LogReaderTest, ReadsOneFrameBackOrSaysThatItIsDamaged) {
  const LogBuilder log = ThreeCommits();
  for (size_t i = 0; i < log.records().size(); ++i) {
    const std::string frame =
        log.bytes().substr(log.offset(i), log.offset(i + 1) - log.offset(i));
    const absl::StatusOr<Record> record =
        DecodeFrame(kIdentity, frame, log.position(i), Token(i + 1));
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(*record, log.records()[i]);
    for (size_t bit = 0; bit < frame.size() * 8; ++bit) {
      const absl::Status status =
          DecodeFrame(kIdentity, Flipped(frame, bit), log.position(i), Token(1))
              .status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bit;
    }
    for (size_t size = 0; size < frame.size(); ++size) {
      EXPECT_FALSE(DecodeFrame(kIdentity, frame.substr(0, size),
                               log.position(i), Token(1))
                       .ok());
    }
    EXPECT_FALSE(
        DecodeFrame(kIdentity, frame, log.position(i) + 1, Token(1)).ok());
  }
}

// A log of three segments: two, three and two records, of which the last two
// are one commit. The others are each a commit of their own segment.
struct ThreeSegments {
  ThreeSegments() {
    LogWriter writer(kIdentity);
    uint64_t seq = 0;
    for (const int count : {2, 3, 2}) {
      headers.push_back(writer.HeaderHere(headers.size() + 1));
      files.push_back(EncodeSegmentHeader(headers.back()));
      for (int i = 0; i < count; ++i) {
        writer.Append(Ready(++seq), files.back());
      }
      if (headers.size() < 3) writer.MarkSynced(writer.position());
      end = writer.position();
    }
    // As it is with files that were made larger beforehand.
    for (std::string& file : files) file.append(500, '\0');
  }

  absl::StatusOr<LogContents> Read(uint64_t synced = 0) const {
    LogContents log;
    for (size_t i = 0; i < files.size(); ++i) {
      const SegmentHeader* next =
          i + 1 < files.size() ? &headers[i + 1] : nullptr;
      absl::Status status = ReadSegment(files[i], next, synced, log);
      if (!status.ok()) return status;
    }
    return log;
  }
  void Remove(size_t i) {
    files.erase(files.begin() + static_cast<ptrdiff_t>(i));
    headers.erase(headers.begin() + static_cast<ptrdiff_t>(i));
  }

  std::vector<SegmentHeader> headers;
  std::vector<std::string> files;
  uint64_t end = 0;
};

TEST(LogReaderTest, TheChainGoesOnOverSegments) {
  const ThreeSegments log;
  const absl::StatusOr<LogContents> contents = log.Read();
  ASSERT_TRUE(contents.ok()) << contents.status();
  ASSERT_EQ(contents->records.size(), 7u);
  EXPECT_EQ(contents->records[6].token, Token(7));
  EXPECT_EQ(contents->records[6].instance.seq, Seq(7));
  EXPECT_EQ(contents->end, log.end);
  EXPECT_EQ(contents->torn_bytes, 0u);
  EXPECT_TRUE(log.Read(log.end).ok());
  EXPECT_FALSE(log.Read(log.end + 1).ok());
}

TEST(LogReaderTest, TheLogMayBeginAtAnySegment) {
  ThreeSegments log;
  log.Remove(0);
  const absl::StatusOr<LogContents> contents = log.Read();
  ASSERT_TRUE(contents.ok()) << contents.status();
  ASSERT_EQ(contents->records.size(), 5u);
  EXPECT_EQ(contents->records[0].token, Token(1));
  EXPECT_EQ(contents->records[0].instance.seq, Seq(3));
}

TEST(LogReaderTest, AMissingSegmentIsDamage) {
  ThreeSegments log;
  log.Remove(1);
  EXPECT_EQ(log.Read().status().code(), absl::StatusCode::kDataLoss);
}

TEST(LogReaderTest, EveryFlippedBitOfASegmentBeforeAnotherIsDamage) {
  const ThreeSegments log;
  for (size_t i = 0; i < 2; ++i) {
    const size_t used =
        kSegmentHeaderBytes + log.headers[i + 1].begin - log.headers[i].begin;
    for (size_t bit = 0; bit < used * 8; ++bit) {
      ThreeSegments struck = log;
      struck.files[i] = Flipped(struck.files[i], bit);
      EXPECT_FALSE(struck.Read().ok()) << i << " " << bit;
    }
    ThreeSegments cut = log;
    cut.files[i].resize(used - 1);
    EXPECT_EQ(cut.Read().status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(LogReaderTest, ASegmentVouchesForWhatItHeldWhenItGotItsName) {
  ThreeSegments log;
  // Without that, its first commit may be torn.
  log.files[2].resize(kSegmentHeaderBytes + 30);
  ASSERT_TRUE(log.Read().ok());
  EXPECT_EQ(log.Read()->records.size(), 5u);
  SegmentHeader whole = log.headers[2];
  whole.synced = log.end;
  log.files[2].replace(0, kSegmentHeaderBytes, EncodeSegmentHeader(whole));
  EXPECT_EQ(log.Read().status().message(),
            "damaged in the frame at byte 60: its body is cut off, and the "
            "segment's header says that it had been synced");
}

TEST(LogReaderTest, EveryFlippedBitIsDamageWhereTheMarkVouches) {
  const LogBuilder log = ThreeCommits();
  const uint64_t end = log.position(6);
  ASSERT_TRUE(ReadOne(log.bytes(), end).ok());
  for (size_t bit = 0; bit < log.bytes().size() * 8; ++bit) {
    EXPECT_FALSE(ReadOne(Flipped(log.bytes(), bit), end).ok()) << bit;
  }
  for (size_t size = 0; size < log.bytes().size(); ++size) {
    EXPECT_FALSE(ReadOne(log.bytes().substr(0, size), end).ok()) << size;
  }
  EXPECT_EQ(
      ReadOne(log.bytes().substr(0, log.offset(5)), end).status().message(),
      absl::StrCat("damaged in the frame at byte ", log.offset(5),
                   ": the file ends, or holds only zeros, and the mark says "
                   "that it had been synced"));
}

TEST(LogReaderTest, SaysHowMuchIsTorn) {
  const LogBuilder log = ThreeCommits();
  EXPECT_EQ(ReadOne(log.bytes() + "torn" + std::string(90, '\0'))->torn_bytes,
            4u);
}

}  // namespace
}  // namespace distdb
