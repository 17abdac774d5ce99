#include "net/strangers.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "core/check.h"
#include "net/link.h"

namespace distdb {

bool Strangers::HasRoom(const std::string& address) const {
  if (links_.size() >= max_) return false;
  const auto alike = std::count_if(
      links_.begin(), links_.end(),
      [&](const Stranger& each) { return each.address == address; });
  return static_cast<size_t>(alike) < per_address_max_;
}

void Strangers::Add(std::string address, std::unique_ptr<Link> link) {
  DISTDB_CHECK(HasRoom(address), "strangers are few");
  links_.push_back({std::move(address), std::move(link)});
}

bool Strangers::Has(const Link* link) const {
  return std::any_of(links_.begin(), links_.end(), [&](const Stranger& each) {
    return each.link.get() == link;
  });
}

const std::string& Strangers::AddressOf(const Link* link) const {
  return links_[IndexOf(link)].address;
}

std::unique_ptr<Link> Strangers::Take(const Link* link) {
  const size_t index = IndexOf(link);
  std::unique_ptr<Link> taken = std::move(links_[index].link);
  links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(index));
  return taken;
}

void Strangers::Flush() {
  for (const Stranger& each : links_) each.link->Flush();
}

size_t Strangers::IndexOf(const Link* link) const {
  for (size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].link.get() == link) return i;
  }
  FailCheck({__FILE__, __LINE__, "link is here",
             "a link is a peer's or a stranger's"});
}

}  // namespace distdb
