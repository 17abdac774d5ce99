// Command and Reply: what a client asks of a replica, and what it is told.
//
// The same four commands in every mode. A write is one or more mutations that
// apply together or not at all; reads look at the replica that was asked.

#ifndef DISTDB_CORE_COMMAND_H_
#define DISTDB_CORE_COMMAND_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "core/types.h"

namespace distdb {

// Limits that a client meets, in bytes. A command beyond them is refused with
// InvalidArgument and changes nothing.
inline constexpr size_t kKeyBytesMax = 64 * 1024;
inline constexpr size_t kValueBytesMax = 1024 * 1024;
// The most keys that one List may ask for.
inline constexpr uint32_t kListLimitMax = 10'000;
// A page of List that holds as many bytes of keys and values ends there.
inline constexpr size_t kListBytesMax = 4 * 1024 * 1024;

enum class MutationKind : uint8_t { kPut = 1, kDelete = 2 };

struct Mutation {
  MutationKind kind = MutationKind::kPut;
  std::string key;
  std::string value;  // Empty for a delete.

  friend bool operator==(const Mutation&, const Mutation&) = default;
};

// Answered once its instance is delivered and durable at the replica asked.
struct Write {
  std::vector<Mutation> mutations;

  friend bool operator==(const Write&, const Write&) = default;
};

// Answered at once, or when the write `at_least` has been applied here.
struct Get {
  std::string key;
  Dot at_least;

  friend bool operator==(const Get&, const Get&) = default;
};

// The live keys that begin with `prefix` and are not less than `start` (empty:
// from the first), ascending, at most `limit` of them. The next page starts at
// the last key with a zero byte appended: the smallest key after it.
struct List {
  std::string prefix;
  std::string start;
  uint32_t limit = kListLimitMax;
  Dot at_least;

  friend bool operator==(const List&, const List&) = default;
};

using Command = std::variant<Write, Get, List>;

struct KeyValue {
  std::string key;
  std::string value;

  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

// Status codes: OK; InvalidArgument (beyond a limit); ResourceExhausted (too
// much in flight, nothing was done, try again); Unavailable (the disk is full,
// nothing was done); DeadlineExceeded (a write may still be delivered later, a
// read was not served); DataLoss (more nodes lie than the cluster survives).
struct Reply {
  ClientId client;
  RequestId request;
  absl::Status status;
  // Write: where it stands in this node's stream, usable as `at_least`.
  Dot token;
  // Write: how many of its keys existed when it was applied here.
  uint32_t existed = 0;
  // Get: 0 or 1 entry; List: the page.
  std::vector<KeyValue> entries;
  // List: there are more keys after the last entry.
  bool more = false;
};

}  // namespace distdb

#endif  // DISTDB_CORE_COMMAND_H_
