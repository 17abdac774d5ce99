// Rare-event points: places in core at which something that is always allowed
// but seldom happens can be made to happen often, so that a simulation reaches
// the states behind it.
//
// They exist only where DISTDB_RARE_EVENTS is defined, which is the simulator's
// own build of core. In the node's build `Rarely` is the constant false and the
// points cost nothing.
//
//   if (Rarely(config_.rare_events, RareEvent::kIgnorePull, id)) return;
//
// A point never does what the protocol forbids: a run with all of them on has
// to hold every property that a run without them holds. To add one: a line in
// DISTDB_RARE_EVENT_LIST and its use. The order of the list is part of what a
// seed means: add at the end.

#ifndef DISTDB_CORE_RARE_EVENT_H_
#define DISTDB_CORE_RARE_EVENT_H_

#include <cstddef>
#include <cstdint>

#include "core/types.h"

namespace distdb {

// X(enumerator, name, what happens)
// clang-format off
#define DISTDB_RARE_EVENT_LIST(X)                                              \
  X(kWithholdEcho, "withhold_echo",                                            \
    "an ECHO above low waits for the next SEND, as if the budget were spent")  \
  X(kPullAtOnce, "pull_at_once",                                               \
    "asks for a payload although its SEND may be on its way")                  \
  X(kIgnorePull, "ignore_pull",                                                \
    "leaves a PULL unanswered: whoever asked asks another peer")               \
  X(kDropFromMemory, "drop_from_memory",                                       \
    "keeps a delivered payload on disk only")                                  \
  X(kTellLater, "tell_later",                                                  \
    "tells watermarks one interval later")                                     \
  X(kResendEarly, "resend_early",                                              \
    "sends votes again to a peer that makes progress")                         \
  X(kBatchOfOne, "batch_of_one",                                               \
    "a write does not share its instance")
// clang-format on

enum class RareEvent : uint8_t {
#define DISTDB_RARE_EVENT_ENUMERATOR(enumerator, name, what) enumerator,
  DISTDB_RARE_EVENT_LIST(DISTDB_RARE_EVENT_ENUMERATOR)
#undef DISTDB_RARE_EVENT_ENUMERATOR
};

#define DISTDB_RARE_EVENT_ONE(enumerator, name, what) +1
inline constexpr size_t kRareEvents =
    0 DISTDB_RARE_EVENT_LIST(DISTDB_RARE_EVENT_ONE);
#undef DISTDB_RARE_EVENT_ONE

inline constexpr const char* kRareEventNames[kRareEvents] = {
#define DISTDB_RARE_EVENT_NAME(enumerator, name, what) name,
    DISTDB_RARE_EVENT_LIST(DISTDB_RARE_EVENT_NAME)
#undef DISTDB_RARE_EVENT_NAME
};

// Who decides; given in Config.
class RareEvents {
 public:
  virtual ~RareEvents() = default;
  // Whether `event` happens now, as far as it concerns `about`.
  virtual bool Happens(RareEvent event, const InstanceId& about) = 0;
};

#ifdef DISTDB_RARE_EVENTS

inline constexpr bool kHasRareEvents = true;

// `events` may be null: then nothing rare happens.
inline bool Rarely(RareEvents* events, RareEvent event,
                   const InstanceId& about) {
  return events != nullptr && events->Happens(event, about);
}

#else

inline constexpr bool kHasRareEvents = false;

constexpr bool Rarely(RareEvents*, RareEvent, const InstanceId&) {
  return false;
}

#endif  // DISTDB_RARE_EVENTS

}  // namespace distdb

#endif  // DISTDB_CORE_RARE_EVENT_H_
