// Claims: which properties each mode promises under which faults (kClaims).
// From this table the checkers of a run are chosen.
//
// "At most f" is of liars, amnesiacs, dead nodes, nodes with a false clock and
// nodes that the healing leaves out, together.
//
// An amnesiac, a node that lost its disk, may contradict what it promised: it
// is taken for a liar, for simplicity from the start of the run. So nothing is
// claimed of what it delivered or answered before, either.
//
// Broadcast applies payloads as they come, loses what is lost, and believes the
// peer that it synchronizes with. But a read waits until what it asks for has
// been applied, whatever that is.
//
// A scenario may hold its run to more (Plan::also_claimed), to show what
// breaks.
//
// A run that exceeds what its mode survives (more liars than f, on purpose) is
// held to the same list: what breaks then is what was to be shown.

#ifndef DISTDB_SIM_CHECKERS_CLAIMS_H_
#define DISTDB_SIM_CHECKERS_CLAIMS_H_

#include <cstdint>

#include "core/config.h"
#include "sim/checkers/verdict.h"
#include "sim/plan.h"

namespace distdb::sim {

// Under which faults a mode promises a property.
enum class Claim : uint8_t {
  kNever,
  kWithoutLiars,
  kAtMostF,
  kAlways,
};

struct ClaimRow {
  Property property;
  Claim broadcast;
  Claim bracha;
};

inline constexpr ClaimRow kClaims[] = {
    {Property::kAgreement, Claim::kWithoutLiars, Claim::kAtMostF},
    {Property::kIntegrity, Claim::kNever, Claim::kAtMostF},
    {Property::kValidity, Claim::kNever, Claim::kAtMostF},
    {Property::kTotality, Claim::kNever, Claim::kAtMostF},
    {Property::kConvergence, Claim::kNever, Claim::kAtMostF},
    {Property::kReadYourWrites, Claim::kAlways, Claim::kAtMostF},
    {Property::kNoFalseConviction, Claim::kAlways, Claim::kAtMostF},
    {Property::kLiveness, Claim::kAlways, Claim::kAtMostF},
    {Property::kMemoryBound, Claim::kNever, Claim::kAtMostF},
    {Property::kWindowRespected, Claim::kNever, Claim::kAtMostF},
    {Property::kCrash, Claim::kAlways, Claim::kAlways},
    {Property::kHang, Claim::kAlways, Claim::kAlways},
    {Property::kNondeterminism, Claim::kAlways, Claim::kAlways},
};

// Whether a run of this plan is held to `property`.
bool Claims(const Plan& plan, Property property);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECKERS_CLAIMS_H_
