// Chronicle: an observer that keeps a run as data, for those who draw it: what
// happened on each node's lane, each message from the moment at which it is
// said to what became of it, and how each node's state changed.
//
// A *happening* is a point on a lane: a step of a replica, a start, a crash, a
// liar who says or hears something, a reply; or, on no lane, a partition or the
// healing. A *crossing* is one copy of a message between two happenings. The
// two make the happens-before order of the run: a happening comes after the one
// before it on its lane, and after the one that said what it hears.
//
// State is kept as differences: each happening says which lines of its node's
// state (replica_state.h) are new, and `base` is the state before the first.
//
// Bounded: of a longer run the last `happenings_max` happenings are kept, with
// their crossings; what is older is folded into `base`. Of the focus its
// stretch is looked at, and no more: who draws leaves out the rest.

#ifndef DISTDB_SIM_NARRATION_CHRONICLE_H_
#define DISTDB_SIM_NARRATION_CHRONICLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/node_set.h"
#include "sim/narration/focus.h"
#include "sim/narration/replica_state.h"
#include "sim/narration/value_names.h"
#include "sim/narration/vote_ledger.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace distdb::sim {

struct Happening {
  enum class Kind : uint8_t {
    // A step of a replica, in the order of core's Event.
    kTick,
    kReceive,
    kRequest,
    kPersisted,
    kPersistFailed,
    kLoaded,
    kLoadFailed,
    kPeerUp,
    kPeerDown,
    // Not a step.
    kStart,
    kRestart,
    kJoin,
    kCrash,
    kLie,
    kLiarHears,
    kLeaves,  // What waited for the disk leaves, between two steps.
    kReply,
    kPartitionBegins,
    kPartitionEnds,
    kHeal,
  };

  Kind kind = Kind::kTick;
  Time at;
  std::optional<NodeId> node;  // Whose lane; none: everybody's.
  uint64_t event = 0;          // The step's number, from 1; 0: it is none.
  std::string text;            // One line: "hears ECHO(0:1, a) from p2".
  // What the step asks its driver for, and why: one line each.
  std::vector<std::string> effects;
  std::vector<InstanceId> instances;    // What it is about, ascending.
  std::vector<InstanceId> delivered;    // What it delivers.
  std::vector<std::string> deliveries;  // The same: "0:1 = a".
  bool convicts = false;
  std::vector<StateChange> changes;
};

// "tick", "receive", …: stable words for pages and searches.
absl::string_view HappeningKindName(Happening::Kind kind);

struct Crossing {
  static constexpr uint64_t kNone = ~uint64_t{0};

  MessageKind kind = MessageKind::kHello;
  NodeId from;
  NodeId to;
  InstanceId instance;
  std::string value;    // Its name, or "".
  std::string content;  // Of a payload: "put name = alice".
  // kSent while it is under way; never kDuplicated.
  Fate fate = Fate::kSent;
  bool lie = false;
  bool forged = false;  // A lie: a SEND in the stream of another.
  bool copy = false;    // The second copy of a message.
  bool late = false;    // See Chronicle::Finish.
  Time said;
  Time ended;  // When it arrived or was lost.
  // Numbers of happenings; kNone: of none that is kept.
  uint64_t said_by = kNone;
  uint64_t heard_by = kNone;
};

class Chronicle : public Observer {
 public:
  static constexpr size_t kHappeningsMax = 20'000;
  // A message is late if it took so many times as long as the median of those
  // that arrived.
  static constexpr int64_t kLateFactor = 4;

  // The plan is not owned and outlives the chronicle. Of `focus` only the
  // stretch is looked at.
  Chronicle(const Plan* plan, ValueNames names, const Focus& focus = {},
            size_t happenings_max = kHappeningsMax);

  // So many events happened before the first one that is told.
  void Skip(uint64_t events) { events_.Skip(events); }

  void OnBegin(const Replicas& replicas) override;
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnPartition(Time at, NodeSet side, bool begins, bool one_way) override;
  void OnHeal(Time at) override;

  // To be called when the run is over: decides what was late.
  void Finish();

  // In the order in which they happened. The number of the first one is
  // `first()`; it is not 0 where older ones were let go.
  const std::deque<Happening>& happenings() const { return happenings_; }
  uint64_t first() const { return first_; }
  const std::deque<Crossing>& crossings() const { return crossings_; }
  // By node: its state before the first happening.
  const std::vector<StateLines>& base() const { return base_; }
  const Plan& plan() const { return *plan_; }

 private:
  uint64_t next() const { return first_ + happenings_.size(); }
  // Whether what happens now is kept, and whether it is still to come.
  bool IsCovered(Time at, uint64_t event) const {
    return focus_.Covers(at, event);
  }
  bool HasBegun(Time at) const { return focus_.HasBegun(at, events_.steps()); }
  Happening& Add(Happening::Kind kind, Time at, std::optional<NodeId> node,
                 std::string text);
  void LetGoOfOldest();
  void Describe(const Event& event, NodeId node, Happening& happening);
  void DescribeEffects(NodeId node, const Effects& effects,
                       Happening& happening);
  void NoteState(NodeId node, Happening* happening);
  void NoteDisk(NodeId node, const Event& event, const Effects& effects);
  // The happening to which it belongs that this is said.
  uint64_t SayingOf(Time at, const Passage& passage, const Message& message,
                    const std::string& phrase);
  void End(Time at, const Passage& passage, uint64_t heard_by);

  const Plan* plan_;
  ValueNames names_;
  VoteLedger ledger_;
  const Focus focus_;
  const size_t happenings_max_;
  const Replicas* replicas_ = nullptr;
  EventCount events_;

  std::deque<Happening> happenings_;
  uint64_t first_ = 0;
  std::deque<Crossing> crossings_;
  uint64_t first_crossing_ = 0;
  std::map<uint64_t, uint64_t> under_way_;  // Crossings, by transit.
  std::vector<StateLines> base_;            // By node.
  std::vector<StateLines> state_;           // By node: now.
  std::vector<uint64_t> last_;  // By node: its last happening, or kNone.
  // By node: the instances of records that are not known to be on disk.
  std::vector<std::map<Token, InstanceId>> unsynced_;
  // Received, and its step is to follow.
  std::optional<uint64_t> arriving_;
  NodeSet started_;  // At least once.
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_CHRONICLE_H_
