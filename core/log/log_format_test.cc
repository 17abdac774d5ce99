#include "core/log/log_format.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/log/crc32c.h"
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

// A log, as a driver writes it.
class LogBuilder {
 public:
  LogBuilder() : encoder_(kIdentity, bytes_) {}

  LogBuilder& Add(Record record) {
    record.token = Token(records_.size() + 1);
    offsets_.push_back(bytes_.size());
    records_.push_back(record);
    encoder_.Append(record, bytes_);
    return *this;
  }
  LogBuilder& Sync() {
    encoder_.MarkSynced(encoder_.bytes());
    return *this;
  }

  const std::string& bytes() const { return bytes_; }
  const std::vector<Record>& records() const { return records_; }
  // Where frame `i` begins; the end of the log for the one after the last.
  size_t offset(size_t i) const {
    return i < offsets_.size() ? offsets_[i] : bytes_.size();
  }
  // The frame in which byte `at` lies.
  size_t FrameOf(size_t at) const {
    size_t frame = 0;
    while (offset(frame + 1) <= at) ++frame;
    return frame;
  }

 private:
  std::string bytes_;
  LogEncoder encoder_;
  std::vector<Record> records_;
  std::vector<size_t> offsets_;
};

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
  const absl::StatusOr<LogContents> contents = DecodeLog(bytes);
  ASSERT_TRUE(contents.ok()) << contents.status();
  EXPECT_EQ(contents->identity, kIdentity);
  ASSERT_EQ(contents->records.size(), count);
  ASSERT_EQ(contents->offsets.size(), count);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_EQ(contents->records[i], log.records()[i]);
    EXPECT_EQ(contents->offsets[i], log.offset(i));
  }
  EXPECT_EQ(contents->valid_bytes, log.offset(count));

  std::string continued(bytes.substr(0, contents->valid_bytes));
  LogEncoder encoder(*contents);
  EXPECT_EQ(encoder.bytes(), continued.size());
  encoder.Append(Ready(99), continued);
  EXPECT_EQ(encoder.bytes(), continued.size());
  const absl::StatusOr<LogContents> again = DecodeLog(continued);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->records.size(), count + 1);
  EXPECT_EQ(again->records.back().instance.seq, Seq(99));
  EXPECT_EQ(again->valid_bytes, continued.size());
}

