#include "sim/narration/value_names.h"

#include "absl/strings/str_cat.h"

namespace distdb::sim {

const std::string& ValueNames::Name(const InstanceId& instance,
                                    const Digest& digest) {
  const auto [found, is_new] = instances_.try_emplace(instance);
  std::map<Digest, std::string>& names = found->second.names;
  if (is_new) {
    for (const auto& [name, payload] : given_) {
      names[DigestOf(instance, payload)] = name;
    }
  }
  std::string& name = names[digest];
  if (name.empty()) name = NextLetter(found->second);
  return name;
}

std::string ValueNames::Name(const Message& message) {
  // In broadcast mode a PULL names none.
  if (CarriesDigest(message.kind) && message.digest == Digest()) return "";
  if (CarriesDigest(message.kind))
    return Name(message.instance, message.digest);
  if (CarriesPayload(message.kind)) {
    return Name(message.instance, message.payload);
  }
  return "";
}

std::string ValueNames::NextLetter(Instance& instance) const {
  while (true) {
    const uint32_t i = instance.letters++;
    std::string letter(1, static_cast<char>('a' + i % 26));
    if (i >= 26) absl::StrAppend(&letter, i / 26);
    if (!given_.contains(letter)) return letter;
  }
}

}  // namespace distdb::sim
