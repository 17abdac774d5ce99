#include "sim/narration/replica_state.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/bracha/engine.h"
#include "core/check.h"
#include "core/quorum.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

// Keys of a store that are listed; a run with more is about something else.
constexpr size_t kKeysMax = 200;

// "p0 p1 (2 of 3)".
std::string Votes(NodeSet voters, int enough) {
  return absl::StrCat(NodeNames(voters), " (", voters.size(), " of ", enough,
                      ")");
}

void DescribeSlot(const InstanceId& id, const bracha::Slot& slot,
                  const Quorums& quorums, ValueNames& names,
                  StateLines& lines) {
  const std::string group = absl::StrCat("instance ", InstanceName(id), "|");
  const bracha::Instance& instance = slot.instance;
  for (const bracha::Tally& tally : instance.tallies()) {
    const std::string& value = names.Name(id, tally.digest);
    if (!tally.echoes.empty()) {
      lines[absl::StrCat(group, "ECHO ", value)] =
          Votes(tally.echoes, quorums.echo);
    }
    if (!tally.readies.empty()) {
      lines[absl::StrCat(group, "READY ", value)] =
          Votes(tally.readies, quorums.deliver);
    }
    if (!tally.claims.empty()) {
      lines[absl::StrCat(group, "DELIVERED ", value)] =
          Votes(tally.claims, quorums.ready);
    }
  }
  const auto decision = [&](const char* what, const Digest* digest) {
    if (digest != nullptr) lines[group + what] = names.Name(id, *digest);
  };
  decision("echoes", instance.echoed());
  decision("readies", instance.readied());
  decision("decides", instance.decided());
  if (slot.pulls > 0) {
    lines[group + "payload"] =
        absl::StrCat("missing, asked ", slot.pulls - 1, " times");
  }
}

void DescribeEngine(const Replica& replica, const bracha::Engine& engine,
                    ValueNames& names, StateLines& lines) {
  const Config& config = replica.config();
  const absl::StatusOr<Quorums> quorums =
      ComputeQuorums(config.nodes, config.quorum_policy);
  DISTDB_CHECK(quorums.ok(), "a replica's cluster is possible");
  for (const NodeId origin : NodeSet::FirstN(config.nodes)) {
    const bracha::Stream& stream = engine.stream(origin);
    for (Seq seq = stream.low(); stream.InWindow(seq); ++seq) {
      const bracha::Slot& slot = stream.At(seq);
      if (slot.instance.tallies().empty() && slot.pulls == 0) continue;
      DescribeSlot({config.epoch, origin, seq}, slot, *quorums, names, lines);
    }
    if (stream.next() > stream.low()) {
      lines[absl::StrCat("delivered|", Describe(origin), " next")] =
          absl::StrCat("up to ", (stream.next() - 1).value(),
                       " once it is on disk");
    }
  }
  lines["own stream|next instance"] =
      absl::StrCat(config.self.value(), ":", engine.next_own().value());
  if (const size_t records = engine.journal().size(); records > 0) {
    lines["disk|records under way"] = absl::StrCat(records);
  }
  if (engine.journal().full()) lines["disk|full"] = "records wait";
}

}  // namespace

StateLines DescribeState(const Replica& replica, ValueNames& names) {
  StateLines lines;
  const Config& config = replica.config();
  if (config.mode == Mode::kBracha) {
    DescribeEngine(replica,
                   static_cast<const bracha::Engine&>(replica.replicator()),
                   names, lines);
  }
  for (const NodeId node : NodeSet::FirstN(config.nodes)) {
    const std::string name = Describe(node);
    lines[absl::StrCat("delivered|", name)] =
        absl::StrCat(replica.Watermark(node).value());
    for (const FaultKind kind : kAllFaultKinds) {
      const uint64_t count = replica.evidence().Count(node, kind);
      if (count == 0) continue;
      lines[absl::StrCat("convicted|", name, " ", FaultKindName(kind))] =
          absl::StrCat(count, count == 1 ? " time" : " times");
    }
    if (node == config.self) continue;
    const PeerView view = replica.View(node);
    const std::string has = absl::StrJoin(
        view.watermarks, " ", [](std::string* out, Seq watermark) {
          absl::StrAppend(out, watermark.value());
        });
    lines[absl::StrCat("peers|", name)] =
        absl::StrCat(view.up ? "up" : "down", ", has ", has);
  }
  size_t keys = 0;
  for (const auto& [key, entry] : replica.store().entries()) {
    if (++keys > kKeysMax) {
      lines["store|…"] = absl::StrCat(
          replica.store().entries().size() - kKeysMax, " more keys");
      break;
    }
    lines[absl::StrCat("store|", Excerpt(key))] = absl::StrCat(
        entry.deleted ? "(deleted)" : Excerpt(entry.value), "   of ",
        entry.version.origin.value(), ":", entry.version.seq.value());
  }
  return lines;
}

std::vector<StateChange> Changes(const StateLines& before,
                                 const StateLines& after) {
  std::vector<StateChange> changes;
  auto was = before.begin();
  auto is = after.begin();
  while (was != before.end() || is != after.end()) {
    if (is == after.end() || (was != before.end() && was->first < is->first)) {
      changes.push_back({was->first, ""});
      ++was;
    } else if (was == before.end() || is->first < was->first) {
      changes.push_back({is->first, is->second});
      ++is;
    } else {
      if (was->second != is->second) {
        changes.push_back({is->first, is->second});
      }
      ++was;
      ++is;
    }
  }
  return changes;
}

void Apply(const std::vector<StateChange>& changes, StateLines& state) {
  for (const StateChange& change : changes) {
    if (change.value.empty()) {
      state.erase(change.line);
    } else {
      state[change.line] = change.value;
    }
  }
}

}  // namespace distdb::sim
