// MessageSlab: the messages that are held back or under way, each stored once.
//
// A message to all is one for all its receivers: who waits for it, and each of
// its copies that is under way, holds the same slot. Slots are used again, so a
// long run allocates only when more is under way than ever before.

#ifndef DISTDB_SIM_MESSAGE_SLAB_H_
#define DISTDB_SIM_MESSAGE_SLAB_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/always_inline.h"
#include "core/check.h"
#include "core/message.h"

namespace distdb::sim {

class MessageSlab {
 public:
  using Slot = uint32_t;

  // Stores it for one holder.
  Slot Add(Message message) {
    if (free_.empty()) {
      stored_.push_back({std::move(message), 1, std::nullopt});
      return static_cast<Slot>(stored_.size() - 1);
    }
    const Slot slot = free_.back();
    free_.pop_back();
    stored_[slot] = {std::move(message), 1, std::nullopt};
    return slot;
  }

  // Valid until the next Add.
  const Message& operator[](Slot slot) const { return stored_[slot].message; }

  // What decisions about it call its digest (About::digest_class), once that is
  // known.
  std::optional<uint32_t>& digest_class(Slot slot) {
    return stored_[slot].digest_class;
  }

  void Hold(Slot slot) { ++stored_[slot].holders; }
  void Drop(Slot slot) {
    if (!Release(slot)) return;
    stored_[slot].message.payload = Payload();
  }
  // Drops it; `taken` becomes what it was.
  DISTDB_ALWAYS_INLINE void Take(Slot slot, Message& taken) {
    Message& message = stored_[slot].message;
    if (!Release(slot)) {
      taken = message;
      return;
    }
    taken = std::move(message);
    // Whatever was in `taken` before.
    message.payload = Payload();
  }

 private:
  struct Stored {
    Message message;
    uint32_t holders = 0;
    std::optional<uint32_t> digest_class;
  };

  // Whether this was the last holder, so that the slot is free.
  DISTDB_ALWAYS_INLINE bool Release(Slot slot) {
    Stored& stored = stored_[slot];
    DISTDB_CHECK(stored.holders > 0, "what is dropped was held");
    if (--stored.holders > 0) return false;
    free_.push_back(slot);
    return true;
  }

  std::vector<Stored> stored_;
  std::vector<Slot> free_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_MESSAGE_SLAB_H_
