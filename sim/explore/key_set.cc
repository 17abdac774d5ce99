#include "sim/explore/key_set.h"

#include <sys/mman.h>

#include "core/check.h"

namespace distdb::sim::explore {

KeySet::KeySet(size_t capacity) : capacity_(capacity) {
  void* memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  DISTDB_CHECK(memory != MAP_FAILED, "there is memory for the states");
  // Only a wish: without it, the same, slower.
  static_cast<void>(madvise(memory, bytes(), MADV_HUGEPAGE));
  slots_ = static_cast<Key*>(memory);
}

KeySet::~KeySet() { munmap(slots_, bytes()); }

}  // namespace distdb::sim::explore
