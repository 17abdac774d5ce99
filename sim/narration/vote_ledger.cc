#include "sim/narration/vote_ledger.h"

#include <cstddef>
#include <variant>

namespace distdb::sim {
namespace {

// Adds `voter` if it is its first vote of this phase.
void AddOnce(NodeSet& voted, NodeSet& votes, NodeId voter) {
  if (voted.Contains(voter)) return;
  voted.Insert(voter);
  votes.Insert(voter);
}

}  // namespace

VoteLedger::VoteLedger(const Quorums& quorums)
    : quorums_(quorums), books_(static_cast<size_t>(quorums.n)) {}

void VoteLedger::Count(Book& book, NodeId voter, MessageKind kind,
                       const InstanceId& id, const Digest& digest) {
  Votes& votes = book.instances[id];
  Tally& tally = votes.tallies[digest];
  switch (kind) {
    case MessageKind::kEcho:
      return AddOnce(votes.echoed, tally.echoes, voter);
    case MessageKind::kDelivered:
      AddOnce(votes.claimed, tally.claims, voter);
      return AddOnce(votes.readied, tally.readies, voter);
    case MessageKind::kReady:
      return AddOnce(votes.readied, tally.readies, voter);
    default:
      return;
  }
}

void VoteLedger::CountOwn(Book& book, NodeId node, const Record& record) {
  if (record.kind == RecordKind::kEcho) {
    Count(book, node, MessageKind::kEcho, record.instance, record.digest);
  } else if (record.kind == RecordKind::kReady) {
    Count(book, node, MessageKind::kReady, record.instance, record.digest);
  }
}

void VoteLedger::Explain(Book& book, const Record& record) {
  Votes& votes = book.instances[record.instance];
  const Tally& tally = votes.tallies[record.digest];
  if (record.kind == RecordKind::kReady) {
    votes.why_ready = tally.echoes.size() >= quorums_.echo
                          ? Reason{MessageKind::kEcho, tally.echoes}
                          : Reason{MessageKind::kReady, tally.readies};
  } else if (record.kind == RecordKind::kDelivered) {
    votes.why_delivered = tally.claims.size() >= quorums_.ready
                              ? Reason{MessageKind::kDelivered, tally.claims}
                              : Reason{MessageKind::kReady, tally.readies};
  }
}

void VoteLedger::OnStep(NodeId node, const Event& event,
                        const Effects& effects) {
  Book& book = books_[node.value()];
  if (const Receive* receive = std::get_if<Receive>(&event)) {
    Count(book, receive->from, receive->message.kind, receive->message.instance,
          receive->message.digest);
  }
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    while (!book.unsynced.empty() &&
           book.unsynced.front().token <= persisted->token) {
      CountOwn(book, node, book.unsynced.front());
      book.unsynced.pop_front();
    }
  }
  for (const Record& record : effects.persist) {
    if (!IsOfInstance(record.kind)) continue;
    book.unsynced.push_back(record);
    Explain(book, record);
  }
}

void VoteLedger::OnStart(NodeId node, absl::Span<const Record> records) {
  Book& book = books_[node.value()];
  book = Book();
  for (const Record& record : records) CountOwn(book, node, record);
}

std::vector<Record> VoteLedger::OnCrash(NodeId node, Token lost_from) {
  std::vector<Record> lost;
  for (const Record& record : books_[node.value()].unsynced) {
    if (lost_from != Token(0) && record.token >= lost_from) {
      lost.push_back(record);
    }
  }
  books_[node.value()] = Book();
  return lost;
}

std::optional<Reason> VoteLedger::WhyReady(NodeId node,
                                           const InstanceId& id) const {
  const Book& book = books_[node.value()];
  const auto found = book.instances.find(id);
  if (found == book.instances.end()) return std::nullopt;
  return found->second.why_ready;
}

std::optional<Reason> VoteLedger::WhyDelivered(NodeId node,
                                               const InstanceId& id) const {
  const Book& book = books_[node.value()];
  const auto found = book.instances.find(id);
  if (found == book.instances.end()) return std::nullopt;
  return found->second.why_delivered;
}

}  // namespace distdb::sim
