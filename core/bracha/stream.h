// Stream: one origin's instances, as one replica holds them.
//
//        floor                 low            next                low + W
//          | delivered, kept     | being        | open instances     |
//          | for peers that      | delivered    | (slots)            |
//          | lack them           | (slots)      |                    |
//
// Instances are delivered in order of seq (FIFO), so one number, low, says what
// this replica has, and a vector of them is the version vector of its data.
//
// Invariants:
//   1. floor <= low <= next <= low + W. None of them ever moves back, also not
//      over a restart.
//   2. Everything below low is durably delivered here; what lies in [low, next)
//      waits for its DELIVERED record to become durable.
//   3. At most W slots are held, whatever the origin does, and at most
//      window_bytes_max of their payloads, beside the two (echoed and pulled)
//      that `low` may always take in.
//   4. The totals that all streams share are the sums over them.

#ifndef DISTDB_CORE_BRACHA_STREAM_H_
#define DISTDB_CORE_BRACHA_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/bracha/instance.h"
#include "core/bracha/retention.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/fields.h"
#include "core/memory_use.h"
#include "core/mutant.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"

namespace distdb::bracha {

// An instance that is not yet durably delivered here.
struct Slot {
  Instance instance;
  // Of the digest this node has echoed, and the durable record that has it.
  Payload echoed_payload;
  Token echo_token;
  // The snapshot that was the latest when that record was appended.
  Seq echo_snapshot;
  // Of the decided digest, where that is another one.
  Payload pulled_payload;
  // 0: the payload is not missing. 1: it is; one more each time that a peer is
  // asked for it, which is due again at `pull_at`.
  uint32_t pulls = 0;
  Time pull_at;
  // Of the instance's tallies, those that the totals have.
  uint32_t tallies_counted = 0;

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(instance, echoed_payload, echo_token, echo_snapshot, pulled_payload,
            pulls, pull_at, tallies_counted);
  }

  // The payload of the decided digest; absent while it is missing or there is
  // no decision.
  const Payload& DecidedPayload() const;
};

// A delivered instance.
struct Archived {
  Digest digest;
  Payload payload;  // Absent when it must be loaded.
  Token token;      // The record that has the payload.
  size_t bytes = 0;

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(digest, payload, token, bytes);
  }
};

// What all streams of a replica hold, so that nobody needs to look at each.
struct StreamTotals {
  size_t open_bytes = 0;      // Payloads of open instances.
  size_t tallies = 0;         // Of open instances.
  size_t memory_bytes = 0;    // Delivered payloads that are in memory.
  size_t retained = 0;        // Delivered instances that are kept, and
  size_t retained_bytes = 0;  // their payloads.

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(open_bytes, tallies, memory_bytes, retained, retained_bytes);
  }
};

class Stream {
 public:
  // `totals` is not owned and outlives the stream.
  Stream(uint32_t window, StreamTotals* totals)
      : totals_(totals), slots_(window), low_index_(1 % window) {}

  Seq floor() const { return floor_; }
  Seq low() const { return low_; }
  Seq next() const { return next_; }
  // The durably delivered prefix.
  Seq watermark() const { return low_ - 1; }
  // The last instance in which this node has voted or that it has delivered.
  Seq top() const { return top_; }

  bool InWindow(Seq seq) const {
    const size_t size =
        slots_.size() + (Mutated(Mutant::kWindowTooWide) ? 1 : 0);
    return seq >= low_ && seq - low_ < size;
  }
  // Requires InWindow(seq).
  Slot& At(Seq seq) {
    DISTDB_CHECK(InWindow(seq), "a slot exists only in the window");
    return slots_[IndexOf(seq)];
  }
  const Slot& At(Seq seq) const { return const_cast<Stream*>(this)->At(seq); }

  // Its slot, or null where it is below or beyond the window.
  Slot* Find(Seq seq) {
    return InWindow(seq) ? &slots_[IndexOf(seq)] : nullptr;
  }

