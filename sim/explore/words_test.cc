// What the simulator checks and what the specification states carry the same
// names. A name that only one side has stands below with the reason; one that
// stands there without need fails, too.

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "sim/checkers/verdict.h"

namespace distdb::sim {
namespace {

using Names = std::set<std::string>;
using Reasons = std::map<std::string, std::string>;

const Reasons kOnlyInTheSpecification = {
    {"TypeOK", "the compiler checks types"},
    {"ReadyConsistent",
     "a lemma about votes, which checkers of deliveries do not see; `sim "
     "explore` holds the production Instance to it"},
    {"DecidedStays", "a part of Integrity, as a property of steps"},
    {"RefinesBracha", "relates two specifications"},
    {"HandlersAgree", "relates two specifications"},
    {"LargestWins", "a lemma behind Convergence: store.h, invariant 1"},
    {"TimestampsAscend", "a lemma about writers' clocks: hybrid_clock.h"},
    {"ClockCoversApplied", "a lemma about writers' clocks: hybrid_clock.h"},
};

const Reasons kOnlyInTheCode = {
    {"NoFalseConviction", "the specification has no evidence"},
    {"Liveness", "of clients' requests, which the specification has not"},
    {"MemoryBound", "the specification has no bytes"},
    {"WindowRespected",
     "the specification has one instance; traces are held to it"},
    {"Crash", "only a program crashes"},
    {"Hang", "only a program hangs"},
    {"Nondeterminism", "only a program has a hash to compare"},
};

// The names after INVARIANTS and PROPERTIES. An invariant `XAtRest` is property
// X, seen in states where nothing correct can move any more.
Names NamesInTheSpecification() {
  Names names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator("spec/models")) {
    if (entry.path().extension() != ".cfg") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const std::vector<std::string> words =
          absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (words.empty() ||
          (words[0] != "INVARIANTS" && words[0] != "PROPERTIES")) {
        continue;
      }
      for (size_t i = 1; i < words.size(); ++i) {
        names.insert(std::string(absl::StripSuffix(words[i], "AtRest")));
      }
    }
  }
  return names;
}

Names NamesInTheCode() {
  Names names;
  for (const Property property : kAllProperties) {
    names.insert(std::string(PropertyName(property)));
  }
  return names;
}

Names KeysOf(const Reasons& reasons) {
  Names names;
  for (const auto& [name, reason] : reasons) names.insert(name);
  return names;
}

Names Minus(const Names& names, const Names& others) {
  Names rest;
  for (const std::string& name : names) {
    if (others.count(name) == 0) rest.insert(name);
  }
  return rest;
}

TEST(WordsTest, ConfigurationsStateProperties) {
  EXPECT_GE(NamesInTheSpecification().size(), 5u);
}

TEST(WordsTest, WhatTheSpecificationStatesTheSimulatorChecks) {
  EXPECT_EQ(Minus(NamesInTheSpecification(), NamesInTheCode()),
            KeysOf(kOnlyInTheSpecification));
}

TEST(WordsTest, WhatTheSimulatorChecksTheSpecificationStates) {
  EXPECT_EQ(Minus(NamesInTheCode(), NamesInTheSpecification()),
            KeysOf(kOnlyInTheCode));
}

}  // namespace
}  // namespace distdb::sim
