// Makes failed DISTDB_CHECKs throw, so that the world can report them as the
// property Crash and the next seed runs on.

#ifndef DISTDB_SIM_CHECK_HANDLER_H_
#define DISTDB_SIM_CHECK_HANDLER_H_

#include <stdexcept>

#include "core/check.h"

namespace distdb::sim {

struct CheckFailed : std::runtime_error {
  explicit CheckFailed(const CheckFailure& failure);
};

// For the whole process; call it once, before the first run.
void InstallThrowingCheckHandler();

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHECK_HANDLER_H_
