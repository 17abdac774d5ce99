#include "sim/interrupt.h"

#include <signal.h>

namespace distdb::sim {
namespace {

volatile sig_atomic_t g_interrupted = 0;

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int) { g_interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool IsInterrupted() { return g_interrupted != 0; }

}  // namespace distdb::sim
