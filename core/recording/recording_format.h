// A recording as bytes: what a replica was when it began, and then every event
// that it was given, with a hash of what it asked for. Whoever has it can run
// the same replica again, at a desk, and see whether it does the same.
//
//   recording = preamble frame*
//   preamble  = magic format                                        12 bytes
//   magic     = "distdbrc"                                           8 bytes
//   format    = 4 bytes   1
//   frame     = the header of the log's frames (core/log/log_format.h), then
//               as many bytes as it says, which are entries
//   entry     = kind, 1 byte, then its fields
//
// In this order:
//
//   INFO      once   whose recording, and of which configuration
//   ENTRIES   any    a run of the store's entries (core/store/entries_codec.h)
//   WRITES    any    an instance, and a payload that was delivered while the
//                    entries were written
//   STATE     any    a piece of the replica's state (Replica::Save)
//   START     once   how many events were recorded before: this was all of
//                    the starting state
//   EVENT     any    an event, and EffectsHash::Prefix() after its step, which
//                    begins anew in each recording
//
// The store's entries are written over many turns, while the replica goes on;
// the writes that were delivered meanwhile make them those of the moment of
// START: a later version of a key takes the place of an earlier one, and
// applying the same twice changes nothing.
//
// Fields are encoded as core/fields.h says. A frame's header has a checksum of
// its own, and one of the bytes behind it, and is chained to the frame before:
// the seal of the first one's is that of the preamble, and `unsynced` is 0,
// since nobody promises that a recording is on disk. README.md says what is
// torn, what is damaged, and what the numbers are.
//
// Pure functions; files are the node's affair, and the simulator's.

#ifndef DISTDB_CORE_RECORDING_RECORDING_FORMAT_H_
#define DISTDB_CORE_RECORDING_RECORDING_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/config.h"
#include "core/value_fields.h"

namespace distdb {

inline constexpr absl::string_view kRecordingMagic = "distdbrc";
inline constexpr uint32_t kRecordingFormat = 3;
inline constexpr size_t kRecordingPreambleBytes = 12;
// A frame ends with the entry that takes it to this size.
inline constexpr size_t kRecordingFrameBytes = 1024 * 1024;

// Never use a number again.
enum class RecordingEntry : uint8_t {
  kInfo = 1,
  kEntries = 2,
  kWrites = 3,
  kState = 4,
  kStart = 5,
  kEvent = 6,
};

struct RecordingInfo {
  uint64_t cluster = 0;
  // Without the digester and the rare events.
  Config config;

  template <typename Archive>
  void Fields(Archive& archive) {
    archive(cluster, config);
  }
};

// Magic and format.
std::string RecordingPreamble();

}  // namespace distdb

#endif  // DISTDB_CORE_RECORDING_RECORDING_FORMAT_H_
