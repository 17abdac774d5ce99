// HashTrail: compares two runs of one seed event by event.
//
// The first run leaves the hash after each event; the second finds the first
// event after which its hash differs, and says what that was. Where all agree,
// the runs were the same.

#ifndef DISTDB_SIM_HASH_TRAIL_H_
#define DISTDB_SIM_HASH_TRAIL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/observer.h"
#include "sim/run_hash.h"

namespace distdb::sim {

class HashTrail : public Observer {
 public:
  // Without `first` this is the first run. Not owned; complete by then.
  explicit HashTrail(const HashTrail* first = nullptr) : first_(first) {}

  bool WatchesPassages() const override { return false; }

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;

  // After the second run: the first event that differs, for a person; nothing
  // if the runs were equal.
  std::optional<std::string> Difference() const;

 private:
  void Advance(Time at, NodeId node, absl::string_view what);

  const HashTrail* first_;
  RunHash hash_;
  std::vector<uint64_t> prefixes_;
  std::optional<std::string> difference_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_HASH_TRAIL_H_
