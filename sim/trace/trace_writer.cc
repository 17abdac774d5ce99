#include "sim/trace/trace_writer.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/check.h"
#include "sim/checkers/describe.h"
#include "sim/trace/trace_lines.h"

namespace distdb::sim {
namespace {

std::optional<Digest> Copy(const Digest* digest) {
  if (digest == nullptr) return std::nullopt;
  return *digest;
}

}  // namespace

bool CanTrace(const Plan& plan) {
  // What a full disk refused is asked for again, which the specification does
  // not know.
  const bool fills = std::any_of(
      plan.actions.begin(), plan.actions.end(), [](const Action& action) {
        return std::holds_alternative<FullDisk>(action.deed);
      });
  return plan.config.mode == Mode::kBracha && !fills;
}

TraceWriter::TraceWriter(const Plan& plan, std::string run)
    : nodes_(plan.nodes()),
      liars_(plan.liars | plan.amnesiacs),
      epoch_(plan.config.epoch),
      window_(plan.config.window),
      policy_(plan.config.quorum_policy),
      run_(std::move(run)),
      node_states_(plan.nodes()) {
  DISTDB_CHECK(CanTrace(plan), "the caller asks first");
  const auto quorums = ComputeQuorums(nodes_, policy_);
  DISTDB_CHECK(quorums.ok(), "a plan has a cluster of a possible size");
  quorums_ = *quorums;
  for (Node& node : node_states_) {
    node.low.assign(nodes_, Seq(1));
    node.next = node.low;
  }
}

// --- Names ---

bool TraceWriter::IsWellFormed(const InstanceId& id) const {
  return id.epoch == epoch_ &&
         id.origin.value() < static_cast<uint32_t>(nodes_) && id.seq > Seq(0);
}

bool TraceWriter::IsTraced(const Message& message) const {
  return !TracedName(message.kind).empty() && IsWellFormed(message.instance);
}

Digest TraceWriter::DigestOf(const Message& message) const {
  if (CarriesDigest(message.kind)) return message.digest;
  return digester_.Compute(message.instance, message.payload.bytes());
}

TraceWriter::History& TraceWriter::HistoryOf(const InstanceId& id) {
  History& history = histories_[id];
  if (history.locals.empty()) history.locals.resize(nodes_);
  return history;
}

std::string TraceWriter::Name(History& history,
                              const std::optional<Digest>& digest) {
  if (!digest.has_value()) return "";
  const auto found =
      std::find(history.digests.begin(), history.digests.end(), *digest);
  const auto index = static_cast<size_t>(found - history.digests.begin());
  if (found == history.digests.end()) history.digests.push_back(*digest);
  return DigestName(index);
}

// --- Steps ---

void TraceWriter::OnStep(Time, NodeId node, const Event& event,
                         const Effects& effects) {
  if (liars_.Contains(node)) return;
  Node& state = node_states_[node.value()];
  AsksByInstance asks = CollectAsks(node, effects);
  WriteUnasked(node, event, effects);
  if (const auto* receive = std::get_if<Receive>(&event)) {
    HandleReceive(node, *receive, asks);
  } else if (const auto* persisted = std::get_if<Persisted>(&event)) {
    HandlePersisted(node, persisted->token, effects, asks);
  } else if (std::holds_alternative<Tick>(event) && state.resumes) {
    state.resumes = false;
    HandleResume(node, asks);
  }
  HandleRest(node, asks);
  WriteSaid(node, effects.send, /*at_once=*/true);
  WriteSaid(node, effects.send_after_persist, /*at_once=*/false);
  for (const Record& record : effects.persist) {
    if (!IsOfInstance(record.kind)) continue;
    state.pending.push_back(record);
    state.pending.back().payload = Payload();
  }
}

void TraceWriter::WriteUnasked(NodeId node, const Event& event,
                               const Effects& effects) {
  if (effects.delivered.empty()) return;
  size_t durable = 0;
  if (const auto* persisted = std::get_if<Persisted>(&event)) {
    for (const Record& record : node_states_[node.value()].pending) {
      if (record.token > persisted->token) break;
      if (record.kind == RecordKind::kDelivered) ++durable;
    }
  }
  for (size_t i = durable; i < effects.delivered.size(); ++i) {
    WriteDelivery(node, effects.delivered[i]);
  }
}

TraceWriter::AsksByInstance TraceWriter::CollectAsks(NodeId node,
                                                     const Effects& effects) {
  AsksByInstance asks;
  std::vector<Seq>& next = node_states_[node.value()].next;
  for (const Record& record : effects.persist) {
    if (!IsOfInstance(record.kind)) continue;
    Asks& of = asks[record.instance];
    if (record.kind == RecordKind::kEcho) of.echo = record.digest;
    if (record.kind == RecordKind::kReady) of.ready = record.digest;
    if (record.kind != RecordKind::kDelivered) continue;
    Seq& turn = next[record.instance.origin.value()];
    of.delivered = record.digest;
    of.in_turn = record.instance.seq == turn;
    turn = record.instance.seq + 1;
  }
  return asks;
}

void TraceWriter::HandleReceive(NodeId node, const Receive& receive,
                                AsksByInstance& asks) {
  const Message& message = receive.message;
  if (!IsTraced(message)) return;
  const InstanceId& id = message.instance;
  const Handler handler{.event = TracedName(message.kind),
                        .node = node,
                        .from = receive.from,
                        .instance = id,
                        .digest = DigestOf(message)};
  const Seq low = node_states_[node.value()].low[id.origin.value()];
  if (id.seq >= low && id.seq - low >= window_) {
    // Beyond the window. A liar may name any instance: none begins by that.
    if (histories_.contains(id)) Write(handler, false, asks);
    return;
  }
  Local& local = HistoryOf(id).locals[node.value()];
  bracha::Outcome outcome;
  if (id.seq >= low) {
    bracha::Instance& instance = local.instance;
    if (message.kind == MessageKind::kEcho) {
      outcome = instance.HandleEcho(quorums_, receive.from, message.digest);
    } else if (message.kind == MessageKind::kReady) {
      outcome = instance.HandleReady(quorums_, receive.from, message.digest);
    } else if (message.kind == MessageKind::kDelivered) {
      outcome =
          instance.HandleDelivered(quorums_, receive.from, message.digest);
    } else if (message.kind == MessageKind::kSend && asks.contains(id) &&
               asks[id].echo.has_value()) {
      instance.HandleSend(handler.digest);
    }
  }
  // The replica reports the first few conflicts of a liar, and not all.
  Write(handler, outcome.conflict != nullptr, asks);
}

void TraceWriter::HandlePersisted(NodeId node, Token token,
                                  const Effects& effects,
                                  AsksByInstance& asks) {
  Node& state = node_states_[node.value()];
  size_t finished = 0;
  while (!state.pending.empty() && state.pending.front().token <= token) {
    const Record record = std::move(state.pending.front());
    state.pending.pop_front();
    if (record.kind == RecordKind::kDelivered) {
      if (finished == effects.delivered.size()) continue;
      WriteDelivery(node, effects.delivered[finished++]);
      continue;
    }
    const bool is_echo = record.kind == RecordKind::kEcho;
    Local& local = HistoryOf(record.instance).locals[node.value()];
    (is_echo ? local.durable.echo : local.durable.ready) = record.digest;
    if (!local.durable.delivered.has_value()) {
      if (is_echo) {
        local.instance.HandleEcho(quorums_, node, record.digest);
      } else {
        local.instance.HandleReady(quorums_, node, record.digest);
      }
    }
    // A step that counts both votes acts on the state after the second.
    AsksByInstance none;
    const bool more = std::any_of(
        state.pending.begin(), state.pending.end(), [&](const Record& later) {
          return later.token <= token && later.instance == record.instance &&
                 later.kind == RecordKind::kReady;
        });
    Write({.event = is_echo ? "own_echo" : "own_ready",
           .node = node,
           .from = node,
           .instance = record.instance,
           .digest = record.digest},
          false, more ? none : asks);
  }
}

void TraceWriter::HandleResume(NodeId node, AsksByInstance& asks) {
  for (auto& [id, history] : histories_) {
    Local& local = history.locals[node.value()];
    const Durable& durable = local.durable;
    if (durable.delivered.has_value()) continue;
    if (!durable.echo.has_value() && !durable.ready.has_value()) continue;
    local.instance.Resume(quorums_);
    Write({.event = "resume",
           .node = node,
           .from = node,
           .instance = id,
           .digest = {}},
          false, asks);
  }
}

void TraceWriter::HandleRest(NodeId node, AsksByInstance& asks) {
  while (!asks.empty()) {
    const InstanceId id = asks.begin()->first;
    const Asks& of = asks.begin()->second;
    const bool proposes = of.echo.has_value() && id.origin == node;
    Handler handler{.event = proposes ? "propose" : "decide",
                    .node = node,
                    .from = node,
                    .instance = id,
                    .digest = {}};
    if (proposes) {
      handler.digest = *of.echo;
      HistoryOf(id).locals[node.value()].instance.HandleSend(*of.echo);
    }
    Write(handler, false, asks);
  }
}

void TraceWriter::Write(const Handler& handler, bool conflict,
                        AsksByInstance& asks) {
  const InstanceId& id = handler.instance;
  History& history = HistoryOf(id);
  const Local& local = history.locals[handler.node.value()];
  const bracha::Instance& instance = local.instance;
  // What was delivered before a restart has no Instance any more.
  const std::optional<Digest> decided = local.durable.delivered.has_value()
                                            ? local.durable.delivered
                                            : Copy(instance.decided());
  Asks asked;
  const Node& node = node_states_[handler.node.value()];
  asked.in_turn = id.seq == node.next[id.origin.value()];
  if (const auto found = asks.find(id); found != asks.end()) {
    const bool has_turn = asked.in_turn;
    asked = found->second;
    if (!asked.delivered.has_value()) asked.in_turn = has_turn;
    asks.erase(found);
  }
  const Seq low = node.low[id.origin.value()];
  const bool in_window = id.seq < low || id.seq - low < window_;
  const bool names_digest =
      handler.event != "resume" && handler.event != "decide";
  std::optional<std::string> digest;
  if (names_digest) digest = Name(history, handler.digest);
  const bool asks_nothing = !asked.echo.has_value() &&
                            !asked.ready.has_value() &&
                            !asked.delivered.has_value();
  if (!in_window && asks_nothing) {
    history.lines += TraceLine(PassageLine{.event = "drop",
                                           .node = handler.node,
                                           .from = handler.from,
                                           .digest = digest.value_or(""),
                                           .kind = handler.event,
                                           .why = "window"});
    return;
  }
  // In the order of the text, which is that of the names.
  HandlerLine line{.event = handler.event,
                   .node = handler.node,
                   .from = handler.from,
                   .digest = digest,
                   .turn = asked.in_turn,
                   .conflict = conflict};
  line.asks_echo = Name(history, asked.echo);
  line.asks_ready = Name(history, asked.ready);
  line.asks_delivered = Name(history, asked.delivered);
  line.echoed = Name(history, Copy(instance.echoed()));
  line.readied = Name(history, Copy(instance.readied()));
  line.decided = Name(history, decided);
  history.lines += TraceLine(line);
}

void TraceWriter::WriteDelivery(NodeId node, const Delivery& delivery) {
  const InstanceId& id = delivery.instance;
  History& history = HistoryOf(id);
  Seq& low = node_states_[node.value()].low[id.origin.value()];
  // What is handed over is the payload: its digest, not the record's word.
  const Digest digest = digester_.Compute(id, delivery.payload.bytes());
  history.lines += TraceLine(DeliverLine{
      .node = node, .digest = Name(history, digest), .turn = id.seq == low});
  low = id.seq + 1;
  history.locals[node.value()].durable.delivered = delivery.digest;
}

void TraceWriter::WriteSaid(NodeId node, const std::vector<Envelope>& envelopes,
                            bool at_once) {
  const Message* last = nullptr;
  for (const Envelope& envelope : envelopes) {
    const Message& message = envelope.message;
    if (!IsTraced(message)) continue;
    const bool is_same = last != nullptr && last->kind == message.kind &&
                         last->instance == message.instance;
    last = &message;
    if (is_same) continue;
    History& history = HistoryOf(message.instance);
    history.lines +=
        TraceLine(SayLine{.node = node,
                          .kind = TracedName(message.kind),
                          .digest = Name(history, DigestOf(message)),
                          .at_once = at_once});
  }
}

// --- The network, and restarts ---

void TraceWriter::OnPassage(Time, const Passage& passage,
                            const Message& message) {
  if (passage.fate == Fate::kSent || passage.fate == Fate::kReceived) return;
  if (!IsTraced(message) || liars_.Contains(passage.to)) return;
  const auto found = histories_.find(message.instance);
  if (found == histories_.end()) return;
  History& history = found->second;
  const bool is_copy = passage.fate == Fate::kDuplicated;
  history.lines +=
      TraceLine(PassageLine{.event = is_copy ? "dup" : "drop",
                            .node = passage.to,
                            .from = passage.from,
                            .digest = Name(history, DigestOf(message)),
                            .kind = TracedName(message.kind),
                            .why = FateName(passage.fate)});
}

void TraceWriter::OnCrash(Time, NodeId node, Token lost_from) {
  if (liars_.Contains(node)) return;
  Node& state = node_states_[node.value()];
  for (const Record& record : state.pending) {
    if (lost_from != Token(0) && record.token >= lost_from) break;
    Durable& durable = HistoryOf(record.instance).locals[node.value()].durable;
    (record.kind == RecordKind::kEcho    ? durable.echo
     : record.kind == RecordKind::kReady ? durable.ready
                                         : durable.delivered) = record.digest;
  }
  state.pending.clear();
  for (auto& [id, history] : histories_) {
    WriteDisk("crash", node, history);
  }
}

void TraceWriter::WriteDisk(absl::string_view event, NodeId node,
                            History& history) {
  const Durable& durable = history.locals[node.value()].durable;
  DiskLine line{.event = event, .node = node};
  line.echo = Name(history, durable.echo);
  line.ready = Name(history, durable.ready);
  line.delivered = Name(history, durable.delivered);
  history.lines += TraceLine(line);
}

void TraceWriter::OnStart(Time, NodeId node, absl::Span<const Record> records) {
  if (liars_.Contains(node)) return;
  Node& state = node_states_[node.value()];
  state.low.assign(nodes_, Seq(1));
  state.resumes = true;
  std::map<InstanceId, Durable> found;
  for (const Record& record : records) {
    if (!IsWellFormed(record.instance) || !IsOfInstance(record.kind)) continue;
    HistoryOf(record.instance);
    Durable& durable = found[record.instance];
    if (record.kind == RecordKind::kEcho) durable.echo = record.digest;
    if (record.kind == RecordKind::kReady) durable.ready = record.digest;
    if (record.kind != RecordKind::kDelivered) continue;
    durable.delivered = record.digest;
    state.low[record.instance.origin.value()] = record.instance.seq + 1;
  }
  state.next = state.low;
  // A node that joins is as it would be had it been there all the time.
  if (!std::exchange(state.has_started, true)) return;
  for (auto& [id, history] : histories_) {
    Local& local = history.locals[node.value()];
    local = {.instance = {}, .durable = found[id]};
    const Durable& durable = local.durable;
    if (durable.echo) local.instance.RestoreEcho(node, *durable.echo);
    if (durable.ready) local.instance.RestoreReady(node, *durable.ready);
    WriteDisk("restart", node, history);
  }
}

// --- The text ---

std::string TraceWriter::Text() const {
  std::string text;
  for (const auto& [id, history] : histories_) {
    text += TraceLine(ResetLine{.run = run_,
                                .instance = Describe(id),
                                .nodes = nodes_,
                                .origin = id.origin,
                                .liars = liars_,
                                .policy = policy_});
    text += history.lines;
  }
  return text;
}

}  // namespace distdb::sim
