// The bytes of a run of the store's entries, which are what a snapshot carries.
//
//   run   = entry*
//   entry = timestamp origin seq index deleted key_size key value_size value
//
// timestamp and seq take 8 bytes, origin, index and the sizes 4, deleted 1;
// little-endian. A tombstone has an empty value.

#ifndef DISTDB_CORE_STORE_ENTRIES_CODEC_H_
#define DISTDB_CORE_STORE_ENTRIES_CODEC_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/store/store.h"

namespace distdb {

// How long a run becomes, so that encoding one is bounded work.
inline constexpr size_t kEntriesBytes = 64 * 1024;

// The most that one entry takes.
inline constexpr size_t kEntryBytesMax =
    8 + 4 + 8 + 4 + 1 + 4 + kKeyBytesMax + 4 + kValueBytesMax;

// The entries behind `*after`, or from the first one on where that is not set.
// Moves `after` to the last one encoded. `last`: whether none follow. The run
// ends with the entry that takes it to `bytes`.
std::string EncodeEntries(const Store& store, std::optional<std::string>& after,
                          bool& last, size_t bytes = kEntriesBytes);

// Restores a run in `store`. DataLoss naming what is wrong; what came before
// it may be restored then.
absl::Status DecodeEntries(absl::string_view bytes, Store& store);

}  // namespace distdb

#endif  // DISTDB_CORE_STORE_ENTRIES_CODEC_H_
