#include "sim/checkers/read_your_writes.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {
namespace {

Dot AtLeast(const Command& command) {
  if (const Get* get = std::get_if<Get>(&command)) return get->at_least;
  if (const List* list = std::get_if<List>(&command)) return list->at_least;
  return {};
}

}  // namespace

void ReadYourWrites::OnStep(Time, NodeId node, const Event& event,
                            const Effects& effects) {
  delivered_.Raise(node, effects);
  const Request* request = std::get_if<Request>(&event);
  if (request == nullptr) return;
  const Dot at_least = AtLeast(request->command);
  if (at_least.seq != Seq(0)) asked_[{node, request->request}] = at_least;
}

void ReadYourWrites::OnStart(Time, NodeId node,
                             absl::Span<const Record> records) {
  delivered_.Recover(node, records);
}

void ReadYourWrites::OnReply(Time at, NodeId node, const Reply& reply) {
  const auto found = asked_.find({node, reply.request});
  if (found == asked_.end()) return;
  const Dot dot = found->second;
  asked_.erase(found);
  if (!reply.status.ok()) return;
  if (delivered_.Of(node, dot.origin) >= dot.seq) return;
  const InstanceId id{Epoch(1), dot.origin, dot.seq};
  Report({.property = Property::kReadYourWrites,
          .at = at,
          .nodes = NodeSet::Of(node),
          .instance = id,
          .what = absl::StrCat(Describe(node),
                               " answered a read that asked "
                               "for ",
                               Describe(id), " without having delivered it")});
}

}  // namespace distdb::sim
