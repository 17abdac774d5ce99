#include "core/effects.h"

namespace distdb {

void Effects::Clear() {
  discard_before = Token(0);
  next_deadline = kNever;
  if (empty()) return;
  persist.clear();
  load.clear();
  send.clear();
  send_after_persist.clear();
  replies.clear();
  replies_after_persist.clear();
  delivered.clear();
  faults.clear();
}

}  // namespace distdb
