// What strikes once, at a place that a scenario names: on disks, in channels
// and at the rare-event points of core.

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"

namespace distdb::sim {
namespace {

// Which node, instance and share of what matches.
template <typename Text, typename Fault>
void ReadWhich(const Place& here, const Text& text, Reader& reader,
               Fault& fault) {
  if (text.has_node()) fault.node = reader.Honest(here, "node");
  if (text.has_instance()) fault.instance = reader.AnyInstance(here);
  fault.share.skip = text.skip();
  if (text.has_count()) fault.share.count = text.count();
}

template <typename Text, typename Fault>
void ReadRecord(const Text& text, Fault& fault) {
  if (text.record() == scenario::ANY_RECORD) return;
  fault.record = RecordKind{static_cast<uint8_t>(text.record())};
}

void ReadSlowFsync(const Place& here, const scenario::SlowFsync& text,
                   Reader& reader) {
  SlowFsync slow;
  ReadWhich(here, text, reader, slow);
  ReadRecord(text, slow);
  if (text.has_until()) {
    slow.until = Time(reader.Length(here, "until"));
  } else if (text.has_takes()) {
    slow.time = reader.Length(here, "takes");
  } else {
    reader.Fail(here.Error("node",
                           "say `until` when it is not complete, or how long "
                           "it `takes`"));
  }
  reader.plan().slow_fsyncs.push_back(slow);
}

void ReadChannel(const Place& here, const scenario::Channel& text,
                 Reader& reader) {
  ChannelDelay delay{.node = reader.Node(here, "node"),
                     .peer = reader.Node(here, "peer"),
                     .channel = text.nth(),
                     .opens = text.has_opens_after()};
  if (reader.ok() && delay.node == delay.peer) {
    reader.Fail(here.Error("peer", "a channel has two ends"));
  }
  if (reader.ok() && text.has_opens_after() == text.has_closes_after()) {
    reader.Fail(
        here.Error("node", "say what it `opens_after` or `closes_after`"));
  }
  if (!reader.ok()) return;
  delay.after =
      reader.Length(here, delay.opens ? "opens_after" : "closes_after");
  if (delay.opens && delay.peer < delay.node) std::swap(delay.node, delay.peer);
  reader.plan().channel_delays.push_back(delay);
}

void ReadRareEvent(const Place& here, const scenario::RareEvent& text,
                   Reader& reader) {
  RareStrike strike;
  reader.Require(here, "event", "name a rare-event point of core");
  const std::vector<absl::string_view> names(std::begin(kRareEventNames),
                                             std::end(kRareEventNames));
  size_t number = 0;
  while (number < names.size() && names[number] != text.event()) ++number;
  if (reader.ok() && number == names.size()) {
    reader.Fail(here.Error(
        "event", absl::StrCat("no rare event is called \"", text.event(), "\"",
                              Suggest(text.event(), names))));
  }
  strike.event = RareEvent{static_cast<uint8_t>(number)};
  ReadWhich(here, text, reader, strike);
  reader.plan().rare_strikes.push_back(strike);
}

}  // namespace

void ReadSingleFaults(const Place& place, const scenario::Scenario& text,
                      Reader& reader) {
  for (int i = 0; reader.ok() && i < text.slow_fsync_size(); ++i) {
    ReadSlowFsync(place.Child("slow_fsync", i), text.slow_fsync(i), reader);
  }
  for (int i = 0; reader.ok() && i < text.read_failure_size(); ++i) {
    ReadFailure failure;
    ReadWhich(place.Child("read_failure", i), text.read_failure(i), reader,
              failure);
    ReadRecord(text.read_failure(i), failure);
    reader.plan().read_failures.push_back(failure);
  }
  for (int i = 0; reader.ok() && i < text.channel_size(); ++i) {
    ReadChannel(place.Child("channel", i), text.channel(i), reader);
  }
  for (int i = 0; reader.ok() && i < text.rare_event_size(); ++i) {
    ReadRareEvent(place.Child("rare_event", i), text.rare_event(i), reader);
  }
}

}  // namespace distdb::sim
