#include "sim/shape.h"

#include "absl/strings/str_cat.h"

namespace distdb::sim {

absl::string_view ModeName(Mode mode) {
  switch (mode) {
    case Mode::kBroadcast:
      return "broadcast";
    case Mode::kBracha:
      return "bracha";
  }
  return "?";
}

absl::string_view QuorumPolicyName(QuorumPolicy policy) {
  switch (policy) {
    case QuorumPolicy::kSafe:
      return "safe";
    case QuorumPolicy::kNMinus2F:
      return "n_minus_2f";
  }
  return "?";
}

std::optional<int> LiarsOf(const Shape& shape, int nodes) {
  if (!shape.liars_above_f.has_value()) return shape.liars;
  return FaultBudget(nodes) + *shape.liars_above_f;
}

std::string ShapeFlags(const Shape& shape) {
  std::string flags;
  if (shape.mode.has_value()) {
    absl::StrAppend(&flags, " --mode=", ModeName(*shape.mode));
  }
  if (shape.nodes.has_value()) {
    absl::StrAppend(&flags, " --nodes=", *shape.nodes);
  }
  if (shape.liars.has_value()) {
    absl::StrAppend(&flags, " --liars=", *shape.liars);
  }
  if (shape.liars_above_f.has_value()) {
    const int above = *shape.liars_above_f;
    absl::StrAppend(&flags, " --liars=f");
    if (above > 0) absl::StrAppend(&flags, "+", above);
  }
  if (shape.quorum_policy != QuorumPolicy::kSafe) {
    absl::StrAppend(&flags,
                    " --quorum_policy=", QuorumPolicyName(shape.quorum_policy));
  }
  if (shape.wire) absl::StrAppend(&flags, " --wire");
  if (!shape.rare_events) absl::StrAppend(&flags, " --rare_events=false");
  if (!shape.mutant.empty()) {
    absl::StrAppend(&flags, " --mutant=", shape.mutant);
  }
  for (const Property claim : shape.claims) {
    absl::StrAppend(&flags, " --claim=", PropertyName(claim));
  }
  return flags;
}

}  // namespace distdb::sim
