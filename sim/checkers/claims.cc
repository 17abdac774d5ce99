#include "sim/checkers/claims.h"

#include <algorithm>
#include <iterator>

namespace distdb::sim {
namespace {

constexpr bool HasARowForEach() {
  for (size_t i = 0; i < std::size(kAllProperties); ++i) {
    size_t rows = 0;
    for (const ClaimRow& row : kClaims) {
      rows += row.property == kAllProperties[i] ? 1 : 0;
    }
    if (rows != 1) return false;
  }
  return true;
}
static_assert(HasARowForEach(), "each property has one row in kClaims");

}  // namespace

bool Claims(const Plan& plan, Property property) {
  const std::vector<Property>& also = plan.also_claimed;
  if (std::find(also.begin(), also.end(), property) != also.end()) return true;
  const ClaimRow* row = std::find_if(
      std::begin(kClaims), std::end(kClaims),
      [&](const ClaimRow& claim) { return claim.property == property; });
  const bool is_broadcast = plan.config.mode == Mode::kBroadcast;
  switch (is_broadcast ? row->broadcast : row->bracha) {
    case Claim::kNever:
      return false;
    case Claim::kWithoutLiars:
      return plan.liars.empty();
    case Claim::kAtMostF:  // Beyond f, too: what breaks then was to be shown.
    case Claim::kAlways:
      return true;
  }
  return false;
}

}  // namespace distdb::sim
