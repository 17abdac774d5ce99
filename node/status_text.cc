#include "node/status_text.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/config.h"
#include "core/fault.h"
#include "core/types.h"
#include "net/peer_links.h"
#include "node/config.h"

namespace distdb {
namespace {

int CountUp(const NodeView& view) {
  return static_cast<int>(
      std::count_if(view.members.begin(), view.members.end(),
                    [](const MemberView& member) { return member.up; }));
}

std::string Nodes(int count) {
  return absl::StrCat(count, count == 1 ? " node" : " nodes");
}

// "12s", "3m", "5h": as precise as a person wants it.
std::string Age(Duration age) {
  const int64_t seconds = age / kSecond;
  if (seconds < 120) return absl::StrCat(seconds, "s");
  if (seconds < 2 * 3600) return absl::StrCat(seconds / 60, "m");
  return absl::StrCat(seconds / 3600, "h");
}

absl::string_view OrUnknown(const std::string& address) {
  return address.empty() ? "unknown" : absl::string_view(address);
}

uint64_t Behind(const MemberView& ours, const MemberView& theirs) {
  uint64_t behind = 0;
  for (size_t i = 0; i < ours.watermarks.size(); ++i) {
    const Seq known =
        i < theirs.watermarks.size() ? theirs.watermarks[i] : Seq(0);
    if (known < ours.watermarks[i]) behind += ours.watermarks[i] - known;
  }
  return behind;
}

// What FoundationDB's operators look at first.
std::string Headline(const NodeView& view) {
  const int n = static_cast<int>(view.members.size());
  const int up = CountUp(view);
  const std::string of = absl::StrCat(up, " of ", Nodes(n), " up");
  if (view.mode == Mode::kBroadcast) {
    return absl::StrCat(of,
                        "; mode broadcast is best effort and survives no "
                        "failure for certain");
  }
  const int f = (n - 1) / 3;
  const int down = n - up;
  if (down > f) {
    return absl::StrCat(of, "; writes wait until ", down - f,
                        " more of them come back (at most ", f,
                        " may be down or lying)");
  }
  return absl::StrCat(of, "; ", f - down, " more may fail (f = ", f, ")");
}

void AppendServer(const NodeView& view, absl::string_view separator,
                  std::string& text) {
  absl::StrAppend(&text, "node", separator, view.self.value() + 1, "\nmode",
                  separator, ModeName(view.mode), "\nuptime_in_seconds",
                  separator, view.uptime / kSecond, "\n");
}

void AppendClients(const NodeView& view, absl::string_view separator,
                   std::string& text) {
  const RespServerStats& clients = view.clients;
  absl::StrAppend(&text, "connected_clients", separator, clients.clients,
                  "\ntotal_connections_received", separator,
                  clients.connections, "\nrejected_connections", separator,
                  clients.refused_connections, "\ntotal_commands_processed",
                  separator, clients.commands, "\nprotocol_errors", separator,
                  clients.protocol_errors, "\n");
}

// By how many address records peers are found, and what else came in as such.
void AppendRecords(const NodeView& view, absl::string_view separator,
                   std::string& text) {
  const auto judged = [&](absl::string_view name, RecordVerdict verdict) {
    absl::StrAppend(&text, "address_records_", name, separator,
                    view.records_judged[static_cast<size_t>(verdict)], "\n");
  };
  absl::StrAppend(&text, "address_records", separator, view.records, "\n");
  judged("taken", RecordVerdict::kNew);
  judged("old", RecordVerdict::kOld);
  judged("forged", RecordVerdict::kForged);
  judged("malformed", RecordVerdict::kMalformed);
  judged("of_other_clusters", RecordVerdict::kForeign);
  judged("of_other_epochs", RecordVerdict::kOtherEpoch);
  judged("too_many", RecordVerdict::kTooMany);
}

void AppendLinks(const NodeView& view, absl::string_view separator,
                 std::string& text) {
  const auto ended = [&](absl::string_view name, LinkProblem problem) {
    absl::StrAppend(&text, name, separator, view.links.Ended(problem), "\n");
  };
  absl::StrAppend(&text, "peer_security", separator,
                  view.secured ? "tls1.3" : "none", "\npeer_strangers",
                  separator, view.links.strangers, "\n");
  ended("peer_wrong_keys", LinkProblem::kWrongKey);
  ended("peer_handshakes_refused", LinkProblem::kRefused);
  ended("peer_malformed", LinkProblem::kMalformed);
  ended("peer_timed_out", LinkProblem::kTimedOut);
  ended("peer_turned_away", LinkProblem::kTooMany);
  AppendRecords(view, separator, text);
}

void AppendPersistence(const NodeView& view, absl::string_view separator,
                       std::string& text) {
  const DriverStats& driver = view.driver;
  const uint64_t syncs = std::max<uint64_t>(driver.syncs, 1);
  absl::StrAppend(
      &text, "log_bytes", separator, view.log_bytes, "\nlog_segments",
      separator, view.log_segments, "\nlog_reserve_bytes", separator,
      view.log_reserve_bytes, "\nlog_records", separator, driver.records,
      "\nlog_syncs", separator, driver.syncs, "\nlog_sync_microseconds",
      separator, driver.sync_time / static_cast<Duration>(syncs) / kMicrosecond,
      "\n");
}

// "faults_proven: 3", then what they are: "faults_node_4_forged_send: 3".
void AppendFaults(const NodeView& view, absl::string_view separator,
                  std::string& text) {
  uint64_t all = 0;
  for (const FaultCount& fault : view.faults) all += fault.count;
  absl::StrAppend(&text, "faults_proven", separator, all, "\n");
  for (const FaultCount& fault : view.faults) {
    std::string name = absl::AsciiStrToLower(FaultKindName(fault.kind));
    std::replace(name.begin(), name.end(), ' ', '_');
    absl::StrAppend(&text, "faults_node_", fault.node.value() + 1, "_", name,
                    separator, fault.count, "\n");
  }
}

void AppendReplication(const NodeView& view, absl::string_view separator,
                       std::string& text) {
  absl::StrAppend(&text, "nodes", separator, view.members.size(), "\nnodes_up",
                  separator, CountUp(view), "\ninstances_delivered", separator,
                  view.driver.delivered, "\nsteps", separator,
                  view.driver.steps, "\nreplica_memory_bytes", separator,
                  view.memory_bytes, "\nreplica_memory_bytes_max", separator,
                  view.memory_bytes_max, "\n");
  AppendFaults(view, separator, text);
}

}  // namespace

std::string NodesText(const NodeView& view) {
  std::string text;
  const MemberView& self = view.members[view.self.value()];
  for (const MemberView& member : view.members) {
    absl::StrAppend(&text, member.id.value() + 1, " ",
                    OrUnknown(member.client_address),
                    member.up ? " up" : " down", " since=", Age(member.since));
    if (member.round_trip > 0) {
      absl::StrAppendFormat(&text, " rtt=%d.%02dms",
                            member.round_trip / kMillisecond,
                            member.round_trip % kMillisecond / 10'000);
    }
    absl::StrAppend(&text, " suspected=", member.suspected ? "yes" : "no",
                    " peer=", OrUnknown(member.peer_address));
    if (!member.heard_of) {
      absl::StrAppend(&text, " delivered=unknown behind=unknown\n");
      continue;
    }
    absl::StrAppend(&text, " delivered=",
                    absl::StrJoin(member.watermarks, ",",
                                  [](std::string* out, Seq seq) {
                                    absl::StrAppend(out, seq.value());
                                  }),
                    " behind=", Behind(self, member),
                    member.self ? " (asked)" : "", "\n");
  }
  return text;
}

std::string StatusText(const NodeView& view) {
  std::string text = Headline(view) + "\n";
  AppendServer(view, ": ", text);
  AppendReplication(view, ": ", text);
  AppendLinks(view, ": ", text);
  absl::StrAppend(&text, "keys: ", view.keys, "\n");
  AppendPersistence(view, ": ", text);
  AppendClients(view, ": ", text);
  return text;
}

std::string InfoText(const NodeView& view, const std::string& section) {
  std::string text;
  const auto wanted = [&](absl::string_view name) {
    if (!section.empty() && section != "all" && section != "everything" &&
        section != "default" && section != name) {
      return false;
    }
    std::string title(name);
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
    absl::StrAppend(&text, text.empty() ? "" : "\n", "# ", title, "\n");
    return true;
  };
  if (wanted("server")) AppendServer(view, ":", text);
  if (wanted("clients")) AppendClients(view, ":", text);
  if (wanted("persistence")) AppendPersistence(view, ":", text);
  if (wanted("replication")) AppendReplication(view, ":", text);
  if (wanted("links")) AppendLinks(view, ":", text);
  if (wanted("keyspace")) {
    absl::StrAppend(&text, "db0:keys=", view.keys, ",expires=0,avg_ttl=0\n");
  }
  return text;
}

}  // namespace distdb
