// DISTDB_CHECK: the assertion for invariants, on in every build.
//
// A broken invariant is neither a peer's fault nor the environment's: the
// program's own reasoning is wrong, and going on could turn a bug into lost
// data. So the check stays on in release builds, too.
//
//   DISTDB_CHECK(seq >= low, "the window never moves back");
//
// By default a failed check writes one line to standard error and aborts. The
// simulator installs a handler that throws, so that one broken run is reported
// as the property `Crash` with its seed, and the next seed runs on.

#ifndef DISTDB_CORE_CHECK_H_
#define DISTDB_CORE_CHECK_H_

namespace distdb {

// Where a check failed, and the sentence that did not hold. All pointers are
// to string literals.
struct CheckFailure {
  const char* file;
  int line;
  const char* condition;
  const char* message;
};

// Called when a check fails. It may throw; if it returns, the process aborts.
using CheckHandler = void (*)(const CheckFailure& failure);

// Replaces the handler of the whole process; null restores the default.
// Not thread-safe: call it before the first Step.
void SetCheckHandler(CheckHandler handler);

[[noreturn]] void FailCheck(const CheckFailure& failure);

}  // namespace distdb

#define DISTDB_CHECK(condition, message)                              \
  do {                                                                \
    if (!(condition)) [[unlikely]] {                                  \
      ::distdb::FailCheck({__FILE__, __LINE__, #condition, message}); \
    }                                                                 \
  } while (false)

#endif  // DISTDB_CORE_CHECK_H_
