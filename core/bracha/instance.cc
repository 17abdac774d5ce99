#include "core/bracha/instance.h"

#include "core/always_inline.h"
#include "core/check.h"
#include "core/mutant.h"

namespace distdb::bracha {
namespace {

// Planted: whether a node has a vote in this phase for each value.
bool IsKeyedByValue(NodeSet Tally::*phase) {
  return Mutated(Mutant::kKeyedByMessage) ||
         (Mutated(Mutant::kReadyPerValue) && phase == &Tally::readies);
}

void Count(NodeId from, NodeSet& voters, Mutant repeats) {
  if (Mutated(repeats) && voters.Contains(from)) {
    // The repeated vote goes to the account of a node that has not voted.
    from = NodeId(0);
    while (voters.Contains(from) && from < NodeId(kNodesMax - 1)) ++from;
  }
  voters.Insert(from);
}

}  // namespace

Outcome Instance::HandleSend(const Digest& digest) {
  if (echoed_ >= 0 && !IsKeyedByValue(&Tally::echoes)) return {};
  echoed_ = FindOrAdd(digest);
  return {.echo = At(echoed_)};
}

DISTDB_ALWAYS_INLINE const Digest* Instance::FindConflict(NodeSet Tally::*phase,
                                                          NodeId from,
                                                          const Digest& digest,
                                                          int& index) {
  const bool may_conflict =
      !Mutated(Mutant::kKeyedById) && !IsKeyedByValue(phase);
  const int size = static_cast<int>(tallies_.size());
  const Tally* const tallies = tallies_.data();
  index = -1;
  for (int i = 0; i < size; ++i) {
    const Tally& tally = tallies[i];
    if (tally.digest == digest) {
      index = i;
    } else if (may_conflict && (tally.*phase).Contains(from)) {
      return &tally.digest;
    }
  }
  if (index < 0) index = FindOrAdd(digest);
  return nullptr;
}

DISTDB_ALWAYS_INLINE void Instance::Evaluate(const Quorums& quorums, int index,
                                             Outcome& outcome) {
  const Tally& tally = tallies_[index];
  const bool may_ready =
      readied_ < 0 || (readied_ != index && IsKeyedByValue(&Tally::readies));
  if (!may_ready && decided_ >= 0) return;
  const int readies = tally.readies.size();
  const bool amplifies =
      readies >= quorums.ready && !Mutated(Mutant::kNoAmplification);
  if (may_ready && (amplifies || EchoesFor(tally) >= quorums.echo)) {
    readied_ = index;
    outcome.ready = &tally.digest;
  }
  if (decided_ >= 0) return;
  if (readies >= quorums.deliver) {
    decided_ = index;
  } else if (!tally.claims.empty()) {
    const int proof =
        Mutated(Mutant::kClaimsQuorumLow) ? quorums.f : quorums.ready;
    if (tally.claims.size() >= proof) decided_ = index;
  }
}

Outcome Instance::HandleEcho(const Quorums& quorums, NodeId from,
                             const Digest& digest) {
  int index = -1;
  if (const Digest* other = FindConflict(&Tally::echoes, from, digest, index)) {
    return {.conflict = other};
  }
  Count(from, tallies_[index].echoes, Mutant::kVotesNotDeduplicated);
  Outcome outcome;
  Evaluate(quorums, index, outcome);
  return outcome;
}

Outcome Instance::HandleReady(const Quorums& quorums, NodeId from,
                              const Digest& digest) {
  return CountReady(quorums, from, digest, /*claims=*/false);
}

Outcome Instance::HandleDelivered(const Quorums& quorums, NodeId from,
                                  const Digest& digest) {
  return CountReady(quorums, from, digest, /*claims=*/true);
}

Outcome Instance::CountReady(const Quorums& quorums, NodeId from,
                             const Digest& digest, bool claims) {
  int index = -1;
  if (const Digest* other =
          FindConflict(&Tally::readies, from, digest, index)) {
    return {.conflict = other};
  }
  if (Mutated(Mutant::kConvictsMixedVotes)) {
    int same = -1;
    const Digest* echo = FindConflict(&Tally::echoes, from, digest, same);
    if (echo != nullptr) return {.conflict = echo};
  }
  if (!claims || !Mutated(Mutant::kClaimIsNoReady)) {
    Count(from, tallies_[index].readies, Mutant::kVotesNotDeduplicated);
  }
  if (claims) {
    Count(from, tallies_[index].claims, Mutant::kClaimsNotDeduplicated);
  }
  Outcome outcome;
  Evaluate(quorums, index, outcome);
  return outcome;
}

int Instance::EchoesFor(const Tally& tally) const {
  if (!Mutated(Mutant::kVotesNotPerDigest)) return tally.echoes.size();
  NodeSet all;
  for (const Tally& any : tallies_) all = all | any.echoes;
  return all.size();
}

void Instance::RestoreEcho(NodeId self, const Digest& digest) {
  const int index = FindOrAdd(digest);
  DISTDB_CHECK(echoed_ < 0 || echoed_ == index,
               "a node echoes one digest per instance, also over restarts");
  echoed_ = index;
  tallies_[index].echoes.Insert(self);
}

void Instance::RestoreReady(NodeId self, const Digest& digest) {
  const int index = FindOrAdd(digest);
  DISTDB_CHECK(readied_ < 0 || readied_ == index,
               "a node readies one digest per instance, also over restarts");
  readied_ = index;
  tallies_[index].readies.Insert(self);
}

Outcome Instance::Resume(const Quorums& quorums) {
  Outcome outcome;
  for (int index = 0; index < static_cast<int>(tallies_.size()); ++index) {
    Evaluate(quorums, index, outcome);
  }
  return outcome;
}

NodeSet Instance::Supporters(const Digest& digest) const {
  const Tally* tally = Find(digest);
  return tally == nullptr ? NodeSet() : tally->echoes | tally->readies;
}

NodeSet Instance::Echoers(const Digest& digest) const {
  const Tally* tally = Find(digest);
  return tally == nullptr ? NodeSet() : tally->echoes;
}

NodeSet Instance::Holders(const Digest& digest) const {
  const Tally* tally = Find(digest);
  return tally == nullptr ? NodeSet() : tally->echoes | tally->claims;
}

NodeSet Instance::Claimants(const Digest& digest) const {
  const Tally* tally = Find(digest);
  return tally == nullptr ? NodeSet() : tally->claims;
}

const Tally* Instance::Find(const Digest& digest) const {
  for (const Tally& tally : tallies_) {
    if (tally.digest == digest || Mutated(Mutant::kKeyedById)) return &tally;
  }
  return nullptr;
}

int Instance::FindOrAdd(const Digest& digest) {
  if (const Tally* tally = Find(digest)) {
    return static_cast<int>(tally - tallies_.data());
  }
  tallies_.push_back({.digest = digest});
  return static_cast<int>(tallies_.size()) - 1;
}

}  // namespace distdb::bracha
