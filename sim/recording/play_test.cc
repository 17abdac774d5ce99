// What a replica of a world was given and did is played again identically, from
// its start, after crashes, and from any moment in between.

#include "sim/recording/play.h"

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/recording/recorder.h"
#include "gtest/gtest.h"
#include "sim/checkers/verdict.h"
#include "sim/choice.h"
#include "sim/draw_plan.h"
#include "sim/observer.h"
#include "sim/stand_in_digester.h"
#include "sim/world.h"

namespace distdb::sim {
namespace {

// Records all replicas of a world as a node records its own: each life begins a
// new recording, and one goes over into the next.
class WorldRecorder : public Observer {
 public:
  // Does something to the effects before they are recorded.
  using Tamper = void (*)(uint64_t step, Effects& effects);

  // `world` outlives the recorder.
  WorldRecorder(const World* world, int nodes, uint64_t bytes,
                Tamper tamper = nullptr)
      : world_(world), lives_(nodes), bytes_(bytes), tamper_(tamper) {}

  void OnStart(Time, NodeId node, absl::Span<const Record>) override {
    const Replica& replica = *world_->replica(node);
    Recorder& recorder = lives_[node.value()].emplace(
        RecorderOptions{.cluster = 1, .bytes = bytes_, .run_bytes = 100},
        replica);
    while (recorder.Advance(replica) != Recorder::Progress::kTurned) continue;
    Take(recorder, File(node));
  }

  void OnStep(Time, NodeId node, const Event& event,
              const Effects& effects) override {
    std::optional<Recorder>& recorder = lives_[node.value()];
    if (!recorder.has_value()) return;
    Effects recorded = effects;
    if (tamper_ != nullptr) tamper_(++steps_, recorded);
    ASSERT_TRUE(recorder->OnStep(event, recorded));
    Take(*recorder, File(node));
    const Recorder::Progress progress =
        recorder->Advance(*world_->replica(node));
    if (progress != Recorder::Progress::kTurned) return;
    Finish(node);
    Take(*recorder, File(node));
  }

  void OnCrash(Time, NodeId node, Token) override {
    Finish(node);
    lives_[node.value()].reset();
  }

  std::vector<std::string> Recordings() {
    for (const auto& [node, file] : files_) done_.push_back(file);
    files_.clear();
    return std::move(done_);
  }

 private:
  std::string& File(NodeId node) { return files_[node]; }
  void Finish(NodeId node) {
    done_.push_back(std::move(files_[node]));
    files_.erase(node);
  }
  static void Take(Recorder& recorder, std::string& file) {
    absl::StrAppend(&file, recorder.current()->Bytes());
    recorder.current()->Clear();
  }

