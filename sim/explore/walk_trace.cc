#include "sim/explore/walk_trace.h"

#include <array>

#include "core/bracha/instance.h"
#include "core/check.h"
#include "sim/explore/local_states.h"
#include "sim/trace/trace_lines.h"

namespace distdb::sim::explore {
namespace {

struct Node {
  bracha::Instance instance;
  bool asked_delivery = false;
};

std::string NameOf(const Digest* digest) {
  return digest == nullptr ? ""
                           : DigestName(static_cast<size_t>(ValueOf(digest)));
}

// One node handles one input; its own votes follow, each when it is durable.
class Handling {
 public:
  Handling(const Model& model, NodeId self, Node& node, std::string& text)
      : model_(model), self_(self), node_(node), text_(text) {}

  void Take(const Input& input) {
    const Digest digest = DigestOf(input.value);
    const bool is_own = input.from == self_;
    bracha::Outcome outcome;
    HandlerLine line{.node = self_,
                     .from = input.from,
                     .digest = DigestName(static_cast<size_t>(input.value))};
    switch (input.kind) {
      case InputKind::kSend:
        line.event = "send";
        line.from = model_.origin;
        outcome = node_.instance.HandleSend(digest);
        break;
      case InputKind::kEcho:
        line.event = is_own ? "own_echo" : "echo";
        outcome = node_.instance.HandleEcho(model_.quorums, input.from, digest);
        break;
      case InputKind::kReady:
        line.event = is_own ? "own_ready" : "ready";
        outcome =
            node_.instance.HandleReady(model_.quorums, input.from, digest);
        break;
      default:
        DISTDB_CHECK(false, "schedules have neither DELIVERED nor restarts");
    }
    Write(line, outcome);
    // The pointers do not outlive the next handler.
    const int echo = ValueOf(outcome.echo);
    const int ready = ValueOf(outcome.ready);
    if (echo != kNoValue) Take({InputKind::kEcho, self_, echo});
    if (ready != kNoValue) Take({InputKind::kReady, self_, ready});
  }

 private:
  void Write(HandlerLine& line, const bracha::Outcome& outcome) {
    const Digest* echoed = node_.instance.echoed();
    const Digest* decided = node_.instance.decided();
    // The payload is that of the ECHO: without it nothing is delivered.
    if (!node_.asked_delivery && decided != nullptr && echoed != nullptr &&
        *decided == *echoed) {
      node_.asked_delivery = true;
      line.asks_delivered = NameOf(decided);
    }
    line.asks_echo = NameOf(outcome.echo);
    line.asks_ready = NameOf(outcome.ready);
    line.conflict = outcome.conflict != nullptr;
    line.echoed = NameOf(echoed);
    line.readied = NameOf(node_.instance.readied());
    line.decided = NameOf(decided);
    text_ += TraceLine(line);
  }

  const Model& model_;
  const NodeId self_;
  Node& node_;
  std::string& text_;
};

}  // namespace

std::string TraceOf(const Model& model, QuorumPolicy policy, const Walk& walk,
                    absl::string_view run) {
  DISTDB_CHECK(model.syncs_at_once && model.liars.Contains(model.origin),
               "such a model has traces");
  std::string text = TraceLine(ResetLine{.run = run,
                                         .instance = "0:1",
                                         .nodes = model.quorums.n,
                                         .origin = model.origin,
                                         .liars = model.liars,
                                         .policy = policy});
  std::array<Node, kModelNodesMax> nodes;
  for (const Step& step : walk.steps) {
    Handling(model, step.node, nodes[step.node.value()], text).Take(step.input);
  }
  return text;
}

}  // namespace distdb::sim::explore
