// Finder: a node's Discovery, from its configuration, and the file in which it
// remembers. What it finds it tells the narrator.
//
// Not thread-safe.

#ifndef DISTDB_NODE_FINDER_H_
#define DISTDB_NODE_FINDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/discovery/address_book.h"
#include "net/discovery/discovery.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "node/config.pb.h"
#include "node/narrator.h"
#include "node/ports.h"

namespace distdb {

// Where a member is by the configuration; with an empty host where it does not
// say.
Endpoint ConfiguredPeer(const NodeConfig& config, uint32_t id);

class Finder : private DiscoveryHost {
 public:
  // `config`, `loop`, `links` and `narrator` outlive it. An error, with the
  // mend, when it cannot multicast as it should.
  static absl::StatusOr<std::unique_ptr<Finder>> Create(
      const NodeConfig& config, const OwnAddresses& own,
      std::shared_ptr<const TlsContext> tls, EventLoop* loop, PeerLinks* links,
      Narrator* narrator);
  ~Finder() override;

  Discovery& discovery() { return *discovery_; }
  const AddressBook& book() const { return discovery_->book(); }

 private:
  Finder(const NodeConfig& config, EventLoop* loop, Narrator* narrator);

  void Remember();
  // Tells that it can only wait, if so.
  void TellIfLost();
  absl::Status UseMulticast();
  void OnRecordChanged(NodeId node) override;
  void Save();

  const NodeConfig& config_;
  EventLoop* loop_;
  Narrator* narrator_;
  std::string path_;
  std::unique_ptr<Discovery> discovery_;
  TimerId save_;  // None: the file is as it should be.
  Time saved_;
  bool save_failed_ = false;
};

}  // namespace distdb

#endif  // DISTDB_NODE_FINDER_H_
