// AllocationCount: for tests that show what allocates nothing. Whoever links it
// has every `operator new` of the program counted, but for over-aligned ones.

#ifndef DISTDB_CORE_TESTING_ALLOCATION_COUNTER_H_
#define DISTDB_CORE_TESTING_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace distdb::testing {

// How often memory was allocated since the program began. Not thread-safe.
uint64_t AllocationCount();

// How many of these are not freed yet.
int64_t LiveAllocationCount();

}  // namespace distdb::testing

#endif  // DISTDB_CORE_TESTING_ALLOCATION_COUNTER_H_
