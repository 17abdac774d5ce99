#include "sim/fault_counters.h"

namespace distdb::sim {

absl::string_view FaultNameText(FaultName name) {
  static constexpr absl::string_view kTexts[kWorldFaults] = {
#define DISTDB_FAULT_TEXT(enumerator, text, what) text,
      DISTDB_FAULT_LIST(DISTDB_FAULT_TEXT)
#undef DISTDB_FAULT_TEXT
  };
  const auto number = static_cast<size_t>(name);
  if (number < kWorldFaults) return kTexts[number];
  if (number < kFaultNames) return kRareEventNames[number - kWorldFaults];
  return "?";
}

}  // namespace distdb::sim
