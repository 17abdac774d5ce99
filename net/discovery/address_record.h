// AddressRecord: where a node is found, in its own signed words.
//
// Who is a member, and by which key, the configuration says; where a member is
// may change, and is found. Each node signs a record of its addresses with its
// key and gives it the next number; anybody may pass it on, nobody can change
// it. Of two records of a node the one with the larger number holds.
//
//   bytes     = wire.SignedAddressRecord { record, signature }
//   signature = Ed25519 of "distdb address record 1\n" and record
//   record    = wire.AddressRecord
//
// Pure functions on bytes. What is too large, or says what a record may not
// say, is refused before any signature is looked at.

#ifndef DISTDB_NET_DISCOVERY_ADDRESS_RECORD_H_
#define DISTDB_NET_DISCOVERY_ADDRESS_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/tls/keys.h"

namespace distdb {

// A machine has several; more than these are not told.
inline constexpr size_t kAddressesMax = 8;

struct AddressRecord {
  std::string cluster_id;
  Epoch epoch{1};
  NodeId node;
  uint64_t number = 0;
  // Where its peers may try, the best first: 1 to kAddressesMax, with an IP
  // address, so that no name of a stranger's choice is ever looked up.
  std::vector<Endpoint> peer_addresses;
  Endpoint client_address;

  friend bool operator==(const AddressRecord&, const AddressRecord&) = default;
};

// The record, and what its signature is about.
struct SignedRecord {
  AddressRecord record;
  std::string text;
  std::string signature;

  bool IsBy(const PublicKey& key) const { return Verify(key, text, signature); }
};

// At most kAddressRecordBytesMax (net/codec/frame.h). Requires a record as
// described, and a cluster id of at most 256 bytes.
std::string SignRecord(const AddressRecord& record, const PrivateKey& key);

// Reads what SignRecord wrote, and checks all but the signature.
// InvalidArgument with what is wrong.
absl::StatusOr<SignedRecord> ReadRecord(absl::string_view bytes);

}  // namespace distdb

#endif  // DISTDB_NET_DISCOVERY_ADDRESS_RECORD_H_
