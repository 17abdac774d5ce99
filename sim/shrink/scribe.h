// Scribe: an observer that writes a drawn run down as a scenario in which
// everything that happened is said outright.
//
// In the scenario nothing is drawn any more. When each message arrived, and
// that it did not; when each record became durable; each crash with what it
// left, each lie with its words, each request at the moment when it was made:
// all of these are lines that can be taken away one by one. What is left of a
// drawn plan is what a node or the cluster is like: clocks, slow loops, limits.
//
// The scenario's run is close to the one that was watched, and seldom equal to
// the last event: a crash comes a nanosecond after the step in whose midst it
// struck, and what that step did not get to send is lost. Who needs the run for
// what it breaks has to look whether the scenario breaks it, too.

#ifndef DISTDB_SIM_SHRINK_SCRIBE_H_
#define DISTDB_SIM_SHRINK_SCRIBE_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/event.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/types.h"
#include "sim/choice.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/scenario/scenario.h"

namespace distdb::sim {

class Scribe : public Observer {
 public:
  // `plan`: of the run, outlives this.
  explicit Scribe(const Plan* plan);

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnFsync(Time at, NodeId node, Token token) override;

  // The scenario, without name and expectations. After the run, which ended at
  // `end`; `tape`: what was drawn in it.
  Scenario Written(const Tape& tape, Time end);

 private:
  // Messages that a rule can tell from others but for their number.
  struct Key {
    NodeId from;
    NodeId to;
    MessageKind kind;
    InstanceId instance;
    bool is_late = false;  // Sent after the healing.
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Stored {
    Token token;
    size_t rule = 0;  // In slow_fsyncs_.
  };
  // What a node is about to send to one peer.
  struct Unsent {
    NodeId to;
    Message message;
    Token barrier;  // 0: it leaves with its step.
  };
  struct Host {
    bool has_started = false;
    Time last_active{-1};
    Token last;     // Handed over.
    Token covered;  // By the last fsync that began.
    Time released{-1};
    std::vector<Stored> at_risk;  // Not durable yet, ascending.
    std::vector<Unsent> unsent;
    Time step_at{-1};
  };
  struct Lie {
    Time said;
    Time arrives;
    Say say;
  };

  Host& HostOf(NodeId node) { return hosts_[node.value()]; }
  void Act(Time at, Deed deed);
  Rule RuleFor(Time at, NodeId from, NodeId to, const Message& message);
  void NoteSent(Time at, const Passage& passage, const Message& message);
  void NoteRecords(NodeId node, const Effects& effects);
  void NoteUnsent(Time at, NodeId node, const Effects& effects);
  void BecomeDurable(Time at, NodeId node, Token token);
  void LoseUnsent(Time at, NodeId node);
  bool IsLossOfDisk(Time at, NodeId node) const;

  // Parts of Written.
  Duration CalmDelay() const;
  void CopyActions(Plan& plan) const;
  void AddLies(Duration calm_delay, Scenario& scenario);
  void AddDrawn(const Tape& tape, Plan& plan) const;
  // The name of a value with this digest; a new one where nobody knows the
  // value.
  Payload ValueOf(const InstanceId& id, const Digest& digest,
                  Scenario& scenario);
  void NameValue(const Payload& payload, Scenario& scenario);

  const Plan& plan_;
  std::vector<Host> hosts_;
  std::vector<Action> actions_;
  std::vector<Rule> rules_;
  std::map<Key, uint64_t> sent_;
  std::vector<SlowFsync> slow_fsyncs_;
  std::map<std::pair<NodeId, std::pair<RecordKind, std::optional<InstanceId>>>,
           uint64_t>
      stored_;
  std::vector<Lie> lies_;
  std::map<RequestId, Time> asked_;
  // By index into the plan's actions: how many records a LoseDisk left.
  std::map<size_t, uint64_t> kept_;
  // What correct origins proposed, and all values seen.
  std::map<InstanceId, Payload> proposals_;
  std::map<std::pair<InstanceId, Digest>, Payload> values_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_SCRIBE_H_
