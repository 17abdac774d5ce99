// Observer: whoever watches a run. Checkers, the chained hash, the lanes in the
// terminal and recordings are observers; none can change what happens.
//
// The world calls them in the order in which they were added, in the order of
// virtual time. References are valid during the call only; a Payload or Message
// may be copied. All times are virtual, from the start of the run; a node's own
// clock (in Tick) differs from it.

#ifndef DISTDB_SIM_OBSERVER_H_
#define DISTDB_SIM_OBSERVER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {
class Replica;
}  // namespace distdb

namespace distdb::sim {

// What became of a message, or of a copy of it.
enum class Fate : uint8_t {
  kSent = 1,         // It is under way and will arrive at `arrives`.
  kDuplicated = 2,   // A second copy of it, with a transit of its own.
  kLost = 3,         // The network lost it as it was sent.
  kCut = 4,          // A partition swallowed it, at either end.
  kChannelDown = 5,  // Sent while there was no channel to the receiver.
  kReceived = 6,     // It reached a replica (its Step follows) or a liar.
  kToCrashed = 7,    // It arrived, and the receiver or its channel was gone.
};

struct Passage {
  Fate fate = Fate::kSent;
  // Names this copy: the same in kSent/kDuplicated and in kReceived, kCut,
  // kToCrashed. 0 for what was never under way.
  uint64_t transit = 0;
  NodeId from = {};
  NodeId to = {};
  Time arrives = {};  // kSent and kDuplicated only.
  // Said by a liar, on its own channel.
  bool lie = false;
};

// The replicas of a run, for observers that look into them.
class Replicas {
 public:
  // As it is now, in a step's OnStep after it; null while the node is down, and
  // for liars.
  virtual const Replica* replica(NodeId node) const = 0;

 protected:
  ~Replicas() = default;
};

class Observer {
 public:
  virtual ~Observer() = default;

  // Before all else. `replicas` is valid until the end of the run.
  virtual void OnBegin(const Replicas& replicas);

  // Whether OnPassage does something. Most of what happens in a run are
  // passages, so that nobody is told of them in vain. Asked once, at the start.
  virtual bool WatchesPassages() const { return true; }

  // A replica handled `event`, and these are all its effects.
  virtual void OnStep(Time at, NodeId node, const Event& event,
                      const Effects& effects);
  virtual void OnPassage(Time at, const Passage& passage,
                         const Message& message);
  // A reply reached its client. (A reply that a crash overtook never does.)
  virtual void OnReply(Time at, NodeId node, const Reply& reply);
  // A replica was built from `records`, at the start or after a crash.
  virtual void OnStart(Time at, NodeId node, absl::Span<const Record> records);
  // A node lost its memory and the unsynced records from `lost_from` on (0:
  // none were lost).
  virtual void OnCrash(Time at, NodeId node, Token lost_from);
  // An fsync that covers everything up to `token` began; its completion is the
  // Persisted event.
  virtual void OnFsync(Time at, NodeId node, Token token);
  // Until the matching `begins == false`, messages between `side` and the other
  // nodes vanish; `one_way`: only those that `side` sends.
  virtual void OnPartition(Time at, NodeSet side, bool begins, bool one_way);
  // From now on there are no faults from outside; see Plan::heal_at.
  virtual void OnHeal(Time at);
};

// A printable name: "sent", "lost", …
absl::string_view FateName(Fate fate);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_OBSERVER_H_
