#include "core/check.h"

#include <cstdio>  // style: allowed, the last words of a process that aborts
#include <cstdlib>

namespace distdb {
namespace {

CheckHandler g_handler = nullptr;

}  // namespace

void SetCheckHandler(CheckHandler handler) { g_handler = handler; }

void FailCheck(const CheckFailure& failure) {
  if (g_handler != nullptr) g_handler(failure);
  std::fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", failure.file,
               failure.line, failure.message, failure.condition);
  std::abort();
}

}  // namespace distdb
