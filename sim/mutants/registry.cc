#include "sim/mutants/registry.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/mutant.h"

namespace distdb::sim {

#ifdef DISTDB_MUTANTS

namespace {

#define DISTDB_MUTANT_INFO(enumerator, name, property, what) \
  {name, property, what},
constexpr MutantInfo kMutants[] = {DISTDB_MUTANT_LIST(DISTDB_MUTANT_INFO)};
#undef DISTDB_MUTANT_INFO

#define DISTDB_MUTANT_VALUE(enumerator, name, property, what) \
  Mutant::enumerator,
constexpr Mutant kValues[] = {DISTDB_MUTANT_LIST(DISTDB_MUTANT_VALUE)};
#undef DISTDB_MUTANT_VALUE

}  // namespace

absl::Span<const MutantInfo> AllMutants() { return kMutants; }

#else

absl::Span<const MutantInfo> AllMutants() { return {}; }

#endif  // DISTDB_MUTANTS

const MutantInfo* FindMutant(absl::string_view name) {
  for (const MutantInfo& mutant : AllMutants()) {
    if (mutant.name == name) return &mutant;
  }
  return nullptr;
}

absl::Status PlantMutant(absl::string_view name) {
  const MutantInfo* mutant = FindMutant(name);
  if (mutant == nullptr && !name.empty()) {
    std::string names;
    for (const MutantInfo& known : AllMutants()) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", known.name);
    }
    return absl::InvalidArgumentError(
        names.empty() ? "this build contains no mutants: use ./bazelw run //sim"
                      : absl::StrCat("no mutant is named ", name,
                                     ": give one of ", names));
  }
#ifdef DISTDB_MUTANTS
  planted_mutant =
      mutant == nullptr ? Mutant::kNone : kValues[mutant - kMutants];
#endif
  return absl::OkStatus();
}

}  // namespace distdb::sim
