#include "net/handshake_check.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/codec/frame.h"

namespace distdb {
namespace {

template <typename Value>
absl::Status Differs(absl::string_view what, const Value& there,
                     const Value& here) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " ", there, " there and ", here, " here"));
}

std::string NameOf(NodeId node) {
  return absl::StrCat("node-", node.value() + 1);
}

// Who dials has the larger id, and nobody has ours.
absl::Status CheckDialler(const Handshake& ours, const Handshake& theirs,
                          const HandshakeContext& context) {
  if (theirs.introduction && !context.proven.has_value()) {
    return absl::FailedPreconditionError(
        "an introduction by a node that has not proven who it is");
  }
  if (theirs.introduction) return absl::OkStatus();
  if (theirs.node > ours.node && theirs.node.value() < ours.nodes) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(NameOf(theirs.node), " does not dial ", NameOf(ours.node),
                   " in a cluster of ", ours.nodes));
}

}  // namespace

absl::Status CheckHandshake(const Handshake& ours, const Handshake& theirs,
                            const HandshakeContext& context) {
  if (theirs.protocol_version != ours.protocol_version) {
    return Differs("protocol version", theirs.protocol_version,
                   ours.protocol_version);
  }
  if (theirs.cluster_id != ours.cluster_id) {
    return Differs("cluster", absl::CEscape(theirs.cluster_id),
                   absl::CEscape(ours.cluster_id));
  }
  if (theirs.epoch != ours.epoch) {
    return Differs("epoch", theirs.epoch.value(), ours.epoch.value());
  }
  if (theirs.nodes != ours.nodes) {
    return Differs("number of nodes", theirs.nodes, ours.nodes);
  }
  if (context.dialled.has_value() && theirs.node != *context.dialled) {
    return Differs("name", NameOf(theirs.node), NameOf(*context.dialled));
  }
  if (context.proven.has_value() && theirs.node != *context.proven) {
    return absl::FailedPreconditionError(absl::StrCat(
        NameOf(*context.proven), " calls itself ", NameOf(theirs.node)));
  }
  if (!context.dialled.has_value() && !context.introducing) {
    return CheckDialler(ours, theirs, context);
  }
  if (theirs.introduction) {
    return absl::FailedPreconditionError(absl::StrCat(
        NameOf(theirs.node), " was dialled and asks as if it had"));
  }
  return absl::OkStatus();
}

}  // namespace distdb
