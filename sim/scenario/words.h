// The words of scenario files: nodes, instances, durations and moments, read
// from strings. scenario.proto describes them for people.
//
// Every function returns InvalidArgument with one clause that names the wrong
// word, and what would be right; the caller adds where it stands. Pure.

#ifndef DISTDB_SIM_SCENARIO_WORDS_H_
#define DISTDB_SIM_SCENARIO_WORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "sim/plan.h"

namespace distdb::sim {

// "p0" … of a cluster of `nodes`.
absl::StatusOr<NodeId> ReadNode(absl::string_view word, int nodes);

// "0:1" or "p0:1", in epoch 1.
absl::StatusOr<InstanceId> ReadInstance(absl::string_view word, int nodes);

// As a liar may name one: any numbers, also of no node and of no instance.
absl::StatusOr<InstanceId> ReadAnyInstance(absl::string_view word);

// What WriteDuration and the like write, the functions above read.
std::string WriteNode(NodeId node);
std::string WriteInstance(const InstanceId& instance);

// No scenario comes that far.
inline constexpr uint64_t kSeqMax = 1'000'000;

inline constexpr Duration kHour = 3600 * kSecond;

// "5ms", "250us", "0"; at most `most`.
absl::StatusOr<Duration> ReadDuration(absl::string_view word,
                                      Duration most = kHour);
// In the largest unit in which it is a whole number. Not negative.
std::string WriteDuration(Duration duration);

// "5ms", "p2 delivered 0:1", "5ms after p2 stored READY 0:1".
absl::StatusOr<When> ReadWhen(absl::string_view words, int nodes);
std::string WriteWhen(const When& when);

// The candidate that `word` begins, or that needs the fewest changed letters
// and is near enough for a slip of the pen; empty if none is. Letter case does
// not count.
absl::string_view Nearest(absl::string_view word,
                          const std::vector<absl::string_view>& candidates);

// `; did you mean "X"?`, or the list of `candidates` if none is near and they
// are few; or nothing.
std::string Suggest(absl::string_view word,
                    const std::vector<absl::string_view>& candidates);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_WORDS_H_
