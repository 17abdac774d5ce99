#include "net/discovery/discovery.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/backoff.h"
#include "net/discovery/address_book.h"
#include "net/discovery/address_record.h"
#include "net/discovery/multicast.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/socket.h"
#include "net/token_bucket.h"

namespace distdb {
namespace {

// Signatures that are looked at for one peer: of all members at once, then some
// 60 a second.
constexpr int64_t kBudgetAtOnce = 2 * kNodesMax;
constexpr Duration kBudgetInterval = 16 * kMillisecond;

// Contacts asked in one round.
constexpr size_t kAskedAtOnce = 4;

// The own record is told again so often, in case it got lost on the way.
constexpr Duration kTellInterval = 30 * kSecond;

constexpr Duration kBeaconInterval = kSecond / 2;
constexpr Duration kCalmBeaconInterval = 10 * kSecond;

}  // namespace

Discovery::Discovery(DiscoveryOptions options, EventLoop* loop,
                     PeerLinks* links, DiscoveryHost* host)
    : options_(std::move(options)),
      loop_(loop),
      links_(links),
      host_(host),
      book_(options_.cluster_id, options_.epoch, options_.self,
            options_.tls->key(), options_.tls->pins()),
      budgets_(options_.configured.size(),
               TokenBucket(kBudgetAtOnce, kBudgetInterval)),
      group_budget_(kBudgetAtOnce, kBudgetInterval),
      asking_(options_.ask_first, options_.ask_max,
              options_.number + options_.self.value()) {
  book_.SetOwn(options_.peer_addresses, options_.client_address,
               options_.number);
  links_->SetRecords(book_.All());
  ask_ = loop_->AddTimer(Time(0), [this] { AskAround(); });
}

Discovery::~Discovery() {
  loop_->Cancel(ask_);
  loop_->Cancel(beacon_);
}

void Discovery::Remember(const std::vector<std::string>& records) {
  TokenBucket budget(kBudgetAtOnce, kBudgetInterval);
  for (const std::string& record : records) Take(record, budget);
  news_ = NodeSet();
  links_->SetRecords(book_.All());
}

void Discovery::Use(std::unique_ptr<Multicast> multicast) {
  multicast_ = std::move(multicast);
  beacon_ = loop_->AddTimer(Time(0), [this] { Beacon(); });
}

bool Discovery::Take(absl::string_view record, TokenBucket& budget) {
  switch (book_.Merge(record, budget, loop_->now())) {
    case RecordVerdict::kNew: {
      const NodeId node = book_.last_taken();
      links_->SetFound(node, book_.Find(node)->peer_addresses);
      news_.Insert(node);
      return true;
    }
    case RecordVerdict::kOvertaken:
      book_.SetOwn(options_.peer_addresses, options_.client_address,
                   options_.number);
      news_.Insert(options_.self);
      return true;
    default:
      return false;
  }
}

void Discovery::OnRecords(NodeId from,
                          const std::vector<std::string>& records) {
  for (const std::string& record : records) {
    Take(record, budgets_[from.value()]);
  }
  Spread(NodeSet::Of(from));
}

void Discovery::OnBeacon(absl::string_view datagram) {
  Take(datagram, group_budget_);
  Spread(NodeSet());
}

void Discovery::Spread(NodeSet from) {
  if (news_.empty()) return;
  const NodeSet news = std::exchange(news_, NodeSet());
  std::vector<std::string> records;
  for (const NodeId node : news) records.push_back(book_.Bytes(node));
  links_->SetRecords(book_.All());
  NodeSet to = Others();
  // Who has passed on a record of this node's own past must hear of the next.
  if (!news.Contains(options_.self)) {
    to = NodeSet(to.bits() & ~from.bits());
  }
  links_->TellRecords(to, records);
  for (const NodeId node : news) host_->OnRecordChanged(node);
  AskSoon();
}

void Discovery::SetTls(std::shared_ptr<const TlsContext> tls) {
  options_.tls = std::move(tls);
  book_.SetKeys(options_.tls->key(), options_.tls->pins());
  news_.Insert(options_.self);
  Spread(NodeSet());
}

NodeSet Discovery::Others() const {
  return NodeSet::FirstN(static_cast<int>(options_.configured.size()))
      .Without(options_.self);
}

bool Discovery::IsOwn(const Endpoint& endpoint) const {
  const std::vector<Endpoint>& own = options_.peer_addresses;
  return std::find(own.begin(), own.end(), endpoint) != own.end();
}

std::vector<Discovery::Contact> Discovery::Contacts() const {
  std::vector<Contact> contacts;
  for (const Endpoint& seed : options_.seeds) {
    contacts.push_back({seed, Others()});
  }
  const NodeSet up = links_->Up();
  for (const NodeId node : Others()) {
    // The others this node dials itself.
    if (node < options_.self || up.Contains(node)) continue;
    const Endpoint& configured = options_.configured[node.value()];
    if (!configured.host.empty()) {
      contacts.push_back({configured, NodeSet::Of(node)});
    }
    const AddressRecord* record = book_.Find(node);
    if (record == nullptr) continue;
    for (const Endpoint& address : record->peer_addresses) {
      if (address == configured) continue;
      contacts.push_back({address, NodeSet::Of(node)});
    }
  }
  std::erase_if(contacts,
                [&](const Contact& each) { return IsOwn(each.endpoint); });
  return contacts;
}

void Discovery::AskAround() {
  const NodeSet up = links_->Up();
  if (up == Others()) {
    links_->TellRecords(up, {book_.Bytes(options_.self)});
    ask_ =
        loop_->AddTimer(loop_->now() + kTellInterval, [this] { AskAround(); });
    return;
  }
  const std::vector<Contact> contacts = Contacts();
  for (size_t i = 0; i < std::min(kAskedAtOnce, contacts.size()); ++i) {
    const Contact& contact = contacts[next_contact_++ % contacts.size()];
    links_->Introduce(contact.endpoint, contact.expected);
  }
  ask_ =
      loop_->AddTimer(loop_->now() + asking_.Next(), [this] { AskAround(); });
}

void Discovery::AskSoon() {
  asking_.Reset();
  loop_->Cancel(ask_);
  ask_ =
      loop_->AddTimer(loop_->now() + asking_.Next(), [this] { AskAround(); });
}

void Discovery::Beacon() {
  multicast_->Send(book_.Bytes(options_.self));
  const bool calm = links_->Up() == Others();
  beacon_ = loop_->AddTimer(
      loop_->now() + (calm ? kCalmBeaconInterval : kBeaconInterval),
      [this] { Beacon(); });
}

}  // namespace distdb
