#include "sim/recording/play.h"

#include <iterator>
#include <memory>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/recording/effects_hash.h"
#include "core/recording/recording_reader.h"
#include "core/replica.h"
#include "sim/check_handler.h"

namespace distdb::sim {
namespace {

absl::string_view KindName(const Event& event) {
  static constexpr absl::string_view kNames[] = {
      "Tick",   "Receive",    "Request", "Persisted", "PersistFailed",
      "Loaded", "LoadFailed", "PeerUp",  "PeerDown"};
  static_assert(std::size(kNames) == std::variant_size_v<Event>);
  return kNames[event.index()];
}

std::string Difference(const RecordedEvent& recorded, uint64_t offset,
                       const Effects& effects) {
  return absl::StrCat(
      KindName(recorded.event), " at byte ", offset,
      ": its effects are others than when it was recorded; now they are ",
      effects.persist.size(), " records, ",
      effects.send.size() + effects.send_after_persist.size(), " messages, ",
      effects.replies.size() + effects.replies_after_persist.size(),
      " replies, ", effects.delivered.size(), " deliveries, ",
      effects.faults.size(), " faults and a deadline of ",
      effects.next_deadline.value());
}

// Plays one event. False: it differs.
bool PlayEvent(const RecordedEvent& recorded, uint64_t offset, Replica& replica,
               EffectsHash& hash, Effects& effects, Played& played) {
  effects.Clear();
  ++played.events;
  try {
    replica.Step(recorded.event, effects);
  } catch (const CheckFailed& failed) {
    played.difference = absl::StrCat(KindName(recorded.event), " at byte ",
                                     offset, ": ", failed.what());
    return false;
  }
  hash.Add(effects);
  if (hash.Prefix() == recorded.hash) return true;
  played.difference = Difference(recorded, offset, effects);
  return false;
}

}  // namespace

Played Play(absl::string_view recording, const PlayOptions& options) {
  Played played;
  absl::StatusOr<RecordingReader> reader = RecordingReader::Open(recording);
  if (!reader.ok()) return {.status = reader.status()};
  absl::StatusOr<std::unique_ptr<Replica>> replica =
      reader->Start(options.digester);
  if (!replica.ok()) return {.status = replica.status()};
  played.events_before = reader->events_before();
  if (options.on_start) {
    options.on_start(reader->info(), played.events_before, **replica);
  }
  EffectsHash hash;
  Effects effects;
  while (true) {
    const uint64_t offset = reader->offset();
    absl::StatusOr<std::optional<RecordedEvent>> next = reader->Next();
    played.status = next.status();
    if (!next.ok() || !next->has_value()) break;
    const bool same =
        PlayEvent(**next, offset, **replica, hash, effects, played);
    if (options.on_step) {
      options.on_step(played.events, (*next)->event, effects);
    }
    if (!same) {
      played.differs = played.events;
      break;
    }
  }
  played.hash = hash.Hex();
  played.torn_bytes = reader->torn_bytes();
  return played;
}

}  // namespace distdb::sim
