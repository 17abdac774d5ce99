#include "sim/mutants/registry.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/check.h"
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

std::string MutantNames() {
  std::string names;
  for (const MutantInfo& mutant : AllMutants()) {
    absl::StrAppend(&names, names.empty() ? "give one of " : ", ", mutant.name);
  }
  return names.empty() ? "this build has no mutants; use ./bazelw run //sim"
                       : names;
}

void PlantMutant(absl::string_view name) {
  const MutantInfo* mutant = FindMutant(name);
  DISTDB_CHECK(mutant != nullptr || name.empty(), "the name has been checked");
#ifdef DISTDB_MUTANTS
  planted_mutant =
      mutant == nullptr ? Mutant::kNone : kValues[mutant - kMutants];
#endif
}

absl::string_view PlantedMutant() {
#ifdef DISTDB_MUTANTS
  for (size_t i = 0; i < AllMutants().size(); ++i) {
    if (kValues[i] == planted_mutant) return kMutants[i].name;
  }
#endif
  return "";
}

}  // namespace distdb::sim
