// Actions of a scenario file: what happens, and when.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/reader.h"

namespace distdb::sim {
namespace {

using Text = scenario::Action;

NodeId ReadLiar(const Place& here, Reader& reader) {
  const NodeId by = reader.Node(here, "by");
  if (reader.ok() && !reader.plan().liars.Contains(by)) {
    reader.Fail(here.Error("by", absl::StrCat(Describe(by),
                                              " is no liar: name it in the "
                                              "scenario's `liars` first")));
  }
  return by;
}

void ReadPartition(const Place& here, const Text::Partition& text,
                   const When& when, bool begins, Reader& reader) {
  const NodeSet side = reader.Nodes(here, "side", "", NodeSet());
  if (reader.ok() && (side.empty() || side == reader.all())) {
    reader.Fail(here.Error("side",
                           "a partition has some nodes on one side and "
                           "some on the other"));
  }
  const Partition partition{
      .side = side,
      .begins = begins,
      .one_way = text.one_way(),
      .under_way = Partition::UnderWay{static_cast<uint8_t>(text.under_way())}};
  const auto opens = [&partition](const Action& action) {
    const Partition* other = std::get_if<Partition>(&action.deed);
    return other != nullptr && other->begins && other->side == partition.side &&
           other->one_way == partition.one_way;
  };
  const std::vector<Action>& actions = reader.plan().actions;
  if (reader.ok() && !begins &&
      std::none_of(actions.begin(), actions.end(), opens)) {
    reader.Fail(here.Error(
        "side", absl::StrCat("no `partition` above has ", Describe(side),
                             " on one side", text.one_way() ? ", one way" : "",
                             ": repeat what it says")));
  }
  reader.plan().actions.push_back({when, partition});
}

Crash ReadCrash(const Place& here, const Text::Crash& text, Reader& reader) {
  const NodeId node = reader.Honest(here, "node");
  if (text.for_good()) reader.plan().dead.Insert(node);
  return Crash{.node = node,
               .keeps = text.keeps(),
               .for_good = text.for_good(),
               .kind = Crash::Kind{static_cast<uint8_t>(text.kind())}};
}

ClockJump ReadJump(const Place& here, Reader& reader) {
  constexpr Duration kYears = 20 * 366 * 24 * kHour;
  const NodeId node = reader.Honest(here, "node");
  if (reader.ok() && here.Has("ahead") == here.Has("behind")) {
    reader.Fail(here.Error(
        "node", "say how far the clock jumps: `ahead` or (back) `behind`"));
  }
  if (reader.ok() && here.Has("drift_ppm")) {
    reader.Fail(here.Error("drift_ppm",
                           "a clock that runs fast or slow does so in the "
                           "whole run: say it in the scenario's `clock`"));
  }
  if (!reader.ok()) return ClockJump();
  const bool ahead = here.Has("ahead");
  const absl::string_view field = ahead ? "ahead" : "behind";
  const Duration by = reader.Length(here, std::string(field), kYears);
  if (by > kSecond && !reader.plan().false_clocks.Contains(node)) {
    reader.Fail(
        here.Error(std::string(field),
                   absl::StrCat("more than a second: name ", Describe(node),
                                " in the scenario's `false_clocks`")));
  }
  return ClockJump{.node = node, .by = ahead ? by : -by};
}

// What befalls a node from outside.
Deed ReadFault(const Place& place, const Text& text, Reader& reader) {
  const auto honest = [&](const char* deed) {
    return reader.Honest(place.Child(deed), "node");
  };
  switch (text.deed_case()) {
    case Text::kCrash:
      return ReadCrash(place.Child("crash"), text.crash(), reader);
    case Text::kPause:
      return Pause{.node = honest("pause"), .begins = true};
    case Text::kGoOn:
      return Pause{.node = honest("go_on"), .begins = false};
    case Text::kFillDisk:
      return FullDisk{.node = honest("fill_disk"), .begins = true};
    case Text::kMakeRoom:
      return FullDisk{.node = honest("make_room"), .begins = false};
    case Text::kClockJump:
      return ReadJump(place.Child("clock_jump"), reader);
    case Text::kLoseDisk: {
      const NodeId node = honest("lose_disk");
      reader.plan().amnesiacs.Insert(node);
      return LoseDisk{.node = node, .keeps = text.lose_disk().keeps()};
    }
    case Text::kJoin: {
      const NodeId node = honest("join");
      reader.plan().joiners.Insert(node);
      return Join{node};
    }
    default:
      return Restart{honest("restart")};
  }
}

// World ignores these once the faults have ended.
void CheckBeforeHealing(const Place& here, const When& when, Reader& reader) {
  if (!reader.ok() || when.after.has_value()) return;
  if (when.at < reader.plan().heal_at) return;
  reader.Fail(
      here.Error("when", "faults end at `heal_at`: set that later than this"));
}

void ReadAction(const Place& place, const Text& text, Reader& reader) {
  const When when = reader.Moment(place, "when");
  if (!reader.ok()) return;
  std::vector<Action>& actions = reader.plan().actions;
  switch (text.deed_case()) {
    case Text::kPut:
    case Text::kDelete:
    case Text::kGet:
    case Text::kList:
    case Text::kWrite:
      return ReadAsk(place, text, when, reader);
    case Text::kSay:
      return ReadSay(place.Child("say"), text.say(), when, reader);
    case Text::kEquivocate: {
      const NodeId by = ReadLiar(place.Child("equivocate"), reader);
      return actions.push_back({when, Equivocate{by}});
    }
    case Text::kPartition:
      CheckBeforeHealing(place, when, reader);
      return ReadPartition(place.Child("partition"), text.partition(), when,
                           true, reader);
    case Text::kMend:
      return ReadPartition(place.Child("mend"), text.mend(), when, false,
                           reader);
    case Text::kCrash:
    case Text::kPause:
    case Text::kFillDisk:
    case Text::kClockJump:
    case Text::kLoseDisk:
      CheckBeforeHealing(place, when, reader);
      [[fallthrough]];
    case Text::kRestart:
    case Text::kJoin:
    case Text::kGoOn:
    case Text::kMakeRoom:
      return actions.push_back({when, ReadFault(place, text, reader)});
    case Text::DEED_NOT_SET:
      reader.Fail(place.Error("when",
                              "nothing happens then: give the action a "
                              "`put`, `crash`, `say`, …"));
  }
}

}  // namespace

void ReadActions(const Place& place, const scenario::Scenario& text,
                 Reader& reader) {
  for (int i = 0; reader.ok() && i < text.action_size(); ++i) {
    ReadAction(place.Child("action", i), text.action(i), reader);
  }
}

}  // namespace distdb::sim
