// DialAddresses: where a peer may be reached, and which to try next.
//
// What the configuration says comes first, then what has been found; each that
// fails makes way for the next.

#ifndef DISTDB_NET_DIAL_ADDRESSES_H_
#define DISTDB_NET_DIAL_ADDRESSES_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/socket.h"

namespace distdb {

class DialAddresses {
 public:
  // With an empty host, none is configured.
  explicit DialAddresses(Endpoint configured) {
    if (!configured.host.empty()) configured_ = std::move(configured);
    SetFound({});
  }

  // Takes the place of what was found before. Whether that is a change.
  bool SetFound(const std::vector<Endpoint>& found) {
    std::vector<Endpoint> all;
    if (configured_.has_value()) all.push_back(*configured_);
    for (const Endpoint& each : found) {
      if (std::find(all.begin(), all.end(), each) == all.end()) {
        all.push_back(each);
      }
    }
    if (all == all_) return false;
    all_ = std::move(all);
    next_ = 0;
    return true;
  }

  bool empty() const { return all_.empty(); }
  // The one to try now. Requires that there is one.
  const Endpoint& current() const { return all_[next_]; }
  // That one did not work.
  void Skip() {
    if (!all_.empty()) next_ = (next_ + 1) % all_.size();
  }

  // current() for people; empty when there is none.
  std::string Text() const { return empty() ? "" : ToString(current()); }

 private:
  std::optional<Endpoint> configured_;
  std::vector<Endpoint> all_;
  size_t next_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_DIAL_ADDRESSES_H_
