#include "sim/flags.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Flags> flags = ParseFlags(arguments);
  return flags.ok() ? "" : std::string(flags.status().message());
}

TEST(FlagsTest, ParsesEveryFlagOfFuzz) {
  const absl::StatusOr<Flags> flags =
      ParseFlags({"fuzz", "--seeds=10", "--first_seed=7", "--jobs=2",
                  "--time=90s", "--mode=bracha", "--nodes=5", "--liars=2",
                  "--quorum_policy=n_minus_2f"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->command, "fuzz");
  EXPECT_EQ(flags->seeds, 10u);
  EXPECT_EQ(flags->first_seed, 7u);
  EXPECT_EQ(flags->jobs, 2);
  EXPECT_EQ(flags->time, 90 * kSecond);
  EXPECT_EQ(flags->shape.mode, Mode::kBracha);
  EXPECT_EQ(flags->shape.nodes, 5);
  EXPECT_EQ(flags->shape.liars, 2);
  EXPECT_EQ(flags->shape.quorum_policy, QuorumPolicy::kNMinus2F);
}

TEST(FlagsTest, AShapeIsPrintedAsTheFlagsThatGiveIt) {
  const absl::StatusOr<Flags> flags = ParseFlags(
      {"replay", "--seed=1", "--mode=broadcast", "--nodes=5", "--liars=2",
       "--quorum_policy=n_minus_2f", "--rare_events=false", "--claim=Totality",
       "--claim=Convergence"});
  ASSERT_TRUE(flags.ok());
  EXPECT_EQ(ShapeFlags(flags->shape),
            " --mode=broadcast --nodes=5 --liars=2 "
            "--quorum_policy=n_minus_2f --rare_events=false --claim=Totality "
            "--claim=Convergence");
  EXPECT_EQ(ShapeFlags(Shape()), "");
}

TEST(FlagsTest, LiarsMayBeCountedFromTheTolerance) {
  for (const std::string liars : {"f", "f+1"}) {
    const absl::StatusOr<Flags> flags =
        ParseFlags({"fuzz", "--seeds=1", "--liars=" + liars});
    ASSERT_TRUE(flags.ok()) << flags.status();
    EXPECT_EQ(ShapeFlags(flags->shape), " --liars=" + liars);
    const int above = liars == "f" ? 0 : 1;
    EXPECT_EQ(LiarsOf(flags->shape, 4), 1 + above);
    EXPECT_EQ(LiarsOf(flags->shape, 13), 4 + above);
  }
  EXPECT_EQ(LiarsOf(Shape(), 4), std::nullopt);
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--liars=f+2"}),
              HasSubstr("--liars=f+2: give a number between 0 and 63, or f"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--nodes=1", "--liars=f+1"}),
              HasSubstr("--liars=f+1: at least one of 1 node must be honest"));
}

TEST(FlagsTest, ParsesSwitchesAndTheScenario) {
  const absl::StatusOr<Flags> flags =
      ParseFlags({"replay", "a.textproto", "--check", "--lanes=false"});
  ASSERT_TRUE(flags.ok());
  EXPECT_TRUE(flags->check);
  EXPECT_FALSE(flags->views.lanes);
  EXPECT_EQ(flags->files, std::vector<std::string>{"a.textproto"});
}

TEST(FlagsTest, AGuideTakesFewOtherFlags) {
  const absl::StatusOr<Flags> flags =
      ParseFlags({"fuzz", "--seeds=1", "--guide=states", "--traces=-",
                  "--nodes=4", "--quorum_policy=n_minus_2f"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->guide, "states");
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--guide=luck"}),
              HasSubstr("--guide=luck: give states or random"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--guide=states", "--liars=1"}),
              HasSubstr("--guide: of what shapes"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--guide=states", "--traces=d"}),
              HasSubstr("--traces=-"));
  EXPECT_THAT(ErrorOf({"hashes", "--seeds=1", "--guide=states"}),
              HasSubstr("it is a flag of fuzz"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--traces=-", "--jobs=2"}),
              HasSubstr("--traces=-: one job"));
}

TEST(FlagsTest, AFlagThatTheCommandWouldNotLookAtIsRefused) {
  EXPECT_THAT(ErrorOf({"fuzz", "--seed=7", "--seeds=1"}),
              HasSubstr("--seed: it is a flag of replay, shrink, not of fuzz"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--check"}),
              HasSubstr("--check: it is a flag of replay"));
  EXPECT_THAT(ErrorOf({"replay", "--seed=1", "--jobs=2"}),
              HasSubstr("--jobs: it is a flag of fuzz, not of replay"));
  EXPECT_THAT(ErrorOf({"hashes", "--seeds=1", "--traces=d"}),
              HasSubstr("--traces: it is a flag of fuzz"));
  EXPECT_TRUE(ParseFlags({"hashes", "--seeds=1", "--first_seed=3"}).ok());
}

TEST(FlagsTest, SeedsDoNotWrapAround) {
  EXPECT_THAT(
      ErrorOf({"fuzz", "--seeds=2", "--first_seed=18446744073709551615"}),
      HasSubstr("give a number between 0 and"));
  EXPECT_TRUE(ParseFlags({"replay", "--seed=18446744073709551615"}).ok());
}

TEST(FlagsTest, HelpIsAFlagToo) {
  const absl::StatusOr<Flags> flags = ParseFlags({"fuzz", "--help"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->command, "help");
}

TEST(FlagsTest, BadUsageNamesTheFlagAndTheMend) {
  EXPECT_THAT(ErrorOf({}), HasSubstr("replay, fuzz, hashes"));
  EXPECT_THAT(ErrorOf({"fuz"}), HasSubstr("fuz: give one of"));
  EXPECT_THAT(ErrorOf({"fuzz"}), HasSubstr("--seeds=10000"));
  EXPECT_THAT(ErrorOf({"hashes"}), HasSubstr("--seeds=1000"));
  EXPECT_THAT(ErrorOf({"replay"}), HasSubstr("--seed=N"));
  EXPECT_THAT(ErrorOf({"replay", "--seed=1", "a"}), HasSubstr("--seed=N"));
  EXPECT_THAT(ErrorOf({"replay", "a", "b"}), HasSubstr("b: one argument"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "a"}), HasSubstr("a: one"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seedz=1"}),
              HasSubstr("--seedz: there is no such flag"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=0"}), HasSubstr("--seeds=0: give"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds"}), HasSubstr("--seeds: give"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--nodes=0"}),
              HasSubstr("--nodes=0: give a number between 1 and 64"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--nodes=4", "--liars=4"}),
              HasSubstr("fewer liars"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--time=60"}),
              HasSubstr("such as 60s"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--mode=raft"}),
              HasSubstr("bracha or broadcast"));
  EXPECT_THAT(ErrorOf({"fuzz", "--seeds=1", "--quorum_policy=x"}),
              HasSubstr("safe or n_minus_2f"));
  EXPECT_THAT(ErrorOf({"replay", "--seed=1", "--check=maybe"}),
              HasSubstr("without a value"));
}

TEST(FlagsTest, AFocusIsOfEventsOrTimesAnInstanceAndANode) {
  const absl::StatusOr<Flags> flags =
      ParseFlags({"replay", "--seed=1", "--lanes", "--from=17", "--to=12.5ms",
                  "--instance=2:31", "--node=p3", "--mermaid=run.mmd"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  const Focus& focus = flags->views.focus;
  EXPECT_EQ(focus.from, Moment(uint64_t{17}));
  EXPECT_EQ(focus.to, Moment(Time(12'500'000)));
  EXPECT_EQ(focus.instance, (Dot{NodeId(2), Seq(31)}));
  EXPECT_EQ(focus.node, NodeId(3));
  EXPECT_EQ(flags->views.mermaid, "run.mmd");
  for (const std::string wrong :
       {"--from=0", "--from=-1ms", "--from=5m", "--to=", "--instance=1",
        "--instance=0:0", "--instance=64:1", "--node=64", "--node=x",
        "--mermaid="}) {
    EXPECT_THAT(ErrorOf({"replay", "--seed=1", "--lanes", wrong}),
                HasSubstr(": give "))
        << wrong;
  }
  EXPECT_THAT(ErrorOf({"replay", "--seed=1", "--lanes", "--from=3", "--to=2"}),
              HasSubstr("--to lies before --from"));
  EXPECT_THAT(
      ErrorOf({"replay", "--seed=1", "--node=1"}),
      HasSubstr("give --lanes, --transcript, --mermaid=FILE or --html=FILE"));
}

}  // namespace
}  // namespace distdb::sim
