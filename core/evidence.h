// Evidence: which peers have been proven to lie, how often, and by what.
//
// A liar may repeat itself without end. So each misdeed is counted, but kept
// and reported are only the first kProofsMax different ones per peer and kind:
// one is enough to convict, a few show a person what the peer does. What was
// reported before is known to whoever reads reports; a count goes on. Counts
// begin anew with each start of the node.
//
// Bounded: at most kProofsMax faults per peer and kind are held, whatever the
// peers send.

#ifndef DISTDB_CORE_EVIDENCE_H_
#define DISTDB_CORE_EVIDENCE_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/types/span.h"
#include "core/fault.h"
#include "core/fields.h"
#include "core/types.h"

namespace distdb {

class Evidence {
 public:
  static constexpr size_t kProofsMax = 4;

  explicit Evidence(int nodes) : accounts_(nodes * std::size(kAllFaultKinds)) {}

  // Counts each of `faults` and takes those out that need no report. Requires
  // that each names a member and a kind that there is.
  void Sift(std::vector<Fault>& faults);

  // How often `node` has been proven to do this.
  uint64_t Count(NodeId node, FaultKind kind) const {
    return accounts_[IndexOf(node, kind)].count;
  }
  // The same for all kinds together.
  uint64_t Count(NodeId node) const;
  // The first different ones. Valid until the next Sift.
  absl::Span<const Fault> Proofs(NodeId node, FaultKind kind) const {
    return accounts_[IndexOf(node, kind)].proofs;
  }

  // How much is held, and at most, by a table for so many nodes.
  size_t Bytes() const {
    return accounts_.size() * sizeof(Account) + proofs_ * sizeof(Fault);
  }
  static constexpr size_t BytesMax(size_t nodes) {
    return nodes * std::size(kAllFaultKinds) *
           (sizeof(Account) + kProofsMax * sizeof(Fault));
  }

  // See fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(InPlace{accounts_}, proofs_);
  }

 private:
  struct Account {
    uint64_t count = 0;
    std::vector<Fault> proofs;

    template <typename Archive>
    void Fields(Archive& archive) {
      archive(count, proofs);
    }
  };

  // Of an account. Requires that the member and the kind exist.
  size_t IndexOf(NodeId node, FaultKind kind) const;
  // Returns whether it is kept, and thus to be reported.
  bool Note(const Fault& fault);

  std::vector<Account> accounts_;  // By node, then by kind.
  size_t proofs_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_CORE_EVIDENCE_H_
