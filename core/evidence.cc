#include "core/evidence.h"

#include <algorithm>

#include "core/check.h"

namespace distdb {

size_t Evidence::IndexOf(NodeId node, FaultKind kind) const {
  const size_t kinds = std::size(kAllFaultKinds);
  const size_t place = static_cast<size_t>(kind) - 1;
  const size_t index = node.value() * kinds + place;
  DISTDB_CHECK(place < kinds && index < accounts_.size(),
               "a fault names a member and a kind");
  return index;
}

bool Evidence::Note(const Fault& fault) {
  Account& account = accounts_[IndexOf(fault.node, fault.kind)];
  ++account.count;
  std::vector<Fault>& proofs = account.proofs;
  const bool is_known =
      std::find(proofs.begin(), proofs.end(), fault) != proofs.end();
  if (is_known || proofs.size() >= kProofsMax) return false;
  proofs.push_back(fault);
  ++proofs_;
  return true;
}

void Evidence::Sift(std::vector<Fault>& faults) {
  std::erase_if(faults, [this](const Fault& fault) { return !Note(fault); });
}

uint64_t Evidence::Count(NodeId node) const {
  uint64_t count = 0;
  for (const FaultKind kind : kAllFaultKinds) count += Count(node, kind);
  return count;
}

}  // namespace distdb
