#include "sim/viewer/page.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/run.h"

namespace distdb::sim {
namespace {

struct Watched {
  Plan plan;
  std::optional<Chronicle> chronicle;
  RunResult result;
};

std::unique_ptr<Watched> Watch(uint64_t seed, const Shape& shape = {}) {
  auto watched = std::make_unique<Watched>();
  watched->plan = PlanOfSeed(seed, shape);
  watched->chronicle.emplace(&watched->plan, ValueNames());
  Observer* const observers[] = {&*watched->chronicle};
  watched->result = RunSeed(seed, shape, observers);
  watched->chronicle->Finish();
  return watched;
}

Shape Unsafe(int nodes) {
  Shape shape;
  shape.nodes = nodes;
  shape.quorum_policy = QuorumPolicy::kNMinus2F;
  return shape;
}

TEST(PageTest, IsOneFileThatAsksForNoOther) {
  const auto run = Watch(3);
  const std::string page = RunPage(*run->chronicle, {.title = "<seed> 3",
                                                     .command = "replay",
                                                     .about = {"</script>"},
                                                     .result = "held"});
  EXPECT_TRUE(
      absl::StrContains(page, "<title>&lt;seed&gt; 3 · distdb</title>"));
  EXPECT_TRUE(absl::StrContains(page, "default-src 'none'"));
  for (const char* outside : {" src=", "@import", "url(", "<link", "fetch(",
                              "XMLHttpRequest", "http://", "import("}) {
    EXPECT_FALSE(absl::StrContains(page, outside)) << outside;
  }
  // The data's script and the program's are all that there are.
  size_t ends = 0;
  for (size_t at = page.find("</script"); at != std::string::npos;
       at = page.find("</script", at + 1)) {
    ++ends;
  }
  EXPECT_EQ(ends, 2u);
}

TEST(PageTest, AnEventTakesAFewHundredBytesAtMost) {
  const auto run = Watch(2);
  const auto bytes = [](const Chronicle& chronicle) {
    return RunPage(chronicle, {}).size();
  };
  Chronicle none(&run->plan, ValueNames());
  const size_t data = bytes(*run->chronicle) - bytes(none);
  const size_t events = run->chronicle->happenings().size();
  ASSERT_GT(events, 500u);
  EXPECT_LT(data / events, 400u);
}

TEST(PageTest, AgreementIsBrokenByTheLastDeliveryOfTheInstance) {
  for (uint64_t seed = 1; seed < 500; ++seed) {
    const RunResult result = RunSeed(seed, Unsafe(5));
    if (!result.violation.has_value() ||
        result.violation->property != Property::kAgreement) {
      continue;
    }
    const auto run = Watch(seed, Unsafe(5));
    const auto broken = BrokenBy(*run->chronicle, *result.violation);
    ASSERT_TRUE(broken.has_value());
    const Happening& happening = run->chronicle->happenings()[*broken];
    EXPECT_EQ(happening.at, result.violation->at);
    EXPECT_EQ(happening.event, result.events) << "the run ends there";
    EXPECT_NE(std::find(happening.delivered.begin(), happening.delivered.end(),
                        *result.violation->instance),
              happening.delivered.end());
    return;
  }
  FAIL() << "no seed breaks Agreement";
}

TEST(PageTest, TotalityIsBrokenByTheFirstDeliveryOfTheInstance) {
  const auto run = Watch(3);
  const auto& happenings = run->chronicle->happenings();
  const auto first =
      std::find_if(happenings.begin(), happenings.end(),
                   [](const Happening& h) { return !h.delivered.empty(); });
  ASSERT_NE(first, happenings.end());
  const Violation violation = {.property = Property::kTotality,
                               .at = run->result.end,
                               .instance = first->delivered.front()};
  EXPECT_EQ(BrokenBy(*run->chronicle, violation),
            static_cast<uint64_t>(first - happenings.begin()));
}

TEST(PageTest, WhatIsNotInTheChronicleBreaksNothing) {
  const auto run = Watch(3);
  const Violation violation = {
      .property = Property::kTotality,
      .at = run->result.end,
      .instance = InstanceId{Epoch(1), NodeId(0), Seq(999)}};
  EXPECT_EQ(BrokenBy(*run->chronicle, violation), std::nullopt);
}

}  // namespace
}  // namespace distdb::sim
