// Discovery: finds the members of a cluster and lets them find this one.
//
// Who is a member, the keys say. Where the members are, each says itself, in a
// record that it signs (address_record.h); this is how the records get around:
//
//   on every link that comes up   all that are known, both ways (PeerLinks)
//   what is new                   to all peers that are up, at once
//   asking around                 while not all peers are up: whoever is given
//                                 as a seed, and every member that is down and
//                                 would dial this node if it knew where it is,
//                                 is asked for an introduction; after 100 ms,
//                                 then after twice as long up to 5 s
//   multicast                     the own record, every half second while not
//                                 all peers are up, else every ten seconds
//
// so that a new node needs the address of any other, or none at all, and a node
// that comes back elsewhere is found again by those that it remembers.
//
// It runs on the event loop; links and multicast are told to it, and its host
// what has changed. Records and their limits: address_book.h. Not thread-safe.

#ifndef DISTDB_NET_DISCOVERY_DISCOVERY_H_
#define DISTDB_NET_DISCOVERY_DISCOVERY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/backoff.h"
#include "net/discovery/address_book.h"
#include "net/discovery/multicast.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/socket.h"
#include "net/tls/context.h"
#include "net/token_bucket.h"

namespace distdb {

struct DiscoveryOptions {
  std::string cluster_id;
  Epoch epoch{1};
  NodeId self;
  // The own key and everybody's pins.
  std::shared_ptr<const TlsContext> tls;
  // Where this node can be reached: 1 to kAddressesMax.
  std::vector<Endpoint> peer_addresses;
  Endpoint client_address;
  // Larger than in any run before: the wall clock will do. Where it went back,
  // the node finds out from its peers.
  uint64_t number = 0;
  // By node; with an empty host where it is to be found.
  std::vector<Endpoint> configured;
  std::vector<Endpoint> seeds;
  Duration ask_first = 100 * kMillisecond;
  Duration ask_max = 5 * kSecond;
};

class DiscoveryHost {
 public:
  virtual ~DiscoveryHost() = default;
  // Something new is known of `node`; also of this one, of whom another record
  // was about.
  virtual void OnRecordChanged(NodeId node) = 0;
};

class Discovery {
 public:
  // `loop`, `links` and `host` outlive it.
  Discovery(DiscoveryOptions options, EventLoop* loop, PeerLinks* links,
            DiscoveryHost* host);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  // What was known when the node last ran: checked like anything else. Call it
  // before the loop runs.
  void Remember(const std::vector<std::string>& records);

  // From now on the own record is sent to this group, too.
  void Use(std::unique_ptr<Multicast> multicast);

  // From the links' observer.
  void OnRecords(NodeId from, const std::vector<std::string>& records);
  // A peer is up, or down.
  void OnPeersChanged() { AskSoon(); }

  // What came from a multicast group.
  void OnBeacon(absl::string_view datagram);

  // As PeerLinks::SetTls.
  void SetTls(std::shared_ptr<const TlsContext> tls);

  const AddressBook& book() const { return book_; }

 private:
  // What is asked around: a seed or a member.
  struct Contact {
    Endpoint endpoint;
    NodeSet expected;
  };

  // True when it is news, which then is in `news_`.
  bool Take(absl::string_view record, TokenBucket& budget);
  // Tells everybody but `from` what is in news_.
  void Spread(NodeSet from);
  NodeSet Others() const;
  bool IsOwn(const Endpoint& endpoint) const;

  std::vector<Contact> Contacts() const;
  void AskAround();
  void AskSoon();
  void Beacon();

  DiscoveryOptions options_;
  EventLoop* loop_;
  PeerLinks* links_;
  DiscoveryHost* host_;
  AddressBook book_;
  std::vector<TokenBucket> budgets_;  // By who passes records on.
  TokenBucket group_budget_;
  NodeSet news_;
  Backoff asking_;
  TimerId ask_;
  size_t next_contact_ = 0;
  std::unique_ptr<Multicast> multicast_;
  TimerId beacon_;
};

}  // namespace distdb

#endif  // DISTDB_NET_DISCOVERY_DISCOVERY_H_
