// Each adversary by itself, over some seeds: its lies reach victims, show the
// power that its header claims, and break nothing while f nodes lie.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/rare_event.h"
#include "gtest/gtest.h"
#include "sim/adversary/flood.h"
#include "sim/check_handler.h"
#include "sim/run.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr uint64_t kSeeds = 25;

// What honest nodes received from liars, what they hold against whom, and what
// they have delivered.
class Victims : public Observer {
 public:
  explicit Victims(const Plan& plan) : plan_(plan) {}

  void OnStep(Time, NodeId node, const Event&,
              const Effects& effects) override {
    if (!plan_.Honest().Contains(node)) return;
    for (const Fault& fault : effects.faults) faults.insert(fault.kind);
    for (const Delivery& delivery : effects.delivered) {
      delivered.insert({delivery.instance, delivery.digest});
    }
  }
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override {
    if (passage.fate == Fate::kSent) {
      longest = std::max(longest, passage.arrives - at);
    }
    if (!passage.lie) return;
    if (message.kind == MessageKind::kReady) {
      readies[{passage.from, message.instance}].Insert(passage.to);
    }
    if (passage.fate != Fate::kReceived) return;
    lies.push_back({at, passage.from, passage.to, message});
  }

  struct Heard {
    Time at;
    NodeId from;
    NodeId to;
    Message message;
  };
  std::vector<Heard> lies;
  // To whom a liar said READY in an instance, whether it arrived or not.
  std::map<std::pair<NodeId, InstanceId>, NodeSet> readies;
  std::set<FaultKind> faults;
  std::set<std::pair<InstanceId, Digest>> delivered;
  Duration longest = 0;

 private:
  const Plan& plan_;
};

class AdversaryTest : public ::testing::Test {
 protected:
  void SetUp() override { InstallThrowingCheckHandler(); }

  // Runs seeds in which f nodes lie and play this alone. `look` sees each run,
  // and says whether it shows what is to be seen; returns how many do.
  // `prepare` may change a plan before.
  template <typename Look, typename Prepare = void (*)(Plan&)>
  uint64_t CountRuns(
      AdversaryName name, FaultName counter, Look look,
      Prepare prepare = [](Plan&) {}) {
    Shape shape;
    shape.mode = Mode::kBracha;
    shape.liars_above_f = 0;
    uint64_t shown = 0;
    uint64_t struck = 0;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Plan plan = PlanOfSeed(seed, shape);
      plan.adversaries = AdversarySet::Only(name);
      plan.network.byte_time.clear();  // What waits for bandwidth waits longer.
      prepare(plan);
      Victims victims(plan);
      Observer* const observers[] = {&victims};
      SeedDriver driver(seed);
      const RunResult result = RunPlan(plan, &driver, observers);
      EXPECT_FALSE(result.violation.has_value())
          << "seed " << seed << ": " << result.violation->what;
      struck += result.faults[counter] > 0 ? 1 : 0;
      shown += look(plan, victims) ? 1 : 0;
    }
    EXPECT_GT(struck, kSeeds / 3);
    return shown;
  }
};

// Whether two different messages of this kind were heard in one instance from
// one liar.
bool HeardBoth(const Victims& victims, MessageKind kind) {
  std::map<std::pair<NodeId, InstanceId>, Message> first;
  for (const Victims::Heard& heard : victims.lies) {
    if (heard.message.kind != kind) continue;
    const auto [found, is_new] =
        first.try_emplace({heard.from, heard.message.instance}, heard.message);
    if (!is_new && !(found->second == heard.message)) return true;
  }
  return false;
}

TEST_F(AdversaryTest, EquivocationTellsNodesDifferentValues) {
  const uint64_t runs =
      CountRuns(AdversaryName::kEquivocation, FaultName::kEquivocation,
                [](const Plan&, const Victims& victims) {
                  return HeardBoth(victims, MessageKind::kSend);
                });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, FalseAnswersBringAnotherPayloadThanWasAskedFor) {
  const StandInDigester digester;
  const uint64_t runs = CountRuns(
      AdversaryName::kFalseAnswers, FaultName::kFalseAnswer,
      [&](const Plan&, const Victims& victims) {
        return std::any_of(
            victims.lies.begin(), victims.lies.end(), [&](const auto& lie) {
              const Message& answer = lie.message;
              if (answer.kind != MessageKind::kPayload) return false;
              const Digest digest =
                  digester.Compute(answer.instance, answer.payload.bytes());
              return !victims.delivered.contains({answer.instance, digest});
            });
      },
      [](Plan& plan) {
        // SENDs are lost, so nodes pull; and the liars have two payloads each.
        plan.network.loss_per_mille = 250;
        plan.rare_per_mille[static_cast<size_t>(RareEvent::kPullAtOnce)] = 1000;
      });
  EXPECT_GT(runs, kSeeds / 5);
}

TEST_F(AdversaryTest, WithholdingSaysReadyToASingleNode) {
  const uint64_t runs = CountRuns(
      AdversaryName::kWithholding, FaultName::kWithholding,
      [](const Plan& plan, const Victims& victims) {
        return std::any_of(victims.readies.begin(), victims.readies.end(),
                           [&](const auto& said) {
                             return said.second.size() == 1 &&
                                    plan.Honest().size() > 1;
                           });
      });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, DoubleVotesConvict) {
  const uint64_t runs =
      CountRuns(AdversaryName::kDoubleVotes, FaultName::kDoubleVote,
                [](const Plan&, const Victims& victims) {
                  return victims.faults.contains(FaultKind::kConflictingEcho);
                });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, ForgedSendsConvict) {
  const uint64_t runs =
      CountRuns(AdversaryName::kForgery, FaultName::kForgery,
                [](const Plan&, const Victims& victims) {
                  return victims.faults.contains(FaultKind::kForgedSend);
                });
  EXPECT_GT(runs, kSeeds / 4);
}

