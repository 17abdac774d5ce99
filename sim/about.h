// About: what is being decided, by what it means. See choice.h.

#ifndef DISTDB_SIM_ABOUT_H_
#define DISTDB_SIM_ABOUT_H_

#include <compare>
#include <cstdint>

#include "core/message.h"
#include "core/types.h"
#include "sim/decision.h"

namespace distdb::sim {

// "No node": for decisions that concern none, or one only.
inline constexpr NodeId kNobody{~uint32_t{0}};

// Fields that do not apply keep their default.
struct About {
  Decision decision = Decision::kNone;
  NodeId from = kNobody;  // The node it concerns, or the sender.
  NodeId to = kNobody;    // The receiver.
  MessageKind message = MessageKind{0};
  InstanceId instance = {};
  // Which of the digests of `instance`, by first appearance; see DigestNames.
  uint32_t digest_class = 0;
  // The how-manieth time this happens, or an index where there are several.
  uint64_t occurrence = 0;

  friend constexpr auto operator<=>(const About&, const About&) = default;
};

// For tables of what was decided; equal for equal `about`.
uint64_t FingerprintOf(const About& about);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ABOUT_H_
