// Strangers: the links of connections that are no peer's, few at once, in all
// and from one address: those that have been accepted and have not shaken hands
// or only introduce themselves, and those that we have dialled for an
// introduction.

#ifndef DISTDB_NET_STRANGERS_H_
#define DISTDB_NET_STRANGERS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "net/link.h"

namespace distdb {

class Strangers {
 public:
  Strangers(size_t max, size_t per_address_max)
      : max_(max), per_address_max_(per_address_max) {}

  size_t size() const { return links_.size(); }

  // Whether one more from `address` is taken in.
  bool HasRoom(const std::string& address) const;
  // Requires HasRoom.
  void Add(std::string address, std::unique_ptr<Link> link);

  bool Has(const Link* link) const;
  // Where it came from. Requires that it is here, as Take does.
  const std::string& AddressOf(const Link* link) const;
  // It is no stranger any more.
  std::unique_ptr<Link> Take(const Link* link);

  void Flush();

 private:
  struct Stranger {
    std::string address;
    std::unique_ptr<Link> link;
  };

  size_t IndexOf(const Link* link) const;

  size_t max_;
  size_t per_address_max_;
  std::vector<Stranger> links_;
};

}  // namespace distdb

#endif  // DISTDB_NET_STRANGERS_H_
