// Shrink: from a scenario with thousands of happenings that breaks a property
// to one that a person can read and that still breaks it.
//
// Rounds of delta debugging take away nodes, operations, faults, lies, rules
// for messages, disks and channels, and what makes nodes unlike each other,
// until no single one can go any more; then times, values and rules are made
// simple where that changes nothing. Deterministic.

#ifndef DISTDB_SIM_SHRINK_SHRINK_H_
#define DISTDB_SIM_SHRINK_SHRINK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/checkers/verdict.h"
#include "sim/run.h"
#include "sim/scenario/scenario.h"
#include "sim/shape.h"
#include "sim/shrink/trial.h"

namespace distdb::sim {

// What is known of a seed that failed.
struct Failure {
  Scenario scenario;  // All that happened in it, said outright.
  RunResult run;
};

// Runs the seed and writes it down. The mutant of `shape` must be planted.
// Nothing if it holds.
std::optional<Failure> WriteDownSeed(uint64_t seed, const Shape& shape);

// Makes `scenario` as small as it gets with what `trial` has been begun with.
// `tell`: called after each part of a round with what that was and how many
// decisive events are left.
void Shrink(Scenario& scenario, Trial& trial,
            const std::function<void(const std::string&, size_t)>& tell);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_SHRINK_H_
