#include "core/testing/allocation_counter.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace distdb::testing {
namespace {

uint64_t allocations = 0;
uint64_t frees = 0;

void Free(void* memory) {
  if (memory != nullptr) ++frees;
  std::free(memory);
}

}  // namespace

uint64_t AllocationCount() { return allocations; }

int64_t LiveAllocationCount() {
  return static_cast<int64_t>(allocations - frees);
}

}  // namespace distdb::testing

// The replacements that the language provides for. What they do not replace
// (arrays, nothrow) calls them.
void* operator new(size_t size) {
  ++distdb::testing::allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { distdb::testing::Free(memory); }
void operator delete(void* memory, size_t) noexcept {
  distdb::testing::Free(memory);
}
