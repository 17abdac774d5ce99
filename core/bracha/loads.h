// Loads: records that are being read back from disk, and the peers that wait
// for the payload of each.
//
// Bounded: for each peer at most `per_peer_max` records are read at once. More
// that it asks for is forgotten; a correct peer asks again.

#ifndef DISTDB_CORE_BRACHA_LOADS_H_
#define DISTDB_CORE_BRACHA_LOADS_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "core/fields.h"
#include "core/node_set.h"
#include "core/types.h"

namespace distdb::bracha {

class Loads {
 public:
  // What a record that is being read takes here.
  static constexpr size_t kBytes = 64;

  // A correct peer lacks no more than its windows hold. A thousand reads under
  // way keep a disk busy, however large windows are.
  static constexpr size_t PerPeerMax(size_t nodes, size_t window) {
    return std::min(nodes * window, size_t{1'024});
  }

  Loads(size_t nodes, size_t per_peer_max)
      : per_peer_max_(per_peer_max), by_peer_(nodes) {}

  // `peer` asks for what the record `token` has. Whether it must be read now:
  // it is not being read already, and the peer has not had its share.
  bool Ask(NodeId peer, Token token) {
    size_t& share = by_peer_[peer.value()];
    if (share >= per_peer_max_) return false;
    NodeSet& waiting = waiting_[token];
    if (waiting.Contains(peer)) return false;
    const bool first = waiting.empty();
    waiting.Insert(peer);
    ++share;
    return first;
  }

  // The reading of it has ended. Who waits; nobody where nobody has asked.
  NodeSet End(Token token) {
    const auto found = waiting_.find(token);
    if (found == waiting_.end()) return NodeSet();
    const NodeSet peers = found->second;
    waiting_.erase(found);
    for (const NodeId peer : peers) --by_peer_[peer.value()];
    return peers;
  }

  // Records that are being read.
  size_t size() const { return waiting_.size(); }

  // See core/fields.h.
  template <typename Archive>
  void Fields(Archive& archive) {
    archive(InPlace{by_peer_}, waiting_);
  }

 private:
  size_t per_peer_max_;
  std::vector<size_t> by_peer_;
  std::map<Token, NodeSet> waiting_;
};

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_LOADS_H_
