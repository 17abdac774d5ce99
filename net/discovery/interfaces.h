// The network interfaces of this machine, as far as discovery needs them.

#ifndef DISTDB_NET_DISCOVERY_INTERFACES_H_
#define DISTDB_NET_DISCOVERY_INTERFACES_H_

#include <string>
#include <vector>

namespace distdb {

// The IPv4 addresses of the interfaces on which a node that listens at `host`
// can multicast: that one's, or for "0.0.0.0" all. Empty when there is none.
std::vector<std::string> MulticastInterfaces(const std::string& host);

// At which addresses others reach a node that listens at `host`, an IP address:
// that one, or for the wildcards those of all interfaces that are up, and
// loopback where there is nothing else. At most kAddressesMax.
std::vector<std::string> ReachableHosts(const std::string& host);

}  // namespace distdb

#endif  // DISTDB_NET_DISCOVERY_INTERFACES_H_
