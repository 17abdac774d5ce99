#include "node/finder.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/discovery/address_record.h"
#include "net/discovery/discovery.h"
#include "net/discovery/interfaces.h"
#include "net/discovery/multicast.h"
#include "net/socket.h"
#include "node/address_file.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/narrator.h"

namespace distdb {
namespace {

// Between two times of writing the file, however often records change.
constexpr Duration kSaveInterval = kSecond;

uint64_t WallMicroseconds() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(wall).count());
}

}  // namespace

Endpoint ConfiguredPeer(const NodeConfig& config, uint32_t id) {
  return ParseEndpoint(FindMember(config, id).peer_address())
      .value_or(Endpoint());
}

absl::StatusOr<std::unique_ptr<Finder>> Finder::Create(
    const NodeConfig& config, const OwnAddresses& own,
    std::shared_ptr<const TlsContext> tls, EventLoop* loop, PeerLinks* links,
    Narrator* narrator) {
  std::unique_ptr<Finder> finder(new Finder(config, loop, narrator));
  DiscoveryOptions options;
  options.cluster_id = PeersClusterId(config);
  options.epoch = Epoch(config.epoch());
  options.self = NodeId(config.node_id() - 1);
  options.tls = std::move(tls);
  options.peer_addresses = own.peer;
  options.client_address = own.client;
  options.number = WallMicroseconds();
  for (int id = 1; id <= config.members_size(); ++id) {
    options.configured.push_back(
        ConfiguredPeer(config, static_cast<uint32_t>(id)));
  }
  for (const std::string& seed : config.seed_addresses()) {
    const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(seed);
    if (!endpoint.ok()) return endpoint.status();
    options.seeds.push_back(*endpoint);
  }
  finder->discovery_ =
      std::make_unique<Discovery>(std::move(options), loop, links,
                                  static_cast<DiscoveryHost*>(finder.get()));
  finder->Remember();
  if (config.discover() == MULTICAST) {
    absl::Status multicasts = finder->UseMulticast();
    if (!multicasts.ok()) return multicasts;
  }
  finder->TellIfLost();
  return finder;
}

Finder::Finder(const NodeConfig& config, EventLoop* loop, Narrator* narrator)
    : config_(config),
      loop_(loop),
      narrator_(narrator),
      path_(AddressFilePath(config.key_file())) {}

Finder::~Finder() {
  if (save_ == TimerId()) return;
  loop_->Cancel(save_);
  Save();
}

void Finder::Remember() {
  const absl::StatusOr<std::vector<std::string>> records =
      ReadAddressFile(path_);
  if (records.ok()) return discovery_->Remember(*records);
  narrator_->Info("address_file",
                  absl::StrCat(records.status().message(),
                               "; it is written anew as peers are found"));
}

void Finder::TellIfLost() {
  if (config_.discover() != NONE || config_.seed_addresses_size() > 0) return;
  for (int id = 1; id <= config_.members_size(); ++id) {
    if (static_cast<uint32_t>(id) == config_.node_id()) continue;
    const NodeId node(static_cast<uint32_t>(id) - 1);
    if (book().Find(node) != nullptr) return;
    if (!ConfiguredPeer(config_, static_cast<uint32_t>(id)).host.empty()) {
      return;
    }
  }
  if (config_.members_size() == 1) return;
  narrator_->Info("knows_nobody",
                  "no address of any other node is known here, so this one "
                  "waits to be found; it looks for them itself with "
                  "--join=HOST:PORT or --discover=multicast");
}

absl::Status Finder::UseMulticast() {
  const absl::StatusOr<Endpoint> group =
      ParseEndpoint(config_.multicast_group());
  if (!group.ok()) return group.status();
  absl::StatusOr<std::unique_ptr<Multicast>> multicast = Multicast::Create(
      *group, MulticastInterfaces(config_.listen_host()), loop_,
      [this](absl::string_view datagram) { discovery_->OnBeacon(datagram); });
  if (!multicast.ok()) {
    return absl::Status(
        multicast.status().code(),
        absl::StrCat("--discover=multicast: ", multicast.status().message(),
                     "; give the address of a peer in its place, with "
                     "--join=HOST:PORT"));
  }
  discovery_->Use(*std::move(multicast));
  return absl::OkStatus();
}

void Finder::OnRecordChanged(NodeId node) {
  const uint32_t id = node.value() + 1;
  const AddressRecord* record = book().Find(node);
  if (id != config_.node_id() && record != nullptr) {
    const Endpoint& address = record->peer_addresses.front();
    if (address != ConfiguredPeer(config_, id)) {
      narrator_->Info(
          "peer_found",
          absl::StrCat("node ", id, " is found at ", ToString(address)),
          {{"peer", uint64_t{id}}});
    }
  }
  if (save_ != TimerId()) return;
  // The first at once: a node that is killed then knows where to begin.
  save_ = loop_->AddTimer(std::max(loop_->now(), saved_ + kSaveInterval),
                          [this] { Save(); });
}

void Finder::Save() {
  save_ = TimerId();
  saved_ = loop_->now();
  const absl::Status saved = WriteAddressFile(path_, book().All());
  if (!saved.ok() && !save_failed_) {
    narrator_->Error(
        "address_file",
        absl::StrCat(
            "after a restart this node will have to look for its peers again: ",
            saved.message()));
  }
  save_failed_ = !saved.ok();
}

}  // namespace distdb
