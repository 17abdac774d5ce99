// What the goldens of testdata/scenarios do not show.

#include "sim/narration/transcript.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr NodeId kP0{0};
constexpr NodeId kP1{1};
const InstanceId kInstance{Epoch(1), kP0, Seq(1)};

Plan TwoNodes() {
  Plan plan;
  plan.config.nodes = 2;
  plan.network.link_delay.assign(4, kMillisecond);
  return plan;
}

Message Ready() {
  return {.kind = MessageKind::kReady,
          .instance = kInstance,
          .digest = Digest{{1}}};
}

Time Ms(int64_t ms) { return Time(ms * kMillisecond); }

TEST(TranscriptTest, SaysWhatBecomesOfAMessageBesideItsReceiver) {
  const Plan plan = TwoNodes();
  Transcript transcript(&plan, ValueNames());
  Passage passage{.fate = Fate::kSent,
                  .transit = 1,
                  .from = kP0,
                  .to = kP1,
                  .arrives = Ms(8)};
  transcript.OnPassage(Ms(1), passage, Ready());
  passage.fate = Fate::kDuplicated;
  transcript.OnPassage(Ms(1), passage, Ready());
  passage.fate = Fate::kToCrashed;
  transcript.OnPassage(Ms(8), passage, Ready());
  passage = {.fate = Fate::kCut, .from = kP0, .to = kP1};
  transcript.OnPassage(Ms(9), passage, Ready());
  EXPECT_EQ(transcript.Text(),
            "    1.000 ms  p0 READY(0:1, a) -> p1 (at 8.000) (twice)\n"
            "    8.000 ms  p0 READY(0:1, a) -> p1   is lost with its channel\n"
            "    9.000 ms  p0 READY(0:1, a) again -> p1 (cut)\n");
}

TEST(TranscriptTest, LeavesOutWhatIsSaidAThirdTimeAndCountsIt) {
  const Plan plan = TwoNodes();
  Transcript transcript(&plan, ValueNames());
  for (int i = 1; i <= 4; ++i) {
    transcript.OnPassage(Ms(i), {.fate = Fate::kLost, .from = kP0, .to = kP1},
                         Ready());
  }
  EXPECT_EQ(transcript.Text(),
            "    1.000 ms  p0 READY(0:1, a) -> p1 (lost)\n"
            "    2.000 ms  p0 READY(0:1, a) again -> p1 (lost)\n"
            "(2 repetitions are left out)\n");
}

TEST(TranscriptTest, NamesWhatACrashLosesAndARestartFinds) {
  const Plan plan = TwoNodes();
  Transcript transcript(&plan, ValueNames());
  const Record echo{.token = Token(1),
                    .kind = RecordKind::kEcho,
                    .instance = kInstance,
                    .digest = Digest{{1}}};
  Record ready = echo;
  ready.token = Token(2);
  ready.kind = RecordKind::kReady;
  Effects effects;
  effects.persist = {echo, ready};
  transcript.OnStep(Ms(1), kP1, Tick{}, effects);
  transcript.OnCrash(Ms(2), kP1, Token(2));
  transcript.OnStart(Ms(3), kP1, std::vector<Record>{echo});
  EXPECT_EQ(transcript.Text(),
            "    2.000 ms  p1 crashes and loses its READY(0:1, a)\n"
            "    3.000 ms  p1 restarts with ECHO(0:1, a)\n");
}

TEST(TranscriptTest, KeepsABoundedNumberOfLines) {
  const Plan plan = TwoNodes();
  Transcript transcript(&plan, ValueNames(), 1);
  transcript.OnCrash(Ms(1), kP1, Token(0));
  transcript.OnCrash(Ms(2), kP0, Token(0));
  EXPECT_EQ(transcript.Text(),
            "    1.000 ms  p1 crashes\n"
            "… and 1 more lines\n");
}

}  // namespace
}  // namespace distdb::sim
