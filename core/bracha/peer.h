// Peer: what a replica knows of another one, and when it speaks to it again.
//
// Retransmission is state, not a queue: nothing is kept per message. What a
// peer lacks follows from the watermarks it has told; whether it is stuck, from
// their not having moved between two looks.

#ifndef DISTDB_CORE_BRACHA_PEER_H_
#define DISTDB_CORE_BRACHA_PEER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/fields.h"
#include "core/node_set.h"
#include "core/types.h"

namespace distdb::bracha {

class Peer {
 public:
  static constexpr size_t Bytes(size_t nodes) {
    return sizeof(Peer) + nodes * (2 * sizeof(Seq) + sizeof(uint64_t));
  }

  explicit Peer(int nodes)
      : watermarks_(nodes), seen_(nodes), collected_(nodes) {}

  bool up() const { return up_; }
  // Whether it has told its watermark of `origin`, or of all, since its channel
  // opened.
  bool HasTold(NodeId origin) const { return told_.Contains(origin); }
  bool HasToldAll() const {
    return told_.size() == static_cast<int>(watermarks_.size());
  }
  // Durably delivered there, as it has told: the largest that it ever told,
  // because a correct node's watermark never moves back and messages may come
  // out of order.
  Seq watermark(NodeId origin) const { return watermarks_[origin.value()]; }
  const std::vector<Seq>& watermarks() const { return watermarks_; }
  // How far it has collected a stream, as it has told (see retention.h).
  uint64_t collected(NodeId origin) const { return collected_[origin.value()]; }
  Time next_resend() const { return next_resend_; }

  void Open() {
    up_ = true;
    told_ = NodeSet();
  }
  void Close() {
    up_ = false;
    next_resend_ = kNever;
  }

  // Returns true when that is news: the first word since Open, or progress.
  bool HearWatermark(NodeId origin, Seq seq) {
    Seq& watermark = watermarks_[origin.value()];
    const bool news = !told_.Contains(origin) || seq > watermark;
    if (seq > watermark) progressed_ = true;
    told_.Insert(origin);
    watermark = std::max(watermark, seq);
    return news;
  }

  // It has delivered so far, as others know for sure.
  void LearnWatermark(NodeId origin, Seq seq) {
    Seq& watermark = watermarks_[origin.value()];
    watermark = std::max(watermark, seq);
  }

  // Returns true when that is news. What is told never goes back.
  bool HearCollected(NodeId origin, uint64_t position) {
    uint64_t& collected = collected_[origin.value()];
    const bool news = position > collected;
    collected = std::max(collected, position);
    return news;
  }

  // Whether its watermark has stood still since the last call for `origin`.
  bool IsStuck(NodeId origin) {
    Seq& seen = seen_[origin.value()];
    const bool stuck = seen == watermarks_[origin.value()];
    seen = watermarks_[origin.value()];
    return stuck;
  }

  // Starts the timer if it is not running. Requires up().
  void Arm(Time now, Duration interval) {
    if (next_resend_ != kNever) return;
    interval_ = interval;
    next_resend_ = now + interval;
  }
  void Disarm() { next_resend_ = kNever; }

  // The timer has fired: waits twice as long, or `interval` again if the peer
  // has made progress.
  void BackOff(Time now, Duration interval, Duration interval_max) {
    interval_ = progressed_ ? interval : std::min(2 * interval_, interval_max);
    progressed_ = false;
    next_resend_ = now + interval_;
  }

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(up_, progressed_, told_, InPlace{watermarks_}, InPlace{seen_},
            InPlace{collected_}, interval_, next_resend_);
  }

 private:
  bool up_ = false;
  bool progressed_ = false;
  NodeSet told_;
  std::vector<Seq> watermarks_;
  std::vector<Seq> seen_;  // At the last IsStuck.
  std::vector<uint64_t> collected_;
  Duration interval_ = 0;
  Time next_resend_ = kNever;
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_PEER_H_
