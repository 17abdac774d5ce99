#include "sim/checkers/window_respected.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {
namespace {

// Whether a receiver ignores it beyond its window.
bool NeedsSlot(MessageKind kind) {
  return kind == MessageKind::kSend || kind == MessageKind::kEcho ||
         kind == MessageKind::kReady || kind == MessageKind::kDelivered;
}

}  // namespace

void WindowRespected::OnState(Time at, NodeId node, const Event& event,
                              const Effects&, const Replica& replica) {
  const auto* receive = std::get_if<Receive>(&event);
  if (receive == nullptr || !NeedsSlot(receive->message.kind)) return;
  const InstanceId& id = receive->message.instance;
  // Most lie so low that no window excludes them.
  if (id.seq <= Seq(window_)) return;
  const NodeSet honest = population().honest;
  if (!honest.Contains(node) || !honest.Contains(receive->from)) return;
  const Seq end = replica.Watermark(id.origin) + window_;
  if (id.seq <= end) return;
  Report({.property = Property::kWindowRespected,
          .at = at,
          .nodes = NodeSet::Of(node).With(receive->from),
          .instance = id,
          .what = absl::StrCat(Describe(receive->from), " sends ",
                               MessageKindName(receive->message.kind), " of ",
                               Describe(id), " to ", Describe(node),
                               ", whose window ends at ", end.value())});
}

}  // namespace distdb::sim
