// Strategy: how the coalition plays one instance: who gets which SEND, and who
// gets which vote.
//
// The faithful strategy behaves as a correct node would. The others need the
// adversaries whose files they are in: equivocation.cc, withholding.cc,
// double_votes.cc, other_story.h. One that mixes ideas needs all of them.

#ifndef DISTDB_SIM_ADVERSARY_STRATEGY_H_
#define DISTDB_SIM_ADVERSARY_STRATEGY_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/message.h"
#include "core/types.h"
#include "sim/adversary/names.h"
#include "sim/adversary/stage.h"

namespace distdb::sim {

struct Scheme;

inline constexpr size_t kValues = 2;

class Strategy {
 public:
  // `id` is stored in tapes. `needs`: the adversaries it needs; static.
  constexpr Strategy(uint32_t id, absl::string_view name,
                     absl::Span<const AdversaryName> needs)
      : id_(id), name_(name), needs_(needs) {}
  virtual ~Strategy() = default;

  // Which values the origin `liar` sends to `to`: bit i for value i.
  virtual uint64_t Sends(Stage& stage, const Scheme& scheme, NodeId liar,
                         NodeId to) const = 0;

  // Whether `liar` says this vote for value `which` to `to`.
  virtual bool WantsVote(Stage& stage, const Scheme& scheme, NodeId liar,
                         NodeId to, MessageKind phase, size_t which) const = 0;

  uint32_t id() const { return id_; }
  absl::string_view name() const { return name_; }
  bool IsPossible(const AdversarySet& adversaries) const;

 private:
  const uint32_t id_;
  const absl::string_view name_;
  const absl::Span<const AdversaryName> needs_;
};

// Says the first value to everyone and votes for it, once.
const Strategy& FaithfulStrategy();
// The same until a victim restarts; what comes then is in other_story.h.
const Strategy& PatientStrategy();
const Strategy& SplitStrategy();     // equivocation.cc
const Strategy& MuteStrategy();      // withholding.cc
const Strategy& StarveStrategy();    // withholding.cc
const Strategy& OneReadyStrategy();  // withholding.cc
const Strategy& StrandStrategy();    // withholding.cc
const Strategy& DoubleStrategy();    // double_votes.cc
const Strategy& ScatterStrategy();   // double_votes.cc

// What is asked about a SEND or a vote of one liar to one node.
About AboutSend(const Scheme& scheme, NodeId liar, NodeId to);
About AboutVote(const Scheme& scheme, NodeId liar, NodeId to, MessageKind phase,
                size_t which);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_STRATEGY_H_