TEST_F(AdversaryTest, FalseWatermarksClaimWhatDoesNotExist) {
  const uint64_t runs = CountRuns(
      AdversaryName::kFalseWatermarks, FaultName::kFalseWatermark,
      [](const Plan&, const Victims& victims) {
        return std::any_of(victims.lies.begin(), victims.lies.end(),
                           [](const Victims::Heard& heard) {
                             const Message& message = heard.message;
                             return message.kind == MessageKind::kWatermark &&
                                    message.instance.seq >= Seq(1'000'000);
                           });
      });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, FalseDeliveriesAreNeverDelivered) {
  uint64_t claims = 0;
  CountRuns(AdversaryName::kFalseDeliveries, FaultName::kFalseDelivery,
            [&claims](const Plan&, const Victims& victims) {
              for (const Victims::Heard& heard : victims.lies) {
                const Message& message = heard.message;
                if (message.kind != MessageKind::kDelivered) continue;
                ++claims;
                EXPECT_FALSE(victims.delivered.contains(
                    {message.instance, message.digest}));
              }
              return true;
            });
  EXPECT_GT(claims, kSeeds);
}

TEST_F(AdversaryTest, TheOtherStoryReachesWhoHasRestarted) {
  const uint64_t runs =
      CountRuns(AdversaryName::kOtherStory, FaultName::kOtherStory,
                [](const Plan&, const Victims& victims) {
                  return HeardBoth(victims, MessageKind::kSend) ||
                         HeardBoth(victims, MessageKind::kEcho);
                });
  EXPECT_GT(runs, kSeeds / 4);
}

TEST_F(AdversaryTest, ReplayRepeatsWhatIsLongPast) {
  const uint64_t runs = CountRuns(
      AdversaryName::kReplay, FaultName::kReplayedLie,
      [](const Plan&, const Victims& victims) {
        std::vector<Victims::Heard> lies = victims.lies;
        return std::any_of(lies.begin(), lies.end(),
                           [&](const Victims::Heard& late) {
                             return late.at - lies.front().at > kSecond;
                           });
      });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, AFloodIsWideAndBounded) {
  const uint64_t runs =
      CountRuns(AdversaryName::kFlood, FaultName::kFlood,
                [](const Plan& plan, const Victims& victims) {
                  std::set<MessageKind> kinds;
                  bool is_far = false;
                  for (const Victims::Heard& heard : victims.lies) {
                    kinds.insert(heard.message.kind);
                    is_far |= heard.message.instance.seq == Seq(~uint64_t{0});
                  }
                  // The network may repeat, and what is not flood is an answer.
                  EXPECT_LE(victims.lies.size(), 40 * Flood::kMessagesMax);
                  return kinds.size() == std::size(kAllMessageKinds) &&
                         is_far && !plan.liars.empty();
                });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, AFloodTakesItsOwnStreamAndPullsWhatThereIs) {
  size_t own = 0;
  size_t all = 0;
  const uint64_t runs =
      CountRuns(AdversaryName::kFlood, FaultName::kFlood,
                [&](const Plan&, const Victims& victims) {
                  bool pulls = false;
                  for (const Victims::Heard& heard : victims.lies) {
                    const auto& [kind, id, digest, payload] = heard.message;
                    // What is far away, nothing but a flood says.
                    const bool is_flood = id.seq >= Seq(1'000'000);
                    all += is_flood ? 1 : 0;
                    own += is_flood && id.origin == heard.from ? 1 : 0;
                    pulls |= kind == MessageKind::kPull &&
                             victims.delivered.contains({id, digest});
                  }
                  return pulls;
                });
  EXPECT_GT(runs, kSeeds / 2);
  EXPECT_GT(own * 2, all);
  EXPECT_LT(own * 4, all * 3);
}

TEST_F(AdversaryTest, AFloodsPayloadIsABatchOfExactlyItsSize) {
  for (const size_t size : {size_t{0}, size_t{5}, size_t{40}, size_t{60'000},
                            Config().payload_bytes_max}) {
    EXPECT_EQ(Flood::PayloadOfSize(size, 1).size(), size);
  }
}

TEST_F(AdversaryTest, MutationNamesNodesThatDoNotExist) {
  const uint64_t runs = CountRuns(
      AdversaryName::kMutation, FaultName::kMutatedField,
      [](const Plan& plan, const Victims& victims) {
        const auto n = static_cast<uint32_t>(plan.nodes());
        return std::any_of(victims.lies.begin(), victims.lies.end(),
                           [n](const Victims::Heard& heard) {
                             return heard.message.instance.origin.value() >= n;
                           }) &&
               victims.faults.contains(FaultKind::kMalformedMessage);
      });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, TwinsContradictEachOther) {
  const uint64_t runs =
      CountRuns(AdversaryName::kTwins, FaultName::kTwins,
                [](const Plan&, const Victims& victims) {
                  return HeardBoth(victims, MessageKind::kSend);
                });
  EXPECT_GT(runs, kSeeds / 2);
}

TEST_F(AdversaryTest, TheSchedulerKeepsNothingForLong) {
  CountRuns(AdversaryName::kScheduler, FaultName::kScheduler,
            [](const Plan&, const Victims& victims) {
              EXPECT_LE(victims.longest, 25 * kMillisecond);
              return true;
            });
}

}  // namespace
}  // namespace distdb::sim
