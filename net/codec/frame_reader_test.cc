#include "net/codec/frame_reader.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "net/codec/random_test_util.h"

namespace distdb {
namespace {

using NextFrame = absl::StatusOr<std::optional<absl::string_view>>;

std::vector<std::string> Drain(FrameReader& reader) {
  std::vector<std::string> frames;
  while (true) {
    const NextFrame frame = reader.Next();
    EXPECT_TRUE(frame.ok()) << frame.status();
    if (!frame.ok() || !frame->has_value()) return frames;
    frames.emplace_back(**frame);
  }
}

TEST(FrameReaderTest, FindsTheSameFramesInEverySlicing) {
  TestRandom random(1);
  std::vector<std::string> expected;
  std::string stream;
  for (int i = 0; i < 50; ++i) {
    expected.push_back(random.Bytes(1 + random.Below(300)));
    AppendFramed(expected.back(), stream);
  }
  for (const size_t piece_bytes_max : {1, 2, 3, 5, 64, 1000, 100'000}) {
    FrameReader reader;
    std::vector<std::string> found;
    for (const absl::string_view slice :
         random.Slices(stream, piece_bytes_max)) {
      reader.Append(slice);
      for (std::string& frame : Drain(reader)) found.push_back(frame);
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(reader.buffered_bytes(), 0u);
  }
}

TEST(FrameReaderTest, AnOversizedFrameIsAnErrorBeforeItsBytesArrive) {
  FrameReader reader(1000);
  reader.Append(absl::string_view("\xe9\x03\0\0", 4));  // 1001
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(reader.Next().status().message(),
              "a frame of 1001 bytes: more than the limit of 1000");
    reader.Append("more");
  }
}

TEST(FrameReaderTest, TheLargestFrameIsRead) {
  std::string stream;
  AppendFramed(std::string(kFrameBytesMax, 'x'), stream);
  FrameReader reader;
  reader.Append(stream);
  const NextFrame frame = reader.Next();
  ASSERT_TRUE(frame.ok() && frame->has_value());
  EXPECT_EQ((*frame)->size(), kFrameBytesMax);
}

TEST(FrameReaderTest, AnEmptyFrameIsAnError) {
  FrameReader reader;
  reader.Append(absl::string_view("\0\0\0\0", 4));
  EXPECT_EQ(reader.Next().status().message(), "a frame of 0 bytes");
}

TEST(FrameReaderTest, RandomBytesNeverMakeItHoldMoreThanAFrame) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    TestRandom random(seed);
    FrameReader reader(500);
    std::string stream = random.Bytes(20'000);
    // Plausible lengths, or nearly every stream would end at once.
    for (size_t at = 2; at < stream.size(); at += 4) {
      stream[at] = stream[at + 1] = '\0';
    }
    for (const absl::string_view slice : random.Slices(stream, 64)) {
      reader.Append(slice);
      NextFrame frame = reader.Next();
      while (frame.ok() && frame->has_value()) frame = reader.Next();
      if (!frame.ok()) break;
      ASSERT_LE(reader.buffered_bytes(), 500 + kFramePrefixBytes);
    }
  }
}

}  // namespace
}  // namespace distdb