  const World* world_;
  std::vector<std::optional<Recorder>> lives_;
  const uint64_t bytes_;
  const Tamper tamper_;
  uint64_t steps_ = 0;
  std::map<NodeId, std::string> files_;
  std::vector<std::string> done_;
};

std::vector<std::string> Record(uint64_t seed, const Shape& shape,
                                uint64_t bytes,
                                WorldRecorder::Tamper tamper = nullptr) {
  SeedDriver driver(seed);
  Chooser chooser(&driver);
  Plan plan = DrawPlan(chooser, shape);
  // Each node has a snapshot of its own under way all the time, and keeps
  // little in memory: so that the states that are recorded are full of things.
  plan.config.snapshot_log_bytes = 2'000;
  plan.config.retained_memory_bytes_max = seed % 3 * 100;
  plan.rare_per_mille = {};
  Verdict verdict;
  World world(plan, &chooser, &verdict);
  WorldRecorder recorder(&world, plan.nodes(), bytes, tamper);
  world.AddObserver(&recorder);
  world.Run();
  return recorder.Recordings();
}

Played PlayAgain(const std::string& recording) {
  const StandInDigester digester;
  return Play(recording, {.digester = &digester});
}

struct Total {
  uint64_t recordings = 0;
  uint64_t later = 0;  // Of them, those that go on from an earlier one.
  uint64_t events = 0;
};

// All recordings of these seeds are played again.
Total ExpectIdentical(const Shape& shape, uint64_t first_seed, uint64_t seeds,
                      uint64_t bytes) {
  Total total;
  for (uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    for (const std::string& recording : Record(seed, shape, bytes)) {
      const Played played = PlayAgain(recording);
      EXPECT_TRUE(played.status.ok())
          << "seed " << seed << ": " << played.status;
      EXPECT_EQ(played.differs, std::nullopt)
          << "seed " << seed << ", event "
          << played.events_before + played.events << ", " << played.events
          << " of its recording: " << played.difference;
      EXPECT_EQ(played.torn_bytes, 0u);
      ++total.recordings;
      total.later += played.events_before > 0 ? 1 : 0;
      total.events += played.events;
    }
  }
  return total;
}

Shape ShapeOf(Mode mode) {
  Shape shape;
  shape.mode = mode;
  return shape;
}

TEST(Play, WholeLivesAreIdentical) {
  const Total total = ExpectIdentical(ShapeOf(Mode::kBracha), 1, 8, 1 << 30);
  EXPECT_GT(total.recordings, 8u);
  EXPECT_EQ(total.later, 0u);
  EXPECT_GT(total.events, 1'000u);
}

// The next recording begins as soon as the one before has: at states of every
// sort, amid votes, snapshots, full disks and loads. A field that a starting
// state lacks shows here.
TEST(Play, FromAnyMomentOnItIsIdentical) {
  const Total total = ExpectIdentical(ShapeOf(Mode::kBracha), 100, 8, 1);
  EXPECT_GT(total.later, 30u);
}

TEST(Play, TheBaselineIsIdenticalToo) {
  const Total total = ExpectIdentical(ShapeOf(Mode::kBroadcast), 1, 4, 1'000);
  EXPECT_GT(total.later, 10u);
}

TEST(Play, AnEffectThatIsChangedIsNamedWithItsEvent) {
  Shape shape = ShapeOf(Mode::kBracha);
  shape.nodes = 1;
  shape.liars = 0;
  const std::vector<std::string> recordings =
      Record(1, shape, 1 << 30, [](uint64_t step, Effects& effects) {
        if (step == 3) effects.next_deadline = effects.next_deadline + 1;
      });
  ASSERT_FALSE(recordings.empty());
  const Played played = PlayAgain(recordings[0]);
  EXPECT_TRUE(played.status.ok()) << played.status;
  EXPECT_EQ(played.differs, 3u);
  EXPECT_EQ(played.events, 3u);
  EXPECT_FALSE(played.difference.empty());
}

// Every field of the effects is compared: each of these changes one.
TEST(Play, NoEffectCanChangeUnseen) {
  static constexpr WorldRecorder::Tamper kTampers[] = {
      [](uint64_t, Effects& effects) {
        for (auto& record : effects.persist) ++record.token;
      },
      [](uint64_t, Effects& effects) {
        for (auto& record : effects.persist) record.digest.bytes[31] ^= 1;
      },
      [](uint64_t, Effects& effects) {
        for (auto& envelope : effects.send) envelope.to = NodeSet();
      },
      [](uint64_t, Effects& effects) {
        for (auto& envelope : effects.send_after_persist) {
          ++envelope.message.instance.seq;
        }
      },
      [](uint64_t, Effects& effects) {
        // Held back or not is what matters most.
        for (auto& envelope : effects.send_after_persist) {
          effects.send.push_back(envelope);
        }
        effects.send_after_persist.clear();
      },
      [](uint64_t, Effects& effects) {
        for (auto& reply : effects.replies) reply.existed ^= 1;
      },
      [](uint64_t, Effects& effects) {
        for (auto& delivery : effects.delivered) {
          delivery.digest.bytes[0] ^= 1;
        }
      },
      [](uint64_t, Effects& effects) {
        for (auto& envelope : effects.send_after_persist) {
          const Payload& payload = envelope.message.payload;
          if (!payload.has_value()) continue;
          std::string bytes(payload.bytes());
          bytes.back() = static_cast<char>(bytes.back() ^ 1);
          envelope.message.payload = Payload(std::move(bytes));
        }
      },
      [](uint64_t, Effects& effects) {
        if (effects.discard_before > Token(0)) ++effects.discard_before;
      },
  };
  const Shape shape = ShapeOf(Mode::kBracha);
  for (size_t i = 0; i < std::size(kTampers); ++i) {
    bool noticed = false;
    for (const std::string& recording :
         Record(5, shape, 1 << 30, kTampers[i])) {
      noticed = noticed || PlayAgain(recording).differs.has_value();
    }
    EXPECT_TRUE(noticed) << "change " << i;
  }
}

}  // namespace
}  // namespace distdb::sim
