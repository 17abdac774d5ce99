// Faults that strike once, at a place that is named: what runs written by hand
// say of disks, channels and rare events, and what a drawn run becomes when it
// is written down. Parts of Plan.
//
// Fields not given match all. Of what matches, the first `skip` are spared and
// then at most `count` are struck; each rule counts for itself, whatever others
// strike, so that none changes its meaning when another one goes.

#ifndef DISTDB_SIM_SINGLE_FAULTS_H_
#define DISTDB_SIM_SINGLE_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/rare_event.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

struct Share {
  uint64_t skip = 0;
  uint64_t count = ~uint64_t{0};
};

// Whether a field that may be given is as it should be.
template <typename T>
bool Matches(const std::optional<T>& wanted, const T& is) {
  return !wanted.has_value() || *wanted == is;
}

// The fsync that covers such a record takes longer, or less long, than others.
// Of several that cover it, the one that ends last decides.
struct SlowFsync {
  std::optional<NodeId> node;
  std::optional<RecordKind> record;
  std::optional<InstanceId> instance;
  Share share;
  // It is complete at `until`, at once if that has passed; or takes `time`.
  std::optional<Time> until;
  Duration time = 0;
};

// Such a record cannot be read back by a running node; before the healing.
struct ReadFailure {
  std::optional<NodeId> node;
  std::optional<RecordKind> record;
  std::optional<InstanceId> instance;
  Share share;
};

// A rare-event point of core strikes, in the simulator's own build of it.
struct RareStrike {
  RareEvent event = RareEvent::kWithholdEcho;
  std::optional<NodeId> node;
  std::optional<InstanceId> instance;
  Share share;
};

// What a channel takes to open, `node` being the lower end, or for the `node`
// that stays up to notice that the other end is gone. Not given: at once, but
// for what NetworkPlan::connect_time draws.
struct ChannelDelay {
  NodeId node;
  NodeId peer;
  // The how-manieth channel of the two, from 1.
  uint64_t channel = 1;
  bool opens = true;
  Duration after = 0;
};

// Counts what each of some rules matches. `Rule` has a Share.
template <typename Rule>
class Strikes {
 public:
  // Not owned; outlives this.
  explicit Strikes(const std::vector<Rule>* rules)
      : rules_(*rules), matched_(rules->size()) {}

  bool empty() const { return rules_.empty(); }
  // Something has come up: counts it with every rule for which
  // `matches(rule)`, and returns the first that strikes, or null.
  template <typename Predicate>
  const Rule* Find(Predicate matches) {
    const Rule* found = nullptr;
    for (size_t i = 0; i < rules_.size(); ++i) {
      const Rule& rule = rules_[i];
      if (!matches(rule)) continue;
      const uint64_t before = matched_[i]++;
      const bool strikes = before >= rule.share.skip &&
                           before - rule.share.skip < rule.share.count;
      if (strikes && found == nullptr) found = &rule;
    }
    return found;
  }

 private:
  const std::vector<Rule>& rules_;
  std::vector<uint64_t> matched_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SINGLE_FAULTS_H_
