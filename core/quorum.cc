#include "core/quorum.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/mutant.h"
#include "core/node_set.h"

namespace distdb {

absl::StatusOr<Quorums> ComputeQuorums(int n, QuorumPolicy policy) {
  if (n < 1 || n > kNodesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a cluster of ", n, " nodes: give between 1 and ", kNodesMax));
  }
  const int f = FaultBudget(n);
  const int echo =
      policy == QuorumPolicy::kNMinus2F ? n - 2 * f : (n + f) / 2 + 1;
  Quorums quorums{
      .n = n, .f = f, .echo = echo, .ready = f + 1, .deliver = 2 * f + 1};
  if (Mutated(Mutant::kReadyPerValue)) quorums.echo = n - 2 * f;
  if (Mutated(Mutant::kEchoQuorumLow)) --quorums.echo;
  if (Mutated(Mutant::kEchoQuorumHigh)) ++quorums.echo;
  if (Mutated(Mutant::kReadyQuorumLow)) --quorums.ready;
  if (Mutated(Mutant::kReadyQuorumHigh)) ++quorums.ready;
  if (Mutated(Mutant::kDeliverQuorumLow)) --quorums.deliver;
  if (Mutated(Mutant::kDeliverQuorumHigh)) ++quorums.deliver;
  return quorums;
}

}  // namespace distdb
