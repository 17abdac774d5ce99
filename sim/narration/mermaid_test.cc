#include "sim/narration/mermaid.h"

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "sim/run.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"

namespace distdb::sim {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Holds a diagram to the grammar of the statements that it may use. Returns the
// first line that breaks it, or "".
std::string SyntaxError(const std::string& diagram) {
  static const std::regex participant(
      R"(    participant (p[0-9]+)( as p[0-9]+ \(lies\))?)");
  // A text has none of the characters that mean something; # begins a code.
  const std::string text = R"( ((?:[^#;%"<>{}\n]|#[0-9]+;|<br/>)+))";
  static const std::regex message(
      R"(    (p[0-9]+)(->>|-->>|-x|--x)(p[0-9]+):)" + text);
  static const std::regex note(R"(    Note over (p[0-9]+)(,(p[0-9]+))?:)" +
                               text);
  static const std::regex activation(R"(    (activate|deactivate) (p[0-9]+))");
  std::set<std::string> declared;
  std::map<std::string, int> active;
  const auto is_known = [&](const std::ssub_match& name) {
    return !name.matched || declared.contains(name.str());
  };
  if (diagram.rfind("sequenceDiagram\n", 0) != 0) return "no header";
  for (const std::string& line : std::vector<std::string>(
           absl::StrSplit(diagram.substr(16), '\n', absl::SkipEmpty()))) {
    std::smatch match;
    bool good = false;
    if (std::regex_match(line, match, participant)) {
      good = declared.insert(match[1].str()).second;
    } else if (std::regex_match(line, match, message) ||
               std::regex_match(line, match, note)) {
      good = is_known(match[1]) && is_known(match[3]);
    } else if (std::regex_match(line, match, activation)) {
      int& depth = active[match[2].str()];
      depth += match[1] == "activate" ? 1 : -1;
      good = is_known(match[2]) && (depth == 0 || depth == 1);
    }
    if (!good) return line;
  }
  for (const auto& [name, depth] : active) {
    if (depth != 0) return name + " stays active";
  }
  return "";
}

std::string DiagramOfSeed(uint64_t seed, const Focus& focus = {},
                          uint64_t lines_max = kMermaidLinesMax) {
  const Plan plan = PlanOfSeed(seed, {});
  Chronicle chronicle(&plan, ValueNames(), focus);
  Observer* const observers[] = {&chronicle};
  RunSeed(seed, {}, observers);
  chronicle.Finish();
  return MermaidText(chronicle, focus, lines_max);
}

TEST(MermaidTest, TheTestOfTheSyntaxCanFail) {
  const std::string good = "sequenceDiagram\n    participant p0\n";
  EXPECT_EQ(SyntaxError(good), "");
  for (const char* bad :
       {"    p0->>p1: unknown\n", "    p0->>p0: a;b\n", "    p0->>p0: #b\n",
        "    p0->>p0:\n", "    activate p0\n", "    deactivate p0\n",
        "    participant p0\n", "    nonsense\n", "    Note over p1: x\n"}) {
    EXPECT_NE(SyntaxError(good + bad), "") << bad;
  }
}

TEST(MermaidTest, EveryRunIsADiagramOfGoodSyntax) {
  bool crashes = false;
  bool loses = false;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    const std::string diagram = DiagramOfSeed(seed);
    EXPECT_EQ(SyntaxError(diagram), "") << "seed " << seed;
    crashes |= diagram.find("restarts with") != std::string::npos;
    loses |= diagram.find(" is lost") != std::string::npos;
  }
  EXPECT_TRUE(crashes && loses) << "the seeds show too little";
}

TEST(MermaidTest, OddCharactersAreEscaped) {
  EXPECT_EQ(MermaidEscaped("a;b #1 <i> \"%%{x}\"\n\te"),
            "a#59;b #35;1 #60;i#62; #34;#37;#37;#123;x#125;#34;<br/> e");
}

TEST(MermaidTest, ALongRunIsCutOffWithANote) {
  const std::string diagram = DiagramOfSeed(1, {}, 10);
  EXPECT_EQ(SyntaxError(diagram), "");
  EXPECT_NE(diagram.find(": … and "), std::string::npos) << diagram;
}

TEST(MermaidTest, TheFocusLeavesOutTheRest) {
  const Focus focus = {.from = Time(5 * kMillisecond),
                       .to = Time(60 * kMillisecond),
                       .instance = Dot{NodeId(1), Seq(1)},
                       .node = NodeId(1)};
  const std::string diagram = DiagramOfSeed(2, focus);
  EXPECT_EQ(SyntaxError(diagram), "");
  static const std::regex message(
      R"(    (p[0-9]+)(?:->>|-->>|-x|--x)(p[0-9]+): ([0-9]+)\.[0-9]+ ms (.*))");
  int messages = 0;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(diagram, '\n'))) {
    std::smatch match;
    if (!std::regex_match(line, match, message)) continue;
    ++messages;
    EXPECT_TRUE(match[1] == "p1" || match[2] == "p1") << line;
    EXPECT_NE(match[4].str().find(" 1:1"), std::string::npos) << line;
    // What left in the stretch may arrive behind it.
    EXPECT_GE(std::stoi(match[3].str()), 5) << line;
  }
  EXPECT_GT(messages, 5);
}

TEST(MermaidTest, TheTextbookFailureLooksLikeItsGolden) {
  const absl::StatusOr<Scenario> scenario =
      LoadScenario("testdata/scenarios/totality_n_minus_2f.textproto");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  const Focus focus = {.to = Time(14 * kMillisecond)};
  Chronicle chronicle(&scenario->plan, ValueNames(scenario->values), focus);
  Observer* const observers[] = {&chronicle};
  RunScenario(*scenario, observers);
  chronicle.Finish();
  const std::string diagram = MermaidText(chronicle, focus);
  EXPECT_EQ(SyntaxError(diagram), "");
  EXPECT_EQ(diagram, ReadFile("testdata/mermaid/totality_n_minus_2f.mmd"))
      << "read the difference; if it is as it should be: ./bazelw run //sim -- "
         "replay testdata/scenarios/totality_n_minus_2f.textproto --to=14ms "
         "--mermaid=testdata/mermaid/totality_n_minus_2f.mmd";
}

}  // namespace
}  // namespace distdb::sim
