#include "sim/explore/explorer.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "sim/explore/options.h"

namespace distdb::sim::explore {
namespace {

Model ModelOf(const std::vector<std::string>& flags) {
  const absl::StatusOr<Options> options = ParseOptions(flags);
  EXPECT_TRUE(options.ok()) << options.status();
  return options->model;
}

Exploration Explore(const Model& model) { return Explorer(model).Run(); }

std::string Summary(const Exploration& result) {
  return absl::StrCat("states=", result.states,
                      " transitions=", result.transitions,
                      " depth=", result.depth);
}

std::vector<std::string> ReadLines(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// The assignments of a TLC configuration, one per line.
std::map<std::string, std::string> ReadConfiguration(const std::string& path) {
  std::map<std::string, std::string> constants;
  for (const std::string& line : ReadLines(path)) {
    const std::vector<std::string> parts =
        absl::StrSplit(line, absl::MaxSplits(" = ", 1));
    if (parts.size() != 2) {
      if (line == "SYMMETRY Symmetry") constants["Symmetry"] = "TRUE";
      continue;
    }
    constants[std::string(absl::StripAsciiWhitespace(parts[0]))] = parts[1];
  }
  return constants;
}

NodeSet NodesIn(const std::string& text) {
  NodeSet nodes;
  for (uint32_t node = 0; node < kModelNodesMax; ++node) {
    if (text.find(absl::StrCat("p", node)) != std::string::npos) {
      nodes.Insert(NodeId(node));
    }
  }
  return nodes;
}

// The model that a configuration of BrachaHandlers describes.
Model ReadModel(const std::string& path) {
  std::map<std::string, std::string> constants = ReadConfiguration(path);
  const auto number = [&](const std::string& name) {
    int value = -1;
    EXPECT_TRUE(absl::SimpleAtoi(constants[name], &value)) << path << name;
    return value;
  };
  const auto has = [&](const std::string& name, const std::string& word) {
    return constants[name].find(word) != std::string::npos;
  };
  Model model;
  const NodeSet nodes = NodesIn(constants["Nodes"]);
  model.quorums = {.n = nodes.size(),
                   .f = FaultBudget(nodes.size()),
                   .echo = number("EchoQuorum"),
                   .ready = number("ReadyQuorum"),
                   .deliver = number("DeliverQuorum")};
  model.liars = NodesIn(constants["Byzantine"]);
  model.origin = *NodesIn(constants["Origin"]).begin();
  model.claims = has("Claims", "TRUE");
  model.lies = {.echo = has("Lies", "ECHO"),
                .ready = has("Lies", "READY"),
                .delivered = has("Lies", "DELIVERED")};
  model.syncs_at_once = has("SyncsAtOnce", "TRUE");
  model.echo_is_durable = has("Durable", "ECHO");
  model.ready_is_durable = has("Durable", "READY");
  model.restarts = number("MaxRestarts");
  model.symmetry = has("Symmetry", "TRUE");
  return model;
}

// TLC's figures in spec/models.csv are those of TLC: each handlers_… test of
// //spec compares them with a fresh run.
class CountsAsTlc : public testing::TestWithParam<const char*> {};

TEST_P(CountsAsTlc, StatesTransitionsAndDepth) {
  const std::string name = GetParam();
  std::string expected;
  for (const std::string& line : ReadLines("spec/models.csv")) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] != name) continue;
    ASSERT_EQ(cells[2], "none");
    expected = absl::StrCat("states=", cells[3], " transitions=", cells[4],
                            " depth=", cells[5]);
  }
  std::string path = absl::StrCat("spec/models/", name, ".cfg");
  if (!std::ifstream(path).good()) {
    path = absl::StrCat("spec/models/large/", name, ".cfg");
  }
  const Exploration result = Explore(ReadModel(path));
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.violated, "");
  EXPECT_EQ(Summary(result), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Models, CountsAsTlc,
    testing::Values("handlers_n4_no_lies", "handlers_n4_ready_lies",
                    "handlers_n4_claims", "handlers_n4_correct_origin",
                    "handlers_n4_restart", "handlers_n4_at_once_symmetry"));

TEST(ExplorerTest, SymmetryCountsOrbits) {
  // Four nodes of which one lies: what 12 renamings make alike, counted once.
  const Exploration plain = Explore(ModelOf({"--lies=none"}));
  const Exploration symmetric = Explore(ModelOf({"--lies=none", "--symmetry"}));
  EXPECT_EQ(plain.depth, symmetric.depth);
  EXPECT_LT(symmetric.states, plain.states);
  EXPECT_GE(12 * symmetric.states, plain.states);
}

TEST(ExplorerTest, AForgottenReadyLosesTotality) {
  const Exploration result =
      Explore(ModelOf({"--forget=ready", "--restarts=1", "--symmetry"}));
  EXPECT_EQ(result.violated, "Totality");
}

TEST(ExplorerTest, ForgottenVotesLoseAgreement) {
  const Exploration result = Explore(ModelOf(
      {"--forget=echo,ready", "--restarts=1", "--symmetry", "--lies=echo"}));
  EXPECT_NE(result.violated, "");
}

TEST(ExplorerTest, MoreLiarsThanFBreakWhatWasPromised) {
  Model model = ModelOf({"--nodes=4"});
  model.liars.Insert(NodeId(1));
  EXPECT_EQ(Explore(model).violated, "Totality");
}

TEST(ExplorerTest, OnePropertyMayBeLookedAtAlone) {
  Model model = ModelOf({"--nodes=4", "--property=Agreement"});
  model.liars.Insert(NodeId(1));
  EXPECT_EQ(Explore(model).violated, "Agreement");
}

TEST(ExplorerTest, WhoWatchesMayEndIt) {
  const Exploration result =
      Explorer(ModelOf({})).Run(~uint64_t{0}, [](const Exploration& so_far) {
        return so_far.depth < 5;
      });
  EXPECT_FALSE(result.complete);
  EXPECT_EQ(result.depth, 5);
}

TEST(ExplorerTest, TheBoundEndsItIncomplete) {
  const Exploration result = Explorer(ModelOf({})).Run(1000);
  EXPECT_FALSE(result.complete);
  EXPECT_EQ(result.violated, "");
  EXPECT_GE(result.states, 1000u);
  EXPECT_LT(result.states, 2000u);
}

TEST(OptionsTest, NamesTheFlagAtFaultAndTheMend) {
  for (const char* flag :
       {"--nodes=0", "--nodes=x", "--quorum_policy=none", "--lies=all",
        "--forget=delivered", "--restarts=-1", "--sync=never", "--max_states=0",
        "--nodes=3", "--bogus", "bogus", "--mutant=not_fifo", "--property=Hope",
        "--time=0s", "--time=5"}) {
    const absl::StatusOr<Options> options =
        ParseOptions(std::vector<std::string>{flag});
    EXPECT_EQ(options.status().code(), absl::StatusCode::kInvalidArgument)
        << flag;
  }
}

}  // namespace
}  // namespace distdb::sim::explore
