// AddressBook: the newest address record of each member, and what became of
// those that were not taken.
//
// Whatever comes in, from a peer, from a multicast group or from a file, is
// held to the same: a record is taken if it is of this cluster and epoch, newer
// than what is known of its node, signed with the key that is pinned for it,
// and not one of too many. So a liar can withhold others' addresses, and say
// what it likes of its own; it cannot forge another's, nor bring back an old
// one. Memory: one record of at most kAddressRecordBytesMax per member.
//
// Looking at a signature takes some 100 µs. What a caller passes on is looked
// at only as far as its budget goes, and a node's own new records are taken at
// most once a second (a few at once), so that a liar who signs without end
// costs the others little.
//
// Pure: the time comes in. Not thread-safe.

#ifndef DISTDB_NET_DISCOVERY_ADDRESS_BOOK_H_
#define DISTDB_NET_DISCOVERY_ADDRESS_BOOK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/discovery/address_record.h"
#include "net/socket.h"
#include "net/tls/keys.h"
#include "net/token_bucket.h"

namespace distdb {

// What became of a record.
enum class RecordVerdict : uint8_t {
  kNew = 0,
  kKnown = 1,       // Of this number there is one already.
  kOld = 2,         // There is a newer one: replayed, or slow.
  kOvertaken = 3,   // Of this node itself, from before, and newer than its own.
  kMalformed = 4,   // No record, or a node that is none.
  kForeign = 5,     // Of another cluster,
  kOtherEpoch = 6,  // or of another epoch of this one.
  kForged = 7,      // The signature is not by the node's key.
  kTooMany = 8,     // Beyond the budget.
};
inline constexpr size_t kRecordVerdicts = 9;
using RecordCounts = std::array<uint64_t, kRecordVerdicts>;

class AddressBook {
 public:
  // pins[i] is the key of node i; `key` is the own one.
  AddressBook(std::string cluster_id, Epoch epoch, NodeId self,
              const PrivateKey& key, std::vector<PublicKey> pins);

  // Makes the own record, with a number of at least `number` and larger than
  // any before, also than one that was overtaken.
  void SetOwn(std::vector<Endpoint> peer_addresses, Endpoint client_address,
              uint64_t number);

  // Takes a record or not. `budget` is of signatures, for who passed it on.
  RecordVerdict Merge(absl::string_view bytes, TokenBucket& budget, Time now);

  // Keys have changed: records that are not by the new ones are dropped, and
  // the own one is signed again. Requires SetOwn.
  void SetKeys(const PrivateKey& key, std::vector<PublicKey> pins);

  // Whose record it was that Merge took last.
  NodeId last_taken() const { return last_taken_; }

  // Null when nothing is known. Valid until the next call that changes it.
  const AddressRecord* Find(NodeId node) const;
  // The signed bytes; empty when nothing is known.
  const std::string& Bytes(NodeId node) const;
  // Those of all nodes that are known.
  std::vector<std::string> All() const;

  // How often Merge has said what.
  const RecordCounts& counts() const { return counts_; }

 private:
  struct Entry {
    Entry();

    AddressRecord record;
    std::string bytes;  // Empty: nothing is known.
    TokenBucket fresh;  // New records of this node.
  };

  RecordVerdict Judge(absl::string_view bytes, TokenBucket& budget, Time now);
  void SignOwn(uint64_t number);

  std::string cluster_id_;
  Epoch epoch_;
  NodeId self_;
  PrivateKey key_;
  std::vector<PublicKey> pins_;
  std::vector<Entry> entries_;  // By node.
  uint64_t overtaken_number_ = 0;
  NodeId last_taken_;
  RecordCounts counts_{};
};

}  // namespace distdb

#endif  // DISTDB_NET_DISCOVERY_ADDRESS_BOOK_H_
