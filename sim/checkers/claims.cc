#include "sim/checkers/claims.h"

#include <algorithm>

namespace distdb::sim {

bool Claims(const Plan& plan, Property property) {
  const std::vector<Property>& also = plan.also_claimed;
  if (std::find(also.begin(), also.end(), property) != also.end()) return true;
  switch (property) {
    case Property::kCrash:
    case Property::kHang:
    case Property::kNondeterminism:
    case Property::kNoFalseConviction:
    case Property::kLiveness:
      return true;
    case Property::kAgreement:
      // Broadcast believes every origin.
      return plan.config.mode == Mode::kBracha || plan.liars.empty();
    case Property::kIntegrity:
    case Property::kValidity:
    case Property::kTotality:
    case Property::kConvergence:
    case Property::kReadYourWrites:
      return plan.config.mode == Mode::kBracha;
  }
  return false;
}

}  // namespace distdb::sim
