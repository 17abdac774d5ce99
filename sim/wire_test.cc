#include "sim/wire.h"

#include <string>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

Message Send() {
  return {.kind = MessageKind::kSend,
          .instance = {Epoch(1), NodeId(2), Seq(3)},
          .digest = {},
          .payload = Payload("payload")};
}

TEST(WireTest, AMessageSurvivesItsFrame) {
  EXPECT_EQ(FromFrame(ToFrame(Send())), Send());
}

TEST(WireTest, AnyAlteredByteIsRefusedOrReadAsSomethingElse) {
  const std::string frame = ToFrame(Send());
  int refused = 0;
  int read = 0;
  for (size_t index = 0; index < frame.size(); ++index) {
    for (int bits = 1; bits < 256; ++bits) {
      const bool is_refused =
          RefusesCorrupted(frame, index, static_cast<uint8_t>(bits));
      ++(is_refused ? refused : read);
    }
  }
  EXPECT_GT(refused, 0);
  // A byte of the payload is nothing that a codec can know.
  EXPECT_GE(read, 7 * 255);
}

}  // namespace
}  // namespace distdb::sim
