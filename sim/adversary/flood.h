// Flood: as much as the channel takes.
//
// Powers: at each of its turns a liar says a burst of messages of any kind,
// half of them in its own stream, where its SENDs are taken, the others for any
// origin; for any seq (in the window, at its edge, far outside, the largest
// there is), a fourth of them of another epoch, for many digests, with payloads
// of any size: none, small, some kilobytes and, once per run, as large as the
// limit or one byte larger. Half of its PULLs ask for what there is: a digest
// that it has heard of. At most kMessagesMax messages per run, so that runs
// stay short.

#ifndef DISTDB_SIM_ADVERSARY_FLOOD_H_
#define DISTDB_SIM_ADVERSARY_FLOOD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/adversary/adversary.h"

namespace distdb::sim {

class Flood : public Adversary {
 public:
  static constexpr uint64_t kMessagesMax = 600;

  using Adversary::Adversary;

  void HandleTurn(NodeId liar) override;
  void HandleMessage(NodeId liar, NodeId from, const Message& message) override;

  // A well-formed batch of exactly this size, if it is large enough for one;
  // else bytes that are none. At most a few megabytes.
  static Payload PayloadOfSize(size_t size, uint64_t stamp);

 private:
  // An instance and the digest that somebody has voted for in it.
  struct Heard {
    InstanceId instance;
    Digest digest;
  };
  static constexpr size_t kHeardMax = 64;

  Message Draw(About about);
  Payload DrawPayload(About about);

  uint64_t messages_ = 0;
  bool was_huge_ = false;
  std::vector<Heard> heard_;  // A ring.
  size_t next_heard_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_FLOOD_H_
