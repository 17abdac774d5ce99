// VoteLedger: which votes each replica has counted, so that a narrator can say
// why one sent READY and why one delivered. It recounts what the replicas see,
// by the rules of core/bracha/instance.h.

#ifndef DISTDB_SIM_NARRATION_VOTE_LEDGER_H_
#define DISTDB_SIM_NARRATION_VOTE_LEDGER_H_

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/quorum.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

// "These nodes' votes of that kind were enough."
struct Reason {
  MessageKind votes = MessageKind::kEcho;
  NodeSet of;
};

class VoteLedger {
 public:
  explicit VoteLedger(const Quorums& quorums);

  // To be called with everything that the observer is told.
  void OnStep(NodeId node, const Event& event, const Effects& effects);
  void OnStart(NodeId node, absl::Span<const Record> records);
  // What the crash took back, in the order in which it was written.
  std::vector<Record> OnCrash(NodeId node, Token lost_from);

  // Why `node` decided to send READY, or to deliver; nothing if it is not
  // known (a vote from before a restart).
  std::optional<Reason> WhyReady(NodeId node, const InstanceId& id) const;
  std::optional<Reason> WhyDelivered(NodeId node, const InstanceId& id) const;

 private:
  struct Tally {
    NodeSet echoes;
    NodeSet readies;
    NodeSet claims;
  };
  struct Votes {
    std::map<Digest, Tally> tallies;
    // Who has voted at all; a second vote of a phase does not count.
    NodeSet echoed;
    NodeSet readied;
    NodeSet claimed;
    std::optional<Reason> why_ready;
    std::optional<Reason> why_delivered;
  };
  struct Book {
    std::map<InstanceId, Votes> instances;
    std::deque<Record> unsynced;
  };

  void Count(Book& book, NodeId voter, MessageKind kind, const InstanceId& id,
             const Digest& digest);
  void CountOwn(Book& book, NodeId node, const Record& record);
  void Explain(Book& book, const Record& record);

  Quorums quorums_;
  std::vector<Book> books_;  // By node.
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_VOTE_LEDGER_H_