// Decoding must report damage in frame `frame` of `log`.
void ExpectDamage(absl::string_view bytes, const LogBuilder& log,
                  size_t frame) {
  const absl::Status status = DecodeLog(bytes).status();
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

TEST(LogFormatTest, ReadsBackWhatWasAppended) {
  const LogBuilder log = ThreeCommits();
  ExpectPrefix(log.bytes(), log, 6);
  ExpectPrefix(LogBuilder().bytes(), log, 0);
}

TEST(LogFormatTest, NoBytesAreALogWithoutHeader) {
  const absl::StatusOr<LogContents> contents = DecodeLog("");
  ASSERT_TRUE(contents.ok());
  EXPECT_TRUE(contents->records.empty());
  EXPECT_EQ(contents->valid_bytes, 0u);
}

TEST(LogFormatTest, CutAnywhereItReadsAsThePrefixThatIsWhole) {
  const LogBuilder log = ThreeCommits();
  for (size_t size = kLogHeaderBytes; size <= log.bytes().size(); ++size) {
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

TEST(LogFormatTest, AHeaderCutOffIsDataLoss) {
  const LogBuilder log = ThreeCommits();
  for (size_t size = 1; size < kLogHeaderBytes; ++size) {
    EXPECT_EQ(DecodeLog(log.bytes().substr(0, size)).status(),
              absl::DataLossError(absl::StrCat(
                  "the log's header is cut off: ", size, " of 32 bytes")));
  }
}

TEST(LogFormatTest, EveryFlippedBitOfTheHeaderIsAnError) {
  const LogBuilder log = ThreeCommits();
  for (size_t bit = 0; bit < kLogHeaderBytes * 8; ++bit) {
    EXPECT_EQ(DecodeLog(Flipped(log.bytes(), bit)).status().code(),
              bit < 64 ? absl::StatusCode::kInvalidArgument
                       : absl::StatusCode::kDataLoss)
        << bit;
  }
}

TEST(LogFormatTest, AnotherFormatIsRefusedByItsNumber) {
  std::string bytes = LogBuilder().bytes();
  bytes[8] = 2;
  const uint32_t crc = Crc32c(absl::string_view(bytes).substr(0, 28));
  for (int i = 0; i < 4; ++i) {
    bytes[28 + i] = static_cast<char>(crc >> (8 * i));
  }
  EXPECT_EQ(DecodeLog(bytes).status(),
            absl::InvalidArgumentError(
                "a log of format 2: this program reads format 1"));
}

TEST(LogFormatTest, EveryFlippedBitBeforeTheLastCommitIsDamage) {
  const LogBuilder log = ThreeCommits();
  const size_t last_commit = log.offset(kLastCommit);
  for (size_t bit = kLogHeaderBytes * 8; bit < last_commit * 8; ++bit) {
    SCOPED_TRACE(bit);
    const std::string bytes = Flipped(log.bytes(), bit);
    ExpectDamage(bytes, log, log.FrameOf(bit / 8));
    // The last commit need not be whole: its header suffices.
    ExpectDamage(bytes.substr(0, last_commit + kLogFrameHeaderBytes), log,
                 log.FrameOf(bit / 8));
  }
}

// The stated limit: nothing after the last commit vouches for it.
TEST(LogFormatTest, EveryFlippedBitOfTheLastCommitLooksLikeATornTail) {
  const LogBuilder log = ThreeCommits();
  for (size_t bit = log.offset(kLastCommit) * 8; bit < log.bytes().size() * 8;
       ++bit) {
    SCOPED_TRACE(bit);
    ExpectPrefix(Flipped(log.bytes(), bit), log, kLastCommit);
  }
}

TEST(LogFormatTest, DamageOfAnyExtentBeforeTheLastCommitIsFound) {
  const LogBuilder log = ThreeCommits();
  const size_t last_commit = log.offset(kLastCommit);
  for (size_t begin = kLogHeaderBytes; begin < last_commit; begin += 3) {
    for (size_t end = begin + 1; end <= last_commit; end += 5) {
      std::string bytes = log.bytes();
      for (size_t i = begin; i < end; ++i) bytes[i] = ~bytes[i];
      ExpectDamage(bytes, log, log.FrameOf(begin));
    }
  }
}

TEST(LogFormatTest, FramesOfACommitMayBeTornInAnyOrder) {
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

TEST(LogFormatTest, WithoutASyncNothingIsDamage) {
  LogBuilder log;
  for (uint64_t seq = 1; seq <= 4; ++seq) log.Add(Ready(seq));
  for (size_t bit = kLogHeaderBytes * 8; bit < log.bytes().size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    ExpectPrefix(Flipped(log.bytes(), bit), log, log.FrameOf(bit / 8));
  }
}

TEST(LogFormatTest, ASyncUnderWayVouchesForWhatWasWrittenBeforeIt) {
  std::string bytes;
  LogEncoder encoder(kIdentity, bytes);
  encoder.Append(Ready(1), bytes);
  const uint64_t written = encoder.bytes();  // A sync begins here …
  encoder.Append(Ready(2), bytes);
  encoder.MarkSynced(written);  // … and ends here.
  encoder.Append(Ready(3), bytes);
  EXPECT_EQ(DecodeLog(Flipped(bytes, kLogHeaderBytes * 8)).status().code(),
            absl::StatusCode::kDataLoss);
  const absl::StatusOr<LogContents> contents =
      DecodeLog(Flipped(bytes, written * 8));
  ASSERT_TRUE(contents.ok()) << contents.status();
  EXPECT_EQ(contents->records.size(), 1u);
}

TEST(LogFormatTest, AFrameOfAnEarlierLifeDoesNotJoin) {
  LogBuilder earlier;
  earlier.Add(Ready(1)).Sync().Add(Ready(2)).Add(Ready(3));
  LogBuilder later;
  later.Add(Ready(1)).Sync().Add(Ready(7));
  ASSERT_EQ(later.bytes().size(), earlier.offset(2));
  ExpectPrefix(later.bytes() + earlier.bytes().substr(earlier.offset(2)), later,
               2);
}

TEST(LogFormatTest, AFrameOfAnotherLogDoesNotJoin) {
  LogIdentity other = kIdentity;
  other.node = NodeId(3);
  std::string bytes;
  LogEncoder encoder(other, bytes);
  encoder.Append(Ready(1), bytes);
  const LogBuilder log;
  ExpectPrefix(log.bytes() + bytes.substr(kLogHeaderBytes), log, 0);
}

TEST(LogFormatTest, FramesInsideATornPayloadProveNothing) {
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

TEST(LogFormatTest, ASealedHeaderInsideATornPayloadIsNotLookedAt) {
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

TEST(LogFormatTest, AnEncoderGoesBackToACopy) {
  std::string bytes;
  LogEncoder encoder(kIdentity, bytes);
  encoder.Append(Ready(1), bytes);
  const LogEncoder copy = encoder;
  std::string lost;
  encoder.Append(Ready(2), lost);
  encoder = copy;
  encoder.Append(Ready(3), bytes);
  const absl::StatusOr<LogContents> contents = DecodeLog(bytes);
  ASSERT_TRUE(contents.ok()) << contents.status();
  ASSERT_EQ(contents->records.size(), 2u);
  EXPECT_EQ(contents->records[1].instance.seq, Seq(3));
}

TEST(LogFormatTest, ReadsOneFrameBackOrSaysThatItIsDamaged) {
  const LogBuilder log = ThreeCommits();
  for (size_t i = 0; i < log.records().size(); ++i) {
    const std::string frame =
        log.bytes().substr(log.offset(i), log.offset(i + 1) - log.offset(i));
    const absl::StatusOr<Record> record =
        DecodeFrame(kIdentity, frame, log.offset(i), Token(i + 1));
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(*record, log.records()[i]);
    for (size_t bit = 0; bit < frame.size() * 8; ++bit) {
      const absl::Status status =
          DecodeFrame(kIdentity, Flipped(frame, bit), log.offset(i), Token(1))
              .status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bit;
    }
    for (size_t size = 0; size < frame.size(); ++size) {
      EXPECT_FALSE(
          DecodeFrame(kIdentity, frame.substr(0, size), log.offset(i), Token(1))
              .ok());
    }
    EXPECT_FALSE(
        DecodeFrame(kIdentity, frame, log.offset(i) + 1, Token(1)).ok());
  }
}

TEST(LogFormatTest, TheReadmeShowsARealLog) {
  std::string bytes;
  LogEncoder encoder({0xD15C0, NodeId(0), Epoch(1)}, bytes);
  Record applied;
  applied.kind = RecordKind::kApplied;
  applied.instance = {Epoch(1), NodeId(2), Seq(1)};
  applied.payload = Payload("hello");
  encoder.Append(applied, bytes);
  encoder.MarkSynced(encoder.bytes());
  encoder.Append(Ready(2), bytes);

  // Rows of the example: an offset, then bytes, then what they are.
  std::ifstream readme("core/log/README.md");
  ASSERT_TRUE(readme.is_open());
  std::string shown;
  for (std::string line; std::getline(readme, line);) {
    std::istringstream words(line);
    size_t offset = 0;
    std::string hex;
    if (line.rfind("    ", 0) != 0 || !(words >> offset)) continue;
    EXPECT_EQ(offset, shown.size()) << line;
    while (words >> hex && hex.size() == 2 && absl::ascii_isxdigit(hex[0])) {
      shown += absl::HexStringToBytes(hex);
    }
  }
  EXPECT_EQ(absl::BytesToHexString(shown), absl::BytesToHexString(bytes));
}

}  // namespace
}  // namespace distdb
