#include "sim/message_slab.h"

#include <string>

#include "gtest/gtest.h"
#include "sim/check_handler.h"

namespace distdb::sim {
namespace {

Message Take(MessageSlab& slab, MessageSlab::Slot slot) {
  Message taken;
  slab.Take(slot, taken);
  return taken;
}

Message Send(uint64_t seq, const Payload& payload) {
  return {.kind = MessageKind::kSend,
          .instance = {Epoch(1), NodeId(0), Seq(seq)},
          .digest = {},
          .payload = payload};
}

TEST(MessageSlabTest, KeepsAMessageUntilItsLastHolderDropsIt) {
  MessageSlab slab;
  const Payload payload(std::string("bytes"));
  const Message message = Send(1, payload);
  const MessageSlab::Slot slot = slab.Add(message);
  slab.Hold(slot);
  slab.Hold(slot);
  EXPECT_EQ(Take(slab, slot), message);
  slab.Drop(slot);
  EXPECT_EQ(slab[slot], message);
  EXPECT_EQ(Take(slab, slot), message);
  EXPECT_FALSE(slab[slot].payload.has_value()) << "its bytes are given up";
}

TEST(MessageSlabTest, ASlotIsUsedAgainAndNothingOfItsFormerMessageIsLeft) {
  MessageSlab slab;
  const MessageSlab::Slot first = slab.Add(Send(1, Payload(std::string("a"))));
  const MessageSlab::Slot second = slab.Add(Send(2, Payload(std::string("b"))));
  EXPECT_NE(first, second);
  slab.digest_class(first) = 7;
  slab.Drop(first);
  EXPECT_EQ(slab.Add(Send(3, Payload())), first);
  EXPECT_EQ(slab[first], Send(3, Payload()));
  EXPECT_FALSE(slab.digest_class(first).has_value());
  EXPECT_EQ(slab[second], Send(2, Payload(std::string("b"))));
}

TEST(MessageSlabTest, ToDropWhatNobodyHoldsIsABrokenInvariant) {
  InstallThrowingCheckHandler();
  MessageSlab slab;
  const MessageSlab::Slot slot = slab.Add(Send(1, Payload(std::string("a"))));
  slab.Drop(slot);
  EXPECT_THROW(slab.Drop(slot), CheckFailed);
}

}  // namespace
}  // namespace distdb::sim
