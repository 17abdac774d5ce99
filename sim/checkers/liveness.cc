#include "sim/checkers/liveness.h"

#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {

void Liveness::OnStep(Time, NodeId node, const Event& event, const Effects&) {
  const Request* request = std::get_if<Request>(&event);
  if (request == nullptr || !population().correct.Contains(node)) return;
  const bool is_write = std::holds_alternative<Write>(request->command);
  waiting_[{node, request->request}] = healed_ && is_write;
}

void Liveness::OnReply(Time, NodeId node, const Reply& reply) {
  const auto found = waiting_.find({node, reply.request});
  if (found == waiting_.end()) return;
  // A write after the healing is asked again until it succeeds.
  const bool is_excused =
      absl::IsResourceExhausted(reply.status) && is_held_back_(node);
  if (found->second && !reply.status.ok()) {
    if (!is_excused) return;
    ++excused_;
  }
  waiting_.erase(found);
}

void Liveness::OnCrash(Time, NodeId node, Token) {
  // Its clients have lost their connection, which is an answer, too.
  const auto begin = waiting_.lower_bound({node, RequestId(0)});
  const auto end = waiting_.lower_bound({node + 1, RequestId(0)});
  waiting_.erase(begin, end);
}

void Liveness::Finish(Time at) {
  if (waiting_.empty()) return;
  const auto& [key, must_succeed] = *waiting_.begin();
  const auto& [node, request] = key;
  Report(
      {.property = Property::kLiveness,
       .at = at,
       .nodes = NodeSet::Of(node),
       .instance = std::nullopt,
       .what = absl::StrCat(
           "request ", request.value(), " at ", Describe(node),
           must_succeed ? ", a write after the healing, was never answered OK"
                        : " was never answered")});
}

}  // namespace distdb::sim
