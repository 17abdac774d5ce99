#include "node/serve_flags.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "net/discovery/multicast.h"
#include "net/socket.h"
#include "node/cluster_flags.h"
#include "node/command_line.h"
#include "node/config.pb.h"
#include "node/config_limits.h"
#include "node/size_flag.h"

ABSL_FLAG(std::string, listen_host, "",
          "Listen on this IP address (file: listen_host).");
ABSL_FLAG(std::vector<std::string>, join, {},
          "Peer addresses of other members, one or several with commas between "
          "them, where to learn of the rest (file: seed_addresses).");
ABSL_FLAG(std::string, discover, "",
          "Find peers by multicast, without any address; or none (file: "
          "discover).");
ABSL_FLAG(
    std::string, multicast_group, "",
    "The group and port for that; 239.255.71.1:7100 unless told otherwise "
    "(file: multicast_group).");
ABSL_FLAG(absl::optional<absl::Duration>, request_timeout, absl::nullopt,
          "A request that takes longer fails; 10s unless told otherwise (file: "
          "request_timeout_ms).");
ABSL_FLAG(absl::optional<distdb::Size>, retained_max, absl::nullopt,
          "Writes kept for nodes that lack them; 1GiB unless told otherwise "
          "(file: retained_bytes_max).");
ABSL_FLAG(absl::optional<absl::Duration>, handshake_timeout, absl::nullopt,
          "A peer has proven who it is by then; 3s unless told otherwise "
          "(file: handshake_timeout_ms).");
ABSL_FLAG(absl::optional<absl::Duration>, idle_timeout, absl::nullopt,
          "A peer that is silent for so long is down; 5s unless told otherwise "
          "(file: idle_timeout_ms).");
ABSL_FLAG(absl::optional<distdb::Size>, peer_queue_max, absl::nullopt,
          "What may wait to be sent to one peer; 32MiB unless told otherwise "
          "(file: peer_queue_bytes_max).");
ABSL_FLAG(absl::optional<distdb::Size>, segment_size, absl::nullopt,
          "How large the log's files are; 16MiB unless told otherwise (file: "
          "segment_bytes).");
ABSL_FLAG(absl::optional<distdb::Size>, snapshot_log, absl::nullopt,
          "After so much log a snapshot is written, and takes its place; 64MiB "
          "unless told otherwise (file: snapshot_log_bytes).");

ABSL_FLAG(std::string, record, "",
          "Record what the node is given in this file, for `sim replay "
          "--recording=FILE` (file: record_file).");
ABSL_FLAG(absl::optional<distdb::Size>, record_size, absl::nullopt,
          "A recording takes about so much, then the next one begins; 256MiB "
          "unless told otherwise (file: record_bytes).");
ABSL_FLAG(absl::optional<uint32_t>, record_files, absl::nullopt,
          "So many recordings are kept, FILE, FILE.1, …; 4 unless told "
          "otherwise (file: record_files).");

namespace distdb {
namespace {

using DurationFlag = absl::Flag<absl::optional<absl::Duration>>;
using SizeFlag = absl::Flag<absl::optional<Size>>;

absl::Status RangeError(absl::string_view name, const std::string& value,
                        const std::string& least, const std::string& most) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", name, "=", value, " is out of range; use ",
                   most.empty() ? absl::StrCat("at least ", least)
                                : absl::StrCat(least, " to ", most)));
}

// Calls `set` with the flag's value in milliseconds, if it was given.
template <typename Set>
absl::Status OverrideDuration(const DurationFlag& flag, Range range, Set set) {
  const absl::optional<absl::Duration> given = absl::GetFlag(flag);
  if (!given.has_value()) return absl::OkStatus();
  const int64_t ms = absl::ToInt64Milliseconds(*given);
  if (ms < 0 || !range.Contains(static_cast<uint64_t>(ms)) ||
      absl::Milliseconds(ms) != *given) {
    return RangeError(
        flag.Name(), absl::FormatDuration(*given),
        absl::FormatDuration(absl::Milliseconds(range.min)),
        absl::StrCat(absl::FormatDuration(absl::Milliseconds(range.max)),
                     ", in whole milliseconds"));
  }
  set(static_cast<uint32_t>(ms));
  return absl::OkStatus();
}

// The same in bytes.
template <typename Set>
absl::Status OverrideSize(const SizeFlag& flag, Range range, Set set) {
  const absl::optional<Size> given = absl::GetFlag(flag);
  if (!given.has_value()) return absl::OkStatus();
  if (!range.Contains(given->bytes)) {
    return RangeError(
        flag.Name(), AbslUnparseFlag(*given), AbslUnparseFlag(Size{range.min}),
        range.max == kAnySize ? "" : AbslUnparseFlag(Size{range.max}));
  }
  set(given->bytes);
  return absl::OkStatus();
}