  // Requires floor <= seq < low.
  const Archived& ArchivedAt(Seq seq) const {
    DISTDB_CHECK(seq >= floor_ && seq < low_, "archived means delivered");
    return archive_[seq - floor_];
  }

  // Whether a slot may take in a payload of so many bytes. `low` always may, or
  // instances that came earlier than it could block the stream for ever.
  bool HasRoom(Seq seq, size_t bytes, size_t open_bytes_max) const {
    if (Mutated(Mutant::kBudgetIgnored)) return true;
    return (seq == low_ && !Mutated(Mutant::kBudgetGatesLow)) ||
           open_bytes_ + bytes <= open_bytes_max;
  }
  // A slot has taken in a payload; Archive gives it back.
  void NotePayload(size_t bytes) {
    open_bytes_ += bytes;
    totals_->open_bytes += bytes;
  }
  // A slot's instance may have new tallies; Archive gives them back.
  void NoteTallies(Slot& slot) {
    if (slot.instance.tallies().size() == slot.tallies_counted) return;
    const auto tallies = static_cast<uint32_t>(slot.instance.tallies().size());
    totals_->tallies += tallies - slot.tallies_counted;
    slot.tallies_counted = tallies;
  }

  void NoteVote(Seq seq) { top_ = seq > top_ ? seq : top_; }

  // The DELIVERED record of `next` is on its way to disk.
  void Advance() {
    DISTDB_CHECK(InWindow(next_), "delivery stays in the window");
    ++next_;
    NoteVote(next_ - 1);
  }

  // The DELIVERED record of `low` is durable: its slot becomes free. Of the
  // archive's payloads at most `memory_bytes_max` stay in memory.
  void Archive(const Archived& delivered, size_t memory_bytes_max);

  // Every member has durably delivered what lies below `floor`, or below a
  // position.
  void Collect(Seq floor);
  void CollectUpTo(uint64_t position);

  // In bytes of the budget for what is kept: the position of `floor`, and what
  // lies between it and `low`.
  uint64_t collected() const { return collected_; }
  uint64_t kept() const { return kept_; }
  // Of the payloads of open instances.
  size_t open_bytes() const { return open_bytes_; }

  // The smallest token of a record that has a payload in [floor, low), or
  // `limit` where none is smaller.
  Token OldestToken(Token limit) const;

  // A new stream becomes one of which everything below `floor`, which is at
  // this position, is gone.
  void Restore(Seq floor, uint64_t position);

  // Without the totals, which are not its own. See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(untold, told, noted, promised, vouched, lacks_room, InPlace{slots_},
            archive_, floor_, low_, next_, top_, in_memory_, memory_bytes_,
            open_bytes_, collected_, kept_);
    low_index_ = low_.value() % slots_.size();
  }

  // Peers that have not been told of the current watermark.
  NodeSet untold;
  // The watermark that was last told to all.
  Seq told;
  // Positions: of the last COLLECTED record, and of the last one that is
  // durable; and how far enough others have collected.
  uint64_t noted = 0;
  uint64_t promised = 0;
  uint64_t vouched = 0;
  // Whether something waits until more is collected.
  bool lacks_room = false;

 private:
  size_t IndexOf(Seq seq) const {
    const size_t index = low_index_ + (seq - low_);
    return index < slots_.size() ? index : index - slots_.size();
  }
  void CollectOldest();
  // An archived payload leaves the memory.
  void Forget(Archived& archived);

  StreamTotals* totals_;
  // A ring: a seq's slot is at seq mod W. That of `low` is known, so that the
  // others are found without a division.
  std::vector<Slot> slots_;
  size_t low_index_;
  std::deque<Archived> archive_;
  Seq floor_{1};
  Seq low_{1};
  Seq next_{1};
  Seq top_{0};
  // The archive's payloads from here on are in memory.
  Seq in_memory_{1};
  size_t memory_bytes_ = 0;
  size_t open_bytes_ = 0;
  uint64_t collected_ = 0;
  uint64_t kept_ = 0;
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_STREAM_H_
