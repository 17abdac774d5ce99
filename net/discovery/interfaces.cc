#include "net/discovery/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/discovery/address_record.h"

namespace distdb {
namespace {

struct Interface {
  std::string host;
  bool ipv4 = false;
  bool loopback = false;
  bool multicast = false;
};

// Of the interfaces that are up, with an address that means something beyond
// its link.
std::vector<Interface> AllInterfaces() {
  ifaddrs* head = nullptr;
  if (getifaddrs(&head) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(head,
                                                             &freeifaddrs);
  std::vector<Interface> found;
  for (const ifaddrs* each = head; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
    Interface interface;
    interface.loopback = (each->ifa_flags & IFF_LOOPBACK) != 0;
    interface.multicast = (each->ifa_flags & IFF_MULTICAST) != 0;
    interface.ipv4 = each->ifa_addr->sa_family == AF_INET;
    char text[INET6_ADDRSTRLEN];
    if (interface.ipv4) {
      const auto* address =
          reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      const auto* address =
          reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr)) continue;
      inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
    } else {
      continue;
    }
    interface.host = text;
    found.push_back(interface);
  }
  return found;
}

}  // namespace

std::vector<std::string> MulticastInterfaces(const std::string& host) {
  if (host.find(':') != std::string::npos) return {};
  if (host != "0.0.0.0") return {host};
  std::vector<std::string> hosts;
  for (const Interface& each : AllInterfaces()) {
    // Loopback can, though it does not say so: for the nodes of one machine.
    if (each.ipv4 && (each.multicast || each.loopback)) {
      hosts.push_back(each.host);
    }
  }
  return hosts;
}

std::vector<std::string> ReachableHosts(const std::string& host) {
  if (host != "0.0.0.0" && host != "::") return {host};
  std::vector<std::string> hosts;
  for (const Interface& each : AllInterfaces()) {
    if (each.loopback || (host == "0.0.0.0" && !each.ipv4)) continue;
    if (hosts.size() < kAddressesMax) hosts.push_back(each.host);
  }
  if (hosts.empty()) hosts.push_back("127.0.0.1");
  return hosts;
}

}  // namespace distdb