absl::Status OverrideMode(NodeConfig& config) {
  const absl::StatusOr<ReplicationMode> mode = ReadModeFlag(config.mode());
  if (!mode.ok()) return mode.status();
  config.set_mode(*mode);
  return absl::OkStatus();
}

absl::Status OverrideListenHost(NodeConfig& config) {
  const std::string host = absl::GetFlag(FLAGS_listen_host);
  if (host.empty()) return absl::OkStatus();
  if (!IsIpAddress(host)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen_host=", host,
                     " is no IP address; use for example 127.0.0.1, or 0.0.0.0 "
                     "for every interface"));
  }
  config.set_listen_host(host);
  return absl::OkStatus();
}

absl::Status OverrideJoin(NodeConfig& config) {
  const std::vector<std::string> seeds = absl::GetFlag(FLAGS_join);
  if (seeds.empty()) return absl::OkStatus();
  config.clear_seed_addresses();
  for (const std::string& seed : seeds) {
    const absl::StatusOr<Endpoint> address = ParseIpEndpoint(seed);
    if (!address.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--join: ", address.status().message(),
                       "; give the peer address of another member, as in "
                       "--join=127.0.0.1:7101"));
    }
    config.add_seed_addresses(seed);
  }
  return absl::OkStatus();
}

absl::Status OverrideDiscover(NodeConfig& config) {
  const std::string by = absl::GetFlag(FLAGS_discover);
  if (!by.empty() && by != "multicast" && by != "none") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--discover=", by, " is no way to find peers; use multicast or none"));
  }
  if (!by.empty()) config.set_discover(by == "none" ? NONE : MULTICAST);
  const std::string group = absl::GetFlag(FLAGS_multicast_group);
  if (group.empty()) return absl::OkStatus();
  const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(group);
  if (!endpoint.ok() || endpoint->port == 0 || !IsMulticast(endpoint->host)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--multicast_group=", group, " is no IPv4 multicast address with a ",
        "port; use for example --multicast_group=239.255.71.1:7100"));
  }
  config.set_multicast_group(group);
  return absl::OkStatus();
}

absl::Status OverrideRecording(NodeConfig& config) {
  const std::string file = absl::GetFlag(FLAGS_record);
  if (!file.empty()) config.set_record_file(ResolvePath(file));
  const absl::optional<uint32_t> files = absl::GetFlag(FLAGS_record_files);
  if (files.has_value() && !kRecordFilesRange.Contains(*files)) {
    return RangeError("record_files", absl::StrCat(*files),
                      absl::StrCat(kRecordFilesRange.min),
                      absl::StrCat(kRecordFilesRange.max));
  }
  if (files.has_value()) config.set_record_files(*files);
  return OverrideSize(FLAGS_record_size, kRecordBytesRange,
                      [&](uint64_t bytes) { config.set_record_bytes(bytes); });
}

}  // namespace

std::vector<absl::string_view> OverridingFlags() {
  return {"join",         "discover",       "multicast_group",
          "listen_host",  "mode",           "request_timeout",
          "retained_max", "idle_timeout",   "handshake_timeout",
          "segment_size", "peer_queue_max", "snapshot_log",
          "record",       "record_size",    "record_files"};
}

absl::Status OverrideFromFlags(NodeConfig& config) {
  absl::Status status = OverrideMode(config);
  status.Update(OverrideListenHost(config));
  status.Update(OverrideJoin(config));
  status.Update(OverrideDiscover(config));
  status.Update(OverrideDuration(
      FLAGS_request_timeout, kRequestTimeoutMsRange,
      [&](uint32_t ms) { config.set_request_timeout_ms(ms); }));
  status.Update(OverrideDuration(
      FLAGS_handshake_timeout, kHandshakeTimeoutMsRange,
      [&](uint32_t ms) { config.set_handshake_timeout_ms(ms); }));
  status.Update(
      OverrideDuration(FLAGS_idle_timeout, kIdleTimeoutMsRange,
                       [&](uint32_t ms) { config.set_idle_timeout_ms(ms); }));
  status.Update(OverrideSize(
      FLAGS_retained_max, kRetainedBytesRange,
      [&](uint64_t bytes) { config.set_retained_bytes_max(bytes); }));
  status.Update(OverrideSize(
      FLAGS_peer_queue_max, kPeerQueueBytesRange,
      [&](uint64_t bytes) { config.set_peer_queue_bytes_max(bytes); }));
  status.Update(
      OverrideSize(FLAGS_segment_size, kSegmentBytesRange,
                   [&](uint64_t bytes) { config.set_segment_bytes(bytes); }));
  status.Update(OverrideSize(
      FLAGS_snapshot_log, kSnapshotLogBytesRange,
      [&](uint64_t bytes) { config.set_snapshot_log_bytes(bytes); }));
  status.Update(OverrideRecording(config));
  return status;
}

}  // namespace distdb
