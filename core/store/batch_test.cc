#include "core/store/batch.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace distdb {
namespace {

Mutation Put(std::string key, std::string value) {
  return {MutationKind::kPut, std::move(key), std::move(value)};
}
Mutation Delete(std::string key) {
  return {MutationKind::kDelete, std::move(key), ""};
}

std::string Encode(Timestamp timestamp,
                   const std::vector<Mutation>& mutations) {
  BatchBuilder builder;
  for (const Mutation& mutation : mutations) builder.Add(mutation);
  return builder.Build(timestamp);
}

std::string Encode(const BatchView& batch) {
  BatchBuilder builder;
  for (const MutationView& mutation : batch.mutations) {
    builder.Add({mutation.kind, std::string(mutation.key),
                 std::string(mutation.value)});
  }
  return builder.Build(batch.timestamp);
}

// What DecodeBatch says of `payload`, which IsWellFormedBatch must confirm. The
// bytes are copied to the heap, exactly, so that a sanitizer sees a read
// beyond them.
std::string Problem(absl::string_view payload) {
  auto copy = std::make_unique<char[]>(payload.size());
  std::copy(payload.begin(), payload.end(), copy.get());
  const absl::string_view exact(copy.get(), payload.size());
  const absl::StatusOr<BatchView> batch = DecodeBatch(exact);
  EXPECT_EQ(batch.ok(), IsWellFormedBatch(exact)) << batch.status();
  if (batch.ok()) {
    EXPECT_EQ(Encode(*batch), payload) << "a batch has one encoding";
    return "";
  }
  EXPECT_EQ(batch.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(batch.status().message());
}

// splitmix64: a fixed sequence per seed, on every machine.
uint64_t Next(uint64_t& state) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

TEST(BatchTest, HasTheBytesThatTheHeaderDescribes) {
  EXPECT_EQ(Encode(Timestamp(0x0807060504030201), {Put("k", "vw"), Delete("")}),
            std::string("\x01"
                        "\x01\x02\x03\x04\x05\x06\x07\x08"
                        "\x02\0\0\0"
                        "\x01\x01\0\0\0k\x02\0\0\0vw"
                        "\x02\0\0\0\0",
                        30));
}

TEST(BatchTest, DecodesWhatItEncoded) {
  const std::string binary("\0\xFF\n", 3);
  const std::string payload =
      Encode(Timestamp(42),
             {Put("a", "1"), Delete(binary), Put("", binary), Put("a", "")});
  const absl::StatusOr<BatchView> batch = DecodeBatch(payload);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->timestamp, Timestamp(42));
  ASSERT_EQ(batch->mutations.size(), 4u);
  EXPECT_EQ(batch->mutations[0].key, "a");
  EXPECT_EQ(batch->mutations[0].value, "1");
  EXPECT_EQ(batch->mutations[1].kind, MutationKind::kDelete);
  EXPECT_EQ(batch->mutations[1].key, binary);
  EXPECT_EQ(batch->mutations[2].key, "");
  EXPECT_EQ(batch->mutations[2].value, binary);
  EXPECT_EQ(batch->mutations[3].kind, MutationKind::kPut);
  EXPECT_EQ(batch->mutations[3].value, "");
}

TEST(BatchTest, TakesKeysAndValuesUpToTheirLimits) {
  const Mutation largest =
      Put(std::string(kKeyBytesMax, 'k'), std::string(kValueBytesMax, 'v'));
  EXPECT_EQ(EncodedBytes(largest), kMutationBytesMax);
  EXPECT_EQ(Problem(Encode(Timestamp(1), {largest})), "");
}

TEST(BatchTest, NamesWhatIsWrongAndWhere) {
  const std::string good = Encode(Timestamp(1), {Put("key", "value")});
  auto with = [&](size_t offset, absl::string_view bytes) {
    std::string bad = good;
    return bad.replace(offset, bytes.size(), bytes.data(), bytes.size());
  };
  const std::string malformed = "malformed batch: ";
  EXPECT_EQ(Problem(good), "");
  EXPECT_EQ(Problem(""), malformed + "a header that is cut off at byte 0");
  EXPECT_EQ(Problem(good.substr(0, 12)),
            malformed + "a header that is cut off at byte 9");
  EXPECT_EQ(Problem(with(0, "\x02")),
            malformed + "an unknown version at byte 0");
  EXPECT_EQ(Problem(with(9, absl::string_view("\0", 1))),
            malformed + "a count of mutations out of range at byte 9");
  EXPECT_EQ(Problem(with(9, "\x41\x42\x0F")),  // 1,000,001
            malformed + "a count of mutations out of range at byte 9");
  EXPECT_EQ(Problem(with(9, "\x02")),
            malformed + "fewer mutations than counted at byte 30");
  EXPECT_EQ(Problem(with(13, "\x03")),
            malformed + "an unknown kind of mutation at byte 13");
  EXPECT_EQ(Problem(with(14, absl::string_view("\x01\x00\x01", 3))),  // 65,537
            malformed + "a key beyond its limit at byte 14");
  EXPECT_EQ(Problem(good.substr(0, 20)),
            malformed + "a key that is cut off at byte 14");
  EXPECT_EQ(Problem(with(21, absl::string_view("\x01\x00\x10", 3))),
            malformed + "a value beyond its limit at byte 21");
  EXPECT_EQ(Problem(with(21, "\x06")),
            malformed + "a value that is cut off at byte 21");
  EXPECT_EQ(Problem(good + "x"), malformed + "bytes left over at byte 30");
}

TEST(BatchTest, NoPrefixOfABatchIsABatch) {
  const std::string good =
      Encode(Timestamp(7), {Put("k", "v"), Delete("key"), Put("x", "yz")});
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(Problem(good.substr(0, size)), "") << size;
  }
}

