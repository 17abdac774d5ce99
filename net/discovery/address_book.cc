#include "net/discovery/address_book.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/types.h"
#include "net/discovery/address_record.h"
#include "net/socket.h"
#include "net/tls/keys.h"
#include "net/token_bucket.h"

namespace distdb {
namespace {

// A node's addresses change when it starts, and with its network.
constexpr int64_t kFreshAtOnce = 4;
constexpr Duration kFreshInterval = kSecond;

}  // namespace

AddressBook::Entry::Entry() : fresh(kFreshAtOnce, kFreshInterval) {}

AddressBook::AddressBook(std::string cluster_id, Epoch epoch, NodeId self,
                         const PrivateKey& key, std::vector<PublicKey> pins)
    : cluster_id_(std::move(cluster_id)),
      epoch_(epoch),
      self_(self),
      key_(key),
      pins_(std::move(pins)),
      entries_(pins_.size()) {
  DISTDB_CHECK(self_.value() < pins_.size(), "a node has a key");
}

void AddressBook::SetOwn(std::vector<Endpoint> peer_addresses,
                         Endpoint client_address, uint64_t number) {
  Entry& own = entries_[self_.value()];
  own.record.cluster_id = cluster_id_;
  own.record.epoch = epoch_;
  own.record.node = self_;
  own.record.peer_addresses = std::move(peer_addresses);
  own.record.client_address = std::move(client_address);
  SignOwn(number);
}

void AddressBook::SignOwn(uint64_t number) {
  Entry& own = entries_[self_.value()];
  own.record.number =
      std::max({number, own.record.number + 1, overtaken_number_ + 1});
  own.bytes = SignRecord(own.record, key_);
}

RecordVerdict AddressBook::Merge(absl::string_view bytes, TokenBucket& budget,
                                 Time now) {
  const RecordVerdict verdict = Judge(bytes, budget, now);
  ++counts_[static_cast<size_t>(verdict)];
  return verdict;
}

RecordVerdict AddressBook::Judge(absl::string_view bytes, TokenBucket& budget,
                                 Time now) {
  absl::StatusOr<SignedRecord> read = ReadRecord(bytes);
  if (!read.ok()) return RecordVerdict::kMalformed;
  AddressRecord& record = read->record;
  if (record.cluster_id != cluster_id_) return RecordVerdict::kForeign;
  if (record.epoch != epoch_) return RecordVerdict::kOtherEpoch;
  if (record.node.value() >= entries_.size()) return RecordVerdict::kMalformed;

  Entry& entry = entries_[record.node.value()];
  const bool is_known = !entry.bytes.empty();
  if (is_known && record.number == entry.record.number) {
    return RecordVerdict::kKnown;
  }
  if (is_known && record.number < entry.record.number) {
    return RecordVerdict::kOld;
  }
  if (!budget.Take(now)) return RecordVerdict::kTooMany;
  if (!read->IsBy(pins_[record.node.value()])) return RecordVerdict::kForged;
  if (!entry.fresh.Take(now)) return RecordVerdict::kTooMany;
  if (record.node == self_) {
    overtaken_number_ = std::max(overtaken_number_, record.number);
    return RecordVerdict::kOvertaken;
  }
  last_taken_ = record.node;
  entry.record = std::move(record);
  entry.bytes = std::string(bytes);
  return RecordVerdict::kNew;
}

void AddressBook::SetKeys(const PrivateKey& key, std::vector<PublicKey> pins) {
  DISTDB_CHECK(pins.size() == pins_.size(), "the membership stays");
  for (size_t i = 0; i < pins.size(); ++i) {
    if (pins[i] != pins_[i]) entries_[i].bytes.clear();
  }
  key_ = key;
  pins_ = std::move(pins);
  SignOwn(0);
}

const AddressRecord* AddressBook::Find(NodeId node) const {
  const Entry& entry = entries_[node.value()];
  return entry.bytes.empty() ? nullptr : &entry.record;
}

const std::string& AddressBook::Bytes(NodeId node) const {
  return entries_[node.value()].bytes;
}

std::vector<std::string> AddressBook::All() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_) {
    if (!entry.bytes.empty()) all.push_back(entry.bytes);
  }
  return all;
}

}  // namespace distdb
