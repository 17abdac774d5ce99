// Verdict: where checkers report the first thing that went wrong in a run.

#ifndef DISTDB_SIM_CHECKERS_VERDICT_H_
#define DISTDB_SIM_CHECKERS_VERDICT_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"

namespace distdb::sim {

// The properties, named as in the specification; then those that only a
// program can break.
enum class Property : uint8_t {
  kAgreement = 1,
  kValidity = 2,
  kIntegrity = 3,
  kTotality = 4,
  kNoFalseConviction = 5,
  kConvergence = 6,
  kReadYourWrites = 7,
  kLiveness = 8,
  kCrash = 9,
  kHang = 10,
  kNondeterminism = 11,
  kMemoryBound = 12,
  kWindowRespected = 13,
};

inline constexpr Property kAllProperties[] = {Property::kAgreement,
                                              Property::kValidity,
                                              Property::kIntegrity,
                                              Property::kTotality,
                                              Property::kNoFalseConviction,
                                              Property::kConvergence,
                                              Property::kReadYourWrites,
                                              Property::kLiveness,
                                              Property::kCrash,
                                              Property::kHang,
                                              Property::kNondeterminism,
                                              Property::kMemoryBound,
                                              Property::kWindowRespected};

// "Agreement", …: what `FAIL … property=` prints.
absl::string_view PropertyName(Property property);

struct Violation {
  Property property = Property::kCrash;
  Time at;
  // Those that differ, or that lack something.
  NodeSet nodes;
  // The instance it is about, if it is about one.
  std::optional<InstanceId> instance;
  // One sentence for a person.
  std::string what;
};

class Verdict {
 public:
  Verdict() = default;
  // Hears of no other property.
  explicit Verdict(std::optional<Property> only) : only_(only) {}

  // Only the first violation of a run is kept.
  void Report(Violation violation) {
    if (only_.has_value() && violation.property != *only_) return;
    if (!violation_.has_value()) violation_ = std::move(violation);
  }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  std::optional<Property> only_;
  std::optional<Violation> violation_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_VERDICT_H_
