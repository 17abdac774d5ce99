#include "sim/explore/renamings.h"

#include <algorithm>

namespace distdb::sim::explore {
namespace {

// All orders of `nodes`, as lists of what each is called.
std::vector<std::vector<uint32_t>> Orders(NodeSet nodes) {
  std::vector<uint32_t> order;
  for (const NodeId node : nodes) order.push_back(node.value());
  std::vector<std::vector<uint32_t>> orders;
  do {
    orders.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

void Assign(NodeSet nodes, const std::vector<uint32_t>& order,
            Renaming& renaming) {
  size_t i = 0;
  for (const NodeId node : nodes) renaming.node[node.value()] = order[i++];
}

}  // namespace

std::vector<Renaming> AllRenamings(const Model& model) {
  const NodeSet correct = model.correct().Without(model.origin);
  const NodeSet liars = model.liars.Without(model.origin);
  std::vector<Renaming> renamings;
  for (const auto& correct_order : Orders(correct)) {
    for (const auto& liar_order : Orders(liars)) {
      for (const int first : {0, 1}) {
        Renaming renaming;
        renaming.node[model.origin.value()] = model.origin.value();
        Assign(correct, correct_order, renaming);
        Assign(liars, liar_order, renaming);
        renaming.value = {first, 1 - first};
        renamings.push_back(renaming);
      }
    }
  }
  return renamings;
}

}  // namespace distdb::sim::explore
