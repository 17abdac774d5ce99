#include "sim/narration/lanes.h"

#include <string>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr NodeId kP0{0};
constexpr NodeId kP1{1};
constexpr NodeId kP2{2};
const InstanceId kInstance{Epoch(1), kP0, Seq(1)};

Message Echo() {
  return {
      .kind = MessageKind::kEcho, .instance = kInstance, .digest = Digest{{1}}};
}

Time Ms(int64_t ms) { return Time(ms * kMillisecond); }

void Start(Lanes& lanes, int nodes) {
  for (const NodeId node : NodeSet::FirstN(nodes)) {
    lanes.OnStart(Time(0), node, {});
  }
}

// Without the legend.
std::string Drawing(Lanes& lanes) {
  const std::string text = lanes.Text();
  return "\n" + text.substr(text.find("        ms"));
}

TEST(LanesTest, JoinsWhoSaysWithWhoHears) {
  Lanes lanes({.nodes = 3, .width = 60}, ValueNames());
  Start(lanes, 3);
  Passage passage{.fate = Fate::kSent, .from = kP1, .to = kP0};
  lanes.OnPassage(Ms(1), passage, Echo());
  passage.to = kP2;
  lanes.OnPassage(Ms(1), passage, Echo());
  passage.fate = Fate::kReceived;
  lanes.OnPassage(Ms(2), passage, Echo());
  passage.to = kP0;
  lanes.OnPassage(Ms(2), passage, Echo());
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0       p1       p2
     1.000  │        ●E 0:1 a │
     2.000  ◄────────●E 0:1 a─►
)");
}

TEST(LanesTest, MarksLossLiesDeliveriesAndCrashes) {
  Lanes lanes({.nodes = 3, .liars = NodeSet::Of(kP0), .width = 80},
              ValueNames());
  lanes.OnStart(Time(0), kP1, {});
  lanes.OnStart(Time(0), kP2, {});
  lanes.OnPassage(Ms(1),
                  {.fate = Fate::kSent, .from = kP0, .to = kP2, .lie = true},
                  Echo());
  lanes.OnPassage(
      Ms(2), {.fate = Fate::kReceived, .from = kP0, .to = kP2, .lie = true},
      Echo());
  lanes.OnPassage(Ms(3), {.fate = Fate::kLost, .from = kP2, .to = kP1}, Echo());
  Effects effects;
  effects.delivered.push_back({kInstance, Echo().digest, Payload("x")});
  lanes.OnStep(Ms(4), kP1, Persisted{Token(1)}, effects);
  lanes.OnStep(Ms(4), kP2, Persisted{Token(1)}, effects);
  lanes.OnCrash(Ms(5), kP1, Token(3));
  lanes.OnStep(Ms(6), kP2, Persisted{Token(2)}, effects);
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0 lies        p1             p2
     1.000  ●!E 0:1 a      │              │
     2.000  ●!E 0:1 a──────┼──────────────►
     3.000  ┆              x╌╌╌╌╌╌╌E 0:1 a●               lost
     4.000  ┆              ■ 0:1=a        ■ 0:1=a
     5.000  ┆              X crash        │               loses records
     6.000  ┆                             ■ 0:1=a
)");
}

TEST(LanesTest, SaysHowMuchFollowsWhatItKeeps) {
  Lanes lanes({.nodes = 2, .width = 80, .lines_max = 2}, ValueNames());
  Start(lanes, 2);
  for (int i = 1; i <= 5; ++i) {
    lanes.OnPassage(Ms(i), {.fate = Fate::kSent, .from = kP0, .to = kP1},
                    Echo());
  }
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0              p1
     1.000  ●E 0:1 a        │
     2.000  ●E 0:1 a        │
… and 3 more lines
)");
}

TEST(LanesTest, ColorsOnlyWhenAsked) {
  for (const bool color : {false, true}) {
    Lanes lanes({.nodes = 2, .color = color}, ValueNames());
    Start(lanes, 2);
    lanes.OnCrash(Ms(1), kP1, Token(0));
    EXPECT_EQ(lanes.Text().find('\x1b') != std::string::npos, color);
  }
}

// The seven nodes of f = 2 fit a terminal of 100 columns.
TEST(LanesTest, SevenNodesFit) {
  Lanes lanes({.nodes = 7, .width = 100}, ValueNames());
  Start(lanes, 7);
  Passage passage{.fate = Fate::kReceived, .from = kP0};
  for (const NodeId node : NodeSet::FirstN(7).Without(kP0)) {
    passage.to = node;
    lanes.OnPassage(Ms(1), passage, Echo());
  }
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0       p1       p2       p3       p4       p5       p6
     1.000  ●E 0:1 a─►────────►────────►────────►────────►────────►
)");
}

TEST(LanesTest, AFocusShowsOneNodeAndOneInstanceInAStretchOfTime) {
  const InstanceId other{Epoch(1), kP1, Seq(2)};
  Lanes lanes({.nodes = 3,
               .width = 60,
               .focus = {.from = Time(2 * kMillisecond),
                         .to = Time(4 * kMillisecond),
                         .instance = Dot{kP0, Seq(1)},
                         .node = kP2}},
              ValueNames());
  Start(lanes, 3);
  const Passage heard{
      .fate = Fate::kReceived, .transit = 1, .from = kP0, .to = kP2};
  const Passage elsewhere{
      .fate = Fate::kReceived, .transit = 2, .from = kP0, .to = kP1};
  Message in_other = Echo();
  in_other.instance = other;
  lanes.OnPassage(Ms(1), heard, Echo());
  lanes.OnCrash(Ms(1), kP1, Token(0));
  lanes.OnPassage(Ms(2), heard, Echo());
  lanes.OnPassage(Ms(3), elsewhere, Echo());
  lanes.OnPassage(Ms(3), heard, in_other);
  lanes.OnStep(Ms(4), kP2, Tick(),
               {.delivered = {{other, {}, {}}, {kInstance, Digest{{1}}, {}}}});
  lanes.OnPassage(Ms(5), heard, Echo());
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0       p1       p2
     2.000  ●E 0:1 a──────────►
     4.000  │                 ■ 0:1=a
)");
}

TEST(LanesTest, AStretchMayBeGivenByTheNumbersOfEvents) {
  Lanes lanes(
      {.nodes = 1,
       .width = 60,
       .focus = {.from = Moment(uint64_t{2}), .to = Moment(uint64_t{2})}},
      ValueNames());
  Start(lanes, 1);
  for (uint64_t seq = 1; seq <= 3; ++seq) {
    lanes.OnStep(Ms(1), kP0, Tick(),
                 {.delivered = {{{Epoch(1), kP0, Seq(seq)}, {}, {}}}});
  }
  EXPECT_EQ(Drawing(lanes), R"(
        ms  p0
     1.000  ■ 0:2=a
)");
}

TEST(LanesTest, ARemarkEndsWhereTheTerminalDoes) {
  Lanes lanes({.nodes = 2, .width = 60}, ValueNames());
  Start(lanes, 2);
  lanes.OnStep(Ms(1), kP0,
               Request{.command = Write{{{MutationKind::kPut, "key",
                                          "0123456789012345678901234"}}}},
               {});
  const std::string drawing = Drawing(lanes);
  EXPECT_NE(drawing.find("client: put key = "), std::string::npos);
  EXPECT_NE(drawing.find("…\n"), std::string::npos) << drawing;
}

}  // namespace
}  // namespace distdb::sim
