// InstanceTable: a value per instance, in an array per origin. Streams start at
// 1 and have no gaps, so the arrays are dense.

#ifndef DISTDB_SIM_CHECKERS_INSTANCE_TABLE_H_
#define DISTDB_SIM_CHECKERS_INSTANCE_TABLE_H_

#include <cstddef>
#include <vector>

#include "core/check.h"
#include "core/types.h"

namespace distdb::sim {

template <typename T>
class InstanceTable {
 public:
  explicit InstanceTable(int nodes) : streams_(static_cast<size_t>(nodes)) {}

  // Grows up to it. Requires an origin that is a node and a seq from 1 to
  // kSeqMax: honest nodes deliver and propose nothing else.
  T& At(const InstanceId& id) {
    DISTDB_CHECK(id.origin.value() < streams_.size(), "an origin is a node");
    DISTDB_CHECK(id.seq.value() >= 1 && id.seq.value() <= kSeqMax,
                 "a stream has no gaps, so its seqs are small");
    std::vector<T>& stream = streams_[id.origin.value()];
    if (stream.size() < id.seq.value()) stream.resize(id.seq.value());
    return stream[id.seq.value() - 1];
  }

 private:
  // More than any run proposes.
  static constexpr uint64_t kSeqMax = 1'000'000;

  std::vector<std::vector<T>> streams_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_INSTANCE_TABLE_H_
