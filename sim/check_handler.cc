#include "sim/check_handler.h"

#include "absl/strings/str_cat.h"

namespace distdb::sim {

CheckFailed::CheckFailed(const CheckFailure& failure)
    : std::runtime_error(absl::StrCat(failure.file, ":", failure.line, ": ",
                                      failure.message, " (", failure.condition,
                                      ")")) {}

void InstallThrowingCheckHandler() {
  SetCheckHandler(
      [](const CheckFailure& failure) { throw CheckFailed(failure); });
}

}  // namespace distdb::sim
