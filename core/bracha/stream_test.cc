#include "core/bracha/stream.h"

#include <string>

#include "core/fields.h"
#include "gtest/gtest.h"

namespace distdb::bracha {
namespace {

constexpr uint32_t kWindow = 3;

void Deliver(Stream& stream) {
  stream.Advance();
  stream.Archive({.digest = {}, .payload = Payload(), .token = Token(1)},
                 /*memory_bytes_max=*/0);
}

// Marks the open slots with what belongs to their seq alone.
void Mark(Stream& stream) {
  for (Seq seq = stream.low(); stream.InWindow(seq); ++seq) {
    stream.At(seq).echo_token = Token(100 + seq.value());
  }
}

void ExpectMarked(Stream& stream) {
  for (Seq seq = stream.low(); stream.InWindow(seq); ++seq) {
    EXPECT_EQ(stream.At(seq).echo_token, Token(100 + seq.value()));
    EXPECT_EQ(stream.Find(seq), &stream.At(seq));
  }
  EXPECT_EQ(stream.Find(stream.low() - 1), nullptr);
  EXPECT_EQ(stream.Find(stream.low() + kWindow), nullptr);
}

// Wherever the window has got to in its ring.
TEST(StreamTest, ASlotStaysThatOfItsSeqAsTheWindowMoves) {
  StreamTotals totals;
  Stream stream(kWindow, &totals);
  for (int delivered = 0; delivered < 10; ++delivered) {
    Mark(stream);
    ExpectMarked(stream);
    Deliver(stream);
    EXPECT_EQ(stream.At(stream.low()).echo_token,
              Token(100 + stream.low().value()))
        << "the others stay where they are";
    EXPECT_EQ(stream.At(stream.low() + (kWindow - 1)).echo_token, Token(0))
        << "the one that opens is empty";
  }
}

TEST(StreamTest, WhatIsReadBackHasItsOpenSlotsWhereTheyWere) {
  for (int delivered = 0; delivered < 10; ++delivered) {
    StreamTotals totals;
    Stream stream(kWindow, &totals);
    for (int i = 0; i < delivered; ++i) Deliver(stream);
    Mark(stream);
    std::string bytes;
    FieldWriter writer(&bytes);
    writer(stream);
    Stream read(kWindow, &totals);
    FieldReader reader(bytes);
    reader(read);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(read.low(), stream.low());
    ExpectMarked(read);
  }
}

TEST(StreamTest, ARestoredStreamGoesOnAtItsFloor) {
  StreamTotals totals;
  Stream stream(kWindow, &totals);
  stream.Restore(Seq(8), 5'000);
  Mark(stream);
  ExpectMarked(stream);
  Deliver(stream);
  EXPECT_EQ(stream.low(), Seq(9));
}

}  // namespace
}  // namespace distdb::bracha
