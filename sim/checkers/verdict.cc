#include "sim/checkers/verdict.h"

namespace distdb::sim {

absl::string_view PropertyName(Property property) {
  switch (property) {
    case Property::kAgreement:
      return "Agreement";
    case Property::kValidity:
      return "Validity";
    case Property::kIntegrity:
      return "Integrity";
    case Property::kTotality:
      return "Totality";
    case Property::kNoFalseConviction:
      return "NoFalseConviction";
    case Property::kConvergence:
      return "Convergence";
    case Property::kReadYourWrites:
      return "ReadYourWrites";
    case Property::kLiveness:
      return "Liveness";
    case Property::kCrash:
      return "Crash";
    case Property::kHang:
      return "Hang";
    case Property::kNondeterminism:
      return "Nondeterminism";
    case Property::kMemoryBound:
      return "MemoryBound";
    case Property::kWindowRespected:
      return "WindowRespected";
  }
  return "?";
}

}  // namespace distdb::sim
