#include "sim/hash_trail.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/describe_plan.h"

namespace distdb::sim {
namespace {

std::string EventText(const Event& event) {
  if (const Receive* receive = std::get_if<Receive>(&event)) {
    return absl::StrCat("receives ", MessageKindName(receive->message.kind),
                        " of ", Describe(receive->message.instance), " from ",
                        Describe(receive->from));
  }
  static constexpr absl::string_view kNames[] = {
      "ticks",          "receives",          "is asked",
      "has persisted",  "failed to persist", "has loaded",
      "failed to load", "has a peer up",     "has a peer down"};
  static_assert(std::size(kNames) == std::variant_size_v<Event>);
  return std::string(kNames[event.index()]);
}

}  // namespace

void HashTrail::OnStep(Time at, NodeId node, const Event& event,
                       const Effects& effects) {
  hash_.OnStep(at, node, event, effects);
  const bool is_told = first_ != nullptr && !difference_.has_value();
  Advance(at, node, is_told ? EventText(event) : "");
}

void HashTrail::OnStart(Time at, NodeId node,
                        absl::Span<const Record> records) {
  hash_.OnStart(at, node, records);
  Advance(at, node, "starts");
}

void HashTrail::OnCrash(Time at, NodeId node, Token lost_from) {
  hash_.OnCrash(at, node, lost_from);
  Advance(at, node, "crashes");
}

void HashTrail::Advance(Time at, NodeId node, absl::string_view what) {
  const size_t index = prefixes_.size();
  prefixes_.push_back(hash_.Prefix());
  if (first_ == nullptr || difference_.has_value()) return;
  const bool is_same = index < first_->prefixes_.size() &&
                       first_->prefixes_[index] == prefixes_[index];
  if (is_same) return;
  difference_ = absl::StrCat("event ", index + 1, " differs: at ",
                             DescribeTime(at.value()), " ", Describe(node), " ",
                             what, " in the second run");
}

std::optional<std::string> HashTrail::Difference() const {
  if (difference_.has_value() || first_ == nullptr) return difference_;
  if (first_->prefixes_.size() == prefixes_.size()) return std::nullopt;
  return absl::StrCat("the second run ends after event ", prefixes_.size(),
                      ", the first after event ", first_->prefixes_.size());
}

}  // namespace distdb::sim
