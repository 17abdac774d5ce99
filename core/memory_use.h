// MemoryUse: how much a replica holds in memory, by what it holds it for.
//
// In bytes, as the replica counts them: of payloads those of their content, of
// a table its entries. What an allocator adds, and the room that vectors keep
// for growth (at most as much again), is not counted, nor is the Store, which
// is the database itself, nor what one step's effects point to.
//
// The bound of each term is in bracha/memory_bound.h.

#ifndef DISTDB_CORE_MEMORY_USE_H_
#define DISTDB_CORE_MEMORY_USE_H_

#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

namespace distdb {

struct MemoryUse {
  size_t open_payloads = 0;      // Of instances that are not yet delivered.
  size_t open_votes = 0;         // Who has voted for what in them.
  size_t retained_payloads = 0;  // Delivered, and kept for who lacks them.
  size_t retained_index = 0;     // Where each of these is on disk.
  size_t journal = 0;            // Records on their way to disk.
  size_t loads = 0;              // Records that are being read back.
  size_t peers = 0;              // What each peer has told.
  size_t evidence = 0;           // What convicts liars.
  size_t waiting_writes = 0;     // Of clients, until they are answered.
  size_t waiting_reads = 0;

  size_t Total() const;
};

struct MemoryTerm {
  const char* name;
  size_t MemoryUse::*bytes;
};

inline constexpr MemoryTerm kMemoryTerms[] = {
    {"open_payloads", &MemoryUse::open_payloads},
    {"open_votes", &MemoryUse::open_votes},
    {"retained_payloads", &MemoryUse::retained_payloads},
    {"retained_index", &MemoryUse::retained_index},
    {"journal", &MemoryUse::journal},
    {"loads", &MemoryUse::loads},
    {"peers", &MemoryUse::peers},
    {"evidence", &MemoryUse::evidence},
    {"waiting_writes", &MemoryUse::waiting_writes},
    {"waiting_reads", &MemoryUse::waiting_reads},
};

// Whether no term of `use` is above the same of `bound`. Asked after every step
// of a simulation, so without a loop.
// (A difference is negative where its highest bit is set: nobody has 2^63
// bytes.)
template <size_t... terms>
constexpr bool IsWithin(const MemoryUse& use, const MemoryUse& bound,
                        std::index_sequence<terms...>) {
  const size_t differences =
      ((bound.*kMemoryTerms[terms].bytes - use.*kMemoryTerms[terms].bytes) |
       ...);
  return differences >> (std::numeric_limits<size_t>::digits - 1) == 0;
}
constexpr bool IsWithin(const MemoryUse& use, const MemoryUse& bound) {
  return IsWithin(use, bound,
                  std::make_index_sequence<std::size(kMemoryTerms)>());
}

inline size_t MemoryUse::Total() const {
  size_t total = 0;
  for (const MemoryTerm& term : kMemoryTerms) total += this->*term.bytes;
  return total;
}

// What a client's write, a batch of them, and a read cost beside their bytes.
inline constexpr size_t kWaitingWriteBytes = 48;
inline constexpr size_t kWaitingBatchBytes = 96;
inline constexpr size_t kWaitingReadBytes = 192;

// What a delivered instance that is kept costs beside its payload, in the
// budget for what is kept: three records on disk, and its place in the index.
// With it a budget of bytes is one of instances, too, however small their
// payloads are.
inline constexpr size_t kRetainedInstanceBytes = 256;

}  // namespace distdb

#endif  // DISTDB_CORE_MEMORY_USE_H_
