#include "sim/message_size.h"

#include <string>

#include "gtest/gtest.h"
#include "sim/wire.h"

namespace distdb::sim {
namespace {

TEST(MessageSizeTest, IsThatOfTheFrame) {
  for (const MessageKind kind : kAllMessageKinds) {
    for (const uint64_t seq : {0ul, 127ul, 128ul, ~0ul}) {
      for (const size_t bytes : {1, 100, 127, 128, 20'000}) {
        Message message{.kind = kind,
                        .instance = {Epoch(1), NodeId(200), Seq(seq)},
                        .digest = {},
                        .payload = {}};
        if (CarriesPayload(kind)) {
          message.payload = Payload(std::string(bytes, 'v'));
        }
        EXPECT_EQ(MessageSize(message), ToFrame(message).size())
            << MessageKindName(kind);
      }
    }
  }
}

}  // namespace
}  // namespace distdb::sim
