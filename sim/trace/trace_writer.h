// TraceWriter: an observer that writes a run as the specification sees it, for
// //spec:validate. spec/TRACES.md is the format.
//
// The specification knows one instance, so a run becomes one history per
// instance, each begun by a `reset`: what happened to that instance at every
// honest node, one line per handler. What a node asked for, said and delivered
// is taken from its effects; who voted, and what became durable, from its
// events. Beside them stands the state of an Instance that is fed the same.
//
// Only mode bracha has instances, and runs in which a disk is full are not
// traced: see CanTrace. Amnesiacs are liars to the specification, which says
// nothing of them. The text is about 200 bytes per handler, and is kept in
// memory until the run has ended; WriteTrace puts it into a file.

#ifndef DISTDB_SIM_TRACE_TRACE_WRITER_H_
#define DISTDB_SIM_TRACE_TRACE_WRITER_H_

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/bracha/instance.h"
#include "core/digest.h"
#include "core/quorum.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

// Whether runs of this plan have anything that can be traced.
bool CanTrace(const Plan& plan);

class TraceWriter : public Observer {
 public:
  // Requires CanTrace(plan). `run` names the run in every `reset`.
  TraceWriter(const Plan& plan, std::string run);

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;

  // The whole trace, when the run has ended.
  std::string Text() const;

 private:
  // What one node's disk holds of an instance.
  struct Durable {
    std::optional<Digest> echo;
    std::optional<Digest> ready;
    std::optional<Digest> delivered;
  };
  struct Local {
    bracha::Instance instance;
    Durable durable;
  };
  struct History {
    std::vector<Digest> digests;  // a, b, … in order of first appearance.
    std::vector<Local> locals;    // By node.
    std::string lines;
  };
  struct Node {
    std::deque<Record> pending;  // Asked for, not known to be durable.
    std::vector<Seq> low;        // By origin: what is delivered next.
    std::vector<Seq> next;       // By origin: whose record is asked for next.
    bool has_started = false;
    bool resumes = false;  // The next Tick takes up what the disk has.
  };
  // What a step asks to make durable in one instance.
  struct Asks {
    std::optional<Digest> echo;
    std::optional<Digest> ready;
    std::optional<Digest> delivered;
    bool in_turn = false;
  };
  // One handler of one instance at one node, before it is written.
  struct Handler {
    absl::string_view event;
    NodeId node;
    NodeId from;
    InstanceId instance;
    Digest digest;
  };
  using AsksByInstance = std::map<InstanceId, Asks>;

  bool IsWellFormed(const InstanceId& id) const;
  // Messages that the specification knows, in instances that exist.
  bool IsTraced(const Message& message) const;
  Digest DigestOf(const Message& message) const;
  History& HistoryOf(const InstanceId& id);
  static std::string Name(History& history,
                          const std::optional<Digest>& digest);

  AsksByInstance CollectAsks(NodeId node, const Effects& effects);
  // Deliveries of which no record is durable: before what this step asks for,
  // so that the specification sees that they come too early.
  void WriteUnasked(NodeId node, const Event& event, const Effects& effects);
  void HandleReceive(NodeId node, const Receive& receive, AsksByInstance& asks);
  void HandlePersisted(NodeId node, Token token, const Effects& effects,
                       AsksByInstance& asks);
  void HandleResume(NodeId node, AsksByInstance& asks);
  // What no handler above accounts for: proposals, and deliveries whose turn
  // has come.
  void HandleRest(NodeId node, AsksByInstance& asks);
  void Write(const Handler& handler, bool conflict, AsksByInstance& asks);
  // A `crash` or a `restart` of `node`, with what its disk has.
  static void WriteDisk(absl::string_view event, NodeId node, History& history);
  void WriteDelivery(NodeId node, const Delivery& delivery);
  void WriteSaid(NodeId node, const std::vector<Envelope>& envelopes,
                 bool at_once);

  const int nodes_;
  const NodeSet liars_;
  const Epoch epoch_;
  const uint64_t window_;
  const QuorumPolicy policy_;
  const std::string run_;
  Quorums quorums_;
  StandInDigester digester_;
  std::vector<Node> node_states_;
  std::map<InstanceId, History> histories_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_TRACE_TRACE_WRITER_H_
