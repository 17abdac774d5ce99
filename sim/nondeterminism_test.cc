// Runs that depend on what differs from run to run, planted here, are caught as
// `--check` catches them: the second run's trail differs from the first's, and
// the first event that does is named.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/calm_plan.h"
#include "sim/checkers/describe.h"
#include "sim/describe_plan.h"
#include "sim/hash_trail.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

using ::testing::StartsWith;

// Delays depend on something that no seed decides, from the second write on.
class PlantedDriver : public Driver {
 public:
  uint64_t Answer(const About& about, uint64_t n) override {
    const uint64_t answer = seed_.Answer(about, n);
    const bool is_planted = about.decision == Decision::kMessageDelay &&
                            about.instance.seq == Seq(2);
    return is_planted ? (answer + Disturbance()) % n : answer;
  }
  size_t AnswerNamed(const About& about,
                     absl::Span<const Option> options) override {
    return seed_.AnswerNamed(about, options);
  }

 private:
  virtual uint64_t Disturbance() = 0;

  SeedDriver seed_{1};
};

class CalmDriver : public PlantedDriver {
  uint64_t Disturbance() override { return 0; }
};

class AddressDriver : public PlantedDriver {
  uint64_t Disturbance() override {
    return reinterpret_cast<uintptr_t>(object_.get());
  }
  std::unique_ptr<int> object_ = std::make_unique<int>(0);
};

// Two of these tables hold the same numbers, and iterate in different orders:
// Abseil's order depends on where a table lies, to within a page.
class HashOrderDriver : public PlantedDriver {
 public:
  HashOrderDriver() {
    for (uint64_t i = 0; i < 10'000; ++i) table_.insert(i);
  }

 private:
  uint64_t Disturbance() override {
    if (++asked_ == table_.size()) asked_ = 0;
    auto it = table_.begin();
    for (size_t i = 0; i < asked_; ++i) ++it;
    return *it;
  }
  absl::flat_hash_set<uint64_t> table_;
  size_t asked_ = 0;
};

Plan WritesPlan() {
  Plan plan = CalmPlan(4);
  plan.network.jitter = kMillisecond;
  plan.heal_at = Time(10 * kMillisecond);
  for (uint64_t i = 0; i < 3; ++i) {
    Write write;
    write.mutations.push_back({MutationKind::kPut, "k", absl::StrCat(i)});
    const auto at = static_cast<Duration>(i + 1) * kMillisecond;
    plan.actions.push_back({{.at = Time(at), .after = {}},
                            Ask{.node = NodeId(0),
                                .request = RequestId(i + 1),
                                .command = write}});
  }
  return plan;
}

// When and where each event was: what a difference must name.
class EventLog : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event&, const Effects&) override {
    Add(at, node);
  }
  void OnStart(Time at, NodeId node, absl::Span<const Record>) override {
    Add(at, node);
  }

  const std::vector<std::pair<Time, NodeId>>& events() const { return events_; }

 private:
  void Add(Time at, NodeId node) { events_.emplace_back(at, node); }

  std::vector<std::pair<Time, NodeId>> events_;
};

// Two runs, both of whose drivers live at once. Expects that they differ, and
// that the event which is named is the first of the second run that is not also
// the first run's.
template <typename Driver>
void ExpectCaught() {
  const Plan plan = WritesPlan();
  Driver first_driver;
  HashTrail first;
  EventLog first_log;
  Observer* const first_watch[] = {&first, &first_log};
  RunPlan(plan, &first_driver, first_watch);
  Driver second_driver;
  HashTrail second(&first);
  EventLog second_log;
  Observer* const second_watch[] = {&second, &second_log};
  RunPlan(plan, &second_driver, second_watch);

  const std::optional<std::string> difference = second.Difference();
  ASSERT_TRUE(difference.has_value());
  size_t index = 0;
  while (first_log.events().at(index) == second_log.events().at(index)) ++index;
  const auto& [at, node] = second_log.events()[index];
  EXPECT_THAT(*difference,
              StartsWith(absl::StrCat("event ", index + 1, " differs: at ",
                                      DescribeTime(at.value()), " ",
                                      Describe(node), " ")));
  // Not the beginning: until the second write the runs were the same.
  EXPECT_GT(index, 20u);
}

TEST(NondeterminismTest, ADependenceOnAnAddressIsCaught) {
  ExpectCaught<AddressDriver>();
}

TEST(NondeterminismTest, ADependenceOnTheOrderOfAHashTableIsCaught) {
  ExpectCaught<HashOrderDriver>();
}

TEST(NondeterminismTest, WithoutOneTheRunsAreTheSame) {
  const Plan plan = WritesPlan();
  CalmDriver driver;
  HashTrail first;
  Observer* const first_watch[] = {&first};
  RunPlan(plan, &driver, first_watch);
  HashTrail second(&first);
  Observer* const second_watch[] = {&second};
  RunPlan(plan, &driver, second_watch);
  EXPECT_EQ(second.Difference(), std::nullopt);
}

}  // namespace
}  // namespace distdb::sim
