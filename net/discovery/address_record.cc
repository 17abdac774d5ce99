#include "net/discovery/address_record.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/types.h"
#include "net/codec/frame.h"
#include "net/codec/wire.pb.h"
#include "net/socket.h"
#include "net/tls/keys.h"

namespace distdb {
namespace {

// So that this signature is of nothing else.
constexpr absl::string_view kPurpose = "distdb address record 1\n";

absl::StatusOr<AddressRecord> ReadFields(const wire::AddressRecord& from) {
  if (!from.has_cluster_id() || !from.has_epoch() || !from.has_node() ||
      !from.has_number() || !from.has_client_address()) {
    return absl::InvalidArgumentError("an address record with a field missing");
  }
  const size_t count = static_cast<size_t>(from.peer_addresses_size());
  if (count < 1 || count > kAddressesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("an address record with ", count,
                     " addresses in place of 1 to ", kAddressesMax));
  }
  AddressRecord record{.cluster_id = from.cluster_id(),
                       .epoch = Epoch(from.epoch()),
                       .node = NodeId(from.node()),
                       .number = from.number()};
  for (const std::string& text : from.peer_addresses()) {
    absl::StatusOr<Endpoint> address = ParseIpEndpoint(text);
    if (!address.ok()) return address.status();
    record.peer_addresses.push_back(*std::move(address));
  }
  absl::StatusOr<Endpoint> client = ParseIpEndpoint(from.client_address());
  if (!client.ok()) return client.status();
  record.client_address = *std::move(client);
  return record;
}

}  // namespace

std::string SignRecord(const AddressRecord& record, const PrivateKey& key) {
  DISTDB_CHECK(!record.peer_addresses.empty() &&
                   record.peer_addresses.size() <= kAddressesMax,
               "a record has 1 to kAddressesMax addresses");
  wire::AddressRecord fields;
  fields.set_cluster_id(record.cluster_id);
  fields.set_epoch(record.epoch.value());
  fields.set_node(record.node.value());
  fields.set_number(record.number);
  for (const Endpoint& address : record.peer_addresses) {
    fields.add_peer_addresses(ToString(address));
  }
  fields.set_client_address(ToString(record.client_address));
  wire::SignedAddressRecord with_signature;
  fields.SerializeToString(with_signature.mutable_record());
  with_signature.set_signature(
      key.Sign(absl::StrCat(kPurpose, with_signature.record())));
  std::string bytes = with_signature.SerializeAsString();
  DISTDB_CHECK(bytes.size() <= kAddressRecordBytesMax,
               "IP addresses and a cluster id are short");
  return bytes;
}

absl::StatusOr<SignedRecord> ReadRecord(absl::string_view bytes) {
  wire::SignedAddressRecord from;
  if (bytes.size() > kAddressRecordBytesMax ||
      !from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError("bytes that are no address record");
  }
  if (from.signature().size() != kSignatureBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("an address record with a signature of ",
                     from.signature().size(), " bytes"));
  }
  wire::AddressRecord fields;
  if (!fields.ParseFromString(from.record())) {
    return absl::InvalidArgumentError("bytes that are no address record");
  }
  absl::StatusOr<AddressRecord> record = ReadFields(fields);
  if (!record.ok()) return record.status();
  return SignedRecord{.record = *std::move(record),
                      .text = absl::StrCat(kPurpose, from.record()),
                      .signature = from.signature()};
}

}  // namespace distdb
