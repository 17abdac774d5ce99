#include "sim/checkers/describe.h"

#include "absl/strings/str_cat.h"

namespace distdb::sim {

std::string Describe(NodeId node) { return absl::StrCat("p", node.value()); }

std::string Describe(const InstanceId& instance) {
  return absl::StrCat("(", Describe(instance.origin), ", ",
                      instance.seq.value(), ")");
}

std::string Describe(NodeSet nodes) {
  std::string text = "{";
  for (const NodeId node : nodes) {
    if (text.size() > 1) text += ", ";
    text += Describe(node);
  }
  return text + "}";
}

}  // namespace distdb::sim
