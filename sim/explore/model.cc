#include "sim/explore/model.h"

#include "absl/strings/str_cat.h"

namespace distdb::sim::explore {

std::string Describe(NodeId node, const Input& input) {
  const std::string self = absl::StrCat("p", node.value());
  const std::string from = absl::StrCat("p", input.from.value());
  const char* value = input.value == 0 ? " a" : " b";
  const bool is_own = input.from == node;
  switch (input.kind) {
    case InputKind::kEcho:
      if (is_own) return absl::StrCat(self, "'s ECHO", value, " is durable");
      return absl::StrCat(self, " counts ECHO", value, " of ", from);
    case InputKind::kReady:
      if (is_own) return absl::StrCat(self, "'s READY", value, " is durable");
      return absl::StrCat(self, " counts READY", value, " of ", from);
    case InputKind::kDelivered:
      return absl::StrCat(self, " counts DELIVERED", value, " of ", from);
    case InputKind::kSend:
      return absl::StrCat(self, " takes the origin's SEND", value);
    case InputKind::kRestart:
      return absl::StrCat(self, " restarts");
  }
  return "?";
}

}  // namespace distdb::sim::explore