TEST(BatchTest, MutatedBytesAreRefusedOrReencodeToThemselves) {
  const std::string good = Encode(
      Timestamp(7), {Put("k", "v"), Delete("key"), Put("x", ""), Delete("")});
  uint64_t state = 1;
  int well_formed = 0;
  constexpr int kRounds = 20'000;
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = good;
    const uint64_t edits = 1 + Next(state) % 3;
    for (uint64_t edit = 0; edit < edits && !bytes.empty(); ++edit) {
      const size_t at = Next(state) % bytes.size();
      switch (Next(state) % 3) {
        case 0:
          bytes[at] = static_cast<char>(Next(state) % 4);
          break;
        case 1:
          bytes.erase(at, 1 + Next(state) % 4);
          break;
        default:
          bytes.insert(at, 1 + Next(state) % 4,
                       static_cast<char>(Next(state) % 4));
      }
    }
    if (Problem(bytes).empty()) ++well_formed;
  }
  EXPECT_GT(well_formed, kRounds / 100) << "the test reaches good batches";
  EXPECT_LT(well_formed, kRounds / 2) << "the test reaches bad batches";
}

TEST(BatchTest, RandomBytesAreNoBatch) {
  uint64_t state = 2;
  for (int round = 0; round < 5'000; ++round) {
    std::string bytes(Next(state) % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Next(state));
    EXPECT_NE(Problem(bytes), "");
  }
}

TEST(BatchBuilderTest, KnowsItsSizeAndIsEmptyAfterBuild) {
  BatchBuilder builder;
  EXPECT_TRUE(builder.empty());
  size_t bytes = kBatchHeaderBytes;
  for (const Mutation& mutation : {Put("k", "v"), Delete("key")}) {
    builder.Add(mutation);
    bytes += EncodedBytes(mutation);
    EXPECT_EQ(builder.bytes(), bytes);
  }
  EXPECT_EQ(builder.count(), 2u);
  EXPECT_EQ(builder.Build(Timestamp(1)).size(), bytes);
  EXPECT_TRUE(builder.empty());
  EXPECT_EQ(builder.bytes(), kBatchHeaderBytes);
}

TEST(BatchBuilderTest, ChecksThatMutationsAreWithinTheirLimits) {
  BatchBuilder builder;
  EXPECT_DEATH(builder.Add(Put(std::string(kKeyBytesMax + 1, 'k'), "")),
               "within its limits");
  EXPECT_DEATH(builder.Build(Timestamp(1)), "a batch has mutations");
}

}  // namespace
}  // namespace distdb
