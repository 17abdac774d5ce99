// Each checker is shown a run that breaks its property, and one that does not.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/replica.h"
#include "core/store/batch.h"
#include "gtest/gtest.h"
#include "sim/checkers/agreement.h"
#include "sim/checkers/claims.h"
#include "sim/checkers/convergence.h"
#include "sim/checkers/integrity.h"
#include "sim/checkers/liveness.h"
#include "sim/checkers/no_false_conviction.h"
#include "sim/checkers/read_your_writes.h"
#include "sim/checkers/totality.h"
#include "sim/checkers/validity.h"
#include "sim/checkers/window_respected.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

// p3 is a liar and p2 dies.
const Population kPopulation{
    .nodes = 4, .correct = NodeSet(0b0011), .honest = NodeSet(0b0111)};
constexpr NodeId kLiar{3};

InstanceId Id(uint32_t origin, uint64_t seq) {
  return {Epoch(1), NodeId(origin), Seq(seq)};
}

Digest DigestOf(const std::string& value) {
  return StandInDigester().Compute(Id(0, 1), value);
}

Effects Delivers(const InstanceId& id, const std::string& value) {
  Effects effects;
  effects.delivered.push_back({id, DigestOf(value), Payload(value)});
  return effects;
}

Record EchoRecord(uint64_t token, const InstanceId& id,
                  const std::string& value) {
  return {.token = Token(token),
          .kind = RecordKind::kEcho,
          .instance = id,
          .digest = DigestOf(value),
          .payload = Payload(value)};
}

Record DeliveredRecord(uint64_t token, const InstanceId& id,
                       const std::string& value) {
  Record record = EchoRecord(token, id, value);
  record.kind = RecordKind::kDelivered;
  return record;
}

Effects Persists(Record record) {
  Effects effects;
  effects.persist.push_back(std::move(record));
  return effects;
}

Reply ReplyTo(uint64_t request, absl::Status status, Dot token = {}) {
  Reply reply;
  reply.request = RequestId(request);
  reply.status = std::move(status);
  reply.token = token;
  return reply;
}

const Event kEvent = Persisted{Token(0)};
const Time kNow{7};

template <typename Checker>
class CheckerFor {
 public:
  template <typename... Arguments>
  explicit CheckerFor(Arguments&&... arguments)
      : checker_(kPopulation, &verdict_,
                 std::forward<Arguments>(arguments)...) {}

  Checker* operator->() { return &checker_; }
  void Step(uint32_t node, const Effects& effects,
            const Event& event = kEvent) {
    // As the world does.
    if ((checker_.interests() & InterestsOf(event, effects)) == 0) return;
    checker_.OnStep(kNow, NodeId(node), event, effects);
  }
  // The name of the property that broke, or nothing.
  std::string Broken() const {
    const auto& violation = verdict_.violation();
    if (!violation.has_value()) return "";
    return std::string(PropertyName(violation->property));
  }
  const Violation& violation() const { return *verdict_.violation(); }

 private:
  Verdict verdict_;
  Checker checker_;
};

// --- Agreement ---

TEST(AgreementTest, HoldsWhereAllDeliverTheSame) {
  CheckerFor<Agreement> checker;
  checker.Step(0, Delivers(Id(3, 1), "a"));
  checker.Step(1, Delivers(Id(3, 1), "a"));
  checker.Step(1, Delivers(Id(3, 2), "b"));
  EXPECT_EQ(checker.Broken(), "");
}

TEST(AgreementTest, BreaksWhereTwoNodesDeliverDifferentValues) {
  CheckerFor<Agreement> checker;
  checker.Step(0, Delivers(Id(3, 1), "a"));
  checker.Step(1, Delivers(Id(3, 1), "b"));
  EXPECT_EQ(checker.Broken(), "Agreement");
  EXPECT_EQ(checker.violation().nodes, NodeSet(0b0011));
  EXPECT_EQ(checker.violation().instance, Id(3, 1));
}

TEST(AgreementTest, BreaksWhereTheDigestIsOneAndThePayloadsAreTwo) {
  CheckerFor<Agreement> checker;
  Effects other = Delivers(Id(3, 1), "a");
  other.delivered[0].payload = Payload("b");
  checker.Step(0, Delivers(Id(3, 1), "a"));
  checker.Step(1, other);
  EXPECT_EQ(checker.Broken(), "Agreement");
}

TEST(AgreementTest, BreaksWhereARestartedNodeHasAnotherValueOnDisk) {
  CheckerFor<Agreement> checker;
  checker.Step(2, Delivers(Id(3, 1), "a"));
  checker->OnStart(kNow, NodeId(2),
                   std::vector<Record>{DeliveredRecord(1, Id(3, 1), "b")});
  EXPECT_EQ(checker.Broken(), "Agreement");
}

// --- Integrity ---

TEST(IntegrityTest, HoldsForStreamsInOrderOfWhatWasProposed) {
  CheckerFor<Integrity> checker;
  checker.Step(0, Persists(EchoRecord(1, Id(0, 1), "a")));
  checker.Step(0, Delivers(Id(0, 1), "a"), Persisted{Token(1)});
  checker.Step(1, Delivers(Id(0, 1), "a"));
  checker.Step(1, Delivers(Id(3, 1), "whatever the liar said"));
  EXPECT_EQ(checker.Broken(), "");
}

TEST(IntegrityTest, BreaksWhereAnInstanceIsDeliveredTwice) {
  CheckerFor<Integrity> checker;
  checker.Step(1, Delivers(Id(3, 1), "a"));
  checker.Step(1, Delivers(Id(3, 1), "a"));
  EXPECT_EQ(checker.Broken(), "Integrity");
}

TEST(IntegrityTest, BreaksWhereAnInstanceIsSkipped) {
  CheckerFor<Integrity> checker;
  checker.Step(1, Delivers(Id(3, 2), "a"));
  EXPECT_EQ(checker.Broken(), "Integrity");
}

TEST(IntegrityTest, BreaksWhereAnHonestOriginProposedSomethingElse) {
  CheckerFor<Integrity> checker;
  checker.Step(0, Persists(EchoRecord(1, Id(0, 1), "a")));
  checker.Step(0, {}, Persisted{Token(1)});
  checker.Step(1, Delivers(Id(0, 1), "b"));
  EXPECT_EQ(checker.Broken(), "Integrity");
}

TEST(IntegrityTest, BreaksWhereTheProposalWasNotDurable) {
  CheckerFor<Integrity> checker;
  checker.Step(0, Persists(EchoRecord(1, Id(0, 1), "a")));
  checker.Step(1, Delivers(Id(0, 1), "a"));
  EXPECT_EQ(checker.Broken(), "Integrity");
}

TEST(IntegrityTest, WhatACrashLeavesOnDiskWasProposed) {
  for (const uint64_t lost_from : {0, 1, 2}) {
    CheckerFor<Integrity> checker;
    checker.Step(0, Persists(EchoRecord(1, Id(0, 1), "a")));
    checker->OnCrash(kNow, NodeId(0), Token(lost_from));
    checker.Step(1, Delivers(Id(0, 1), "a"));
    EXPECT_EQ(checker.Broken(), lost_from == 1 ? "Integrity" : "");
  }
}

TEST(IntegrityTest, BreaksWhereARestartTakesADeliveryBack) {
  CheckerFor<Integrity> checker;
  checker.Step(1, Delivers(Id(3, 1), "a"));
  checker->OnStart(kNow, NodeId(1), {});
  EXPECT_EQ(checker.Broken(), "Integrity");
}

TEST(IntegrityTest, ARestartedNodeGoesOnAfterItsRecords) {
  CheckerFor<Integrity> checker;
  checker->OnStart(kNow, NodeId(1),
                   std::vector<Record>{DeliveredRecord(1, Id(3, 1), "a")});
  checker.Step(1, Delivers(Id(3, 2), "b"));
  EXPECT_EQ(checker.Broken(), "");
}

// --- Totality ---

TEST(TotalityTest, SettlesWhenAllCorrectNodesHaveWhatOneHas) {
  CheckerFor<Totality> checker;
  EXPECT_TRUE(checker->IsSettled());
  checker.Step(0, Delivers(Id(3, 1), "a"));
  EXPECT_FALSE(checker->IsSettled());
  checker.Step(1, Delivers(Id(3, 1), "a"));
  EXPECT_TRUE(checker->IsSettled());
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "");
}

TEST(TotalityTest, BreaksWhereOnlyANodeThatDiedDelivered) {
  CheckerFor<Totality> checker;
  checker.Step(2, Delivers(Id(3, 1), "a"));
  EXPECT_FALSE(checker->IsSettled());
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "Totality");
  EXPECT_EQ(checker.violation().nodes, kPopulation.correct);
  EXPECT_EQ(checker.violation().instance, Id(3, 1));
}

TEST(TotalityTest, NamesTheFirstInstanceThatIsMissing) {
  CheckerFor<Totality> checker;
  for (uint64_t seq = 1; seq <= 3; ++seq) {
    checker.Step(0, Delivers(Id(3, seq), "a"));
  }
  checker.Step(1, Delivers(Id(3, 1), "a"));
  checker->Finish(kNow);
  EXPECT_EQ(checker.violation().instance, Id(3, 2));
  EXPECT_EQ(checker.violation().nodes, NodeSet(0b0010));
}

// --- Validity ---

TEST(ValidityTest, BreaksWhereAProposalOfACorrectOriginNeverArrives) {
  CheckerFor<Validity> checker;
  checker.Step(0, Persists(EchoRecord(1, Id(0, 1), "a")));
  EXPECT_TRUE(checker->IsSettled());  // Not durable yet.
  checker.Step(0, {}, Persisted{Token(1)});
  EXPECT_FALSE(checker->IsSettled());
  checker.Step(0, Delivers(Id(0, 1), "a"));
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "Validity");
  EXPECT_EQ(checker.violation().nodes, NodeSet(0b0010));
}

TEST(ValidityTest, ANodeThatDiesOwesNothingThatItHasNotAnswered) {
  CheckerFor<Validity> checker;
  checker.Step(2, Persists(EchoRecord(1, Id(2, 1), "a")));
  checker.Step(2, {}, Persisted{Token(1)});
  EXPECT_TRUE(checker->IsSettled());
  checker->OnReply(kNow, NodeId(2),
                   ReplyTo(1, absl::OkStatus(), {NodeId(2), Seq(1)}));
  EXPECT_FALSE(checker->IsSettled());
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "Validity");
}

// --- NoFalseConviction ---

TEST(NoFalseConvictionTest, BreaksOnlyWhereAnHonestNodeIsAccused) {
  CheckerFor<NoFalseConviction> checker;
  Effects effects;
  effects.faults = {{.node = kLiar, .kind = FaultKind::kConflictingEcho}};
  checker.Step(0, effects);
  EXPECT_EQ(checker.Broken(), "");
  effects.faults[0].node = NodeId(2);  // Honest until it died.
  checker.Step(0, effects);
  EXPECT_EQ(checker.Broken(), "NoFalseConviction");
}

// --- Convergence ---

std::unique_ptr<Replica> ReplicaWith(uint32_t self, const std::string& value) {
  static const StandInDigester digester;
  Config config;
  config.self = NodeId(self);
  config.nodes = 4;
  config.digester = &digester;
  BatchBuilder builder;
  builder.Add({MutationKind::kPut, "k", value});
  const std::string payload = builder.Build(Timestamp(1));
  const InstanceId id = Id(3, 1);
  const Record record{.token = Token(1),
                      .kind = RecordKind::kDelivered,
                      .instance = id,
                      .digest = digester.Compute(id, payload),
                      .payload = Payload(payload)};
  return *Replica::Create(config, absl::MakeConstSpan(&record, 1));
}

TEST(ConvergenceTest, ComparesTheStoresOfCorrectReplicas) {
  for (const char* second : {"same", "other"}) {
    std::vector<std::unique_ptr<Replica>> replicas;
    replicas.push_back(ReplicaWith(0, "same"));
    replicas.push_back(ReplicaWith(1, second));
    replicas.push_back(ReplicaWith(2, "of a node that died"));
    CheckerFor<Convergence> checker(
        [&replicas](NodeId node) { return replicas[node.value()].get(); });
    checker->Finish(kNow);
    EXPECT_EQ(checker.Broken(),
              std::string(second) == "same" ? "" : "Convergence");
  }
}

// --- Liveness ---

bool NeverHeldBack(NodeId) { return false; }

Event WriteRequest(uint64_t request) {
  return Request{ClientId(1), RequestId(request),
                 Write{{{MutationKind::kPut, "k", "v"}}}};
}

TEST(LivenessTest, EveryRequestIsAnsweredInTheEnd) {
  CheckerFor<Liveness> checker(&NeverHeldBack);
  checker.Step(0, {}, WriteRequest(1));
  checker->OnHeal(kNow);
  EXPECT_FALSE(checker->IsSettled());
  checker->OnReply(kNow, NodeId(1), ReplyTo(1, absl::OkStatus()));
  EXPECT_FALSE(checker->IsSettled());  // That was another node's.
  checker->OnReply(kNow, NodeId(0),
                   ReplyTo(1, absl::DeadlineExceededError("late")));
  EXPECT_TRUE(checker->IsSettled());
}

TEST(LivenessTest, BreaksWhereARequestIsNeverAnswered) {
  CheckerFor<Liveness> checker(&NeverHeldBack);
  checker.Step(0, {}, WriteRequest(1));
  checker->OnHeal(kNow);
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "Liveness");
}

TEST(LivenessTest, AWriteAfterTheHealingMustSucceed) {
  CheckerFor<Liveness> checker(&NeverHeldBack);
  checker->OnHeal(kNow);
  checker.Step(0, {}, WriteRequest(1));
  checker->OnReply(kNow, NodeId(0),
                   ReplyTo(1, absl::ResourceExhaustedError("full")));
  EXPECT_FALSE(checker->IsSettled());
  checker->Finish(kNow);
  EXPECT_EQ(checker.Broken(), "Liveness");
}

TEST(LivenessTest, AWriteMayBeRefusedForGoodWhereItsStreamIsHeldBack) {
  for (const bool is_held_back : {true, false}) {
    for (const bool is_full : {true, false}) {
      CheckerFor<Liveness> checker(
          [is_held_back](NodeId) { return is_held_back; });
      checker->OnHeal(kNow);
      checker.Step(0, {}, WriteRequest(1));
      checker->OnReply(kNow, NodeId(0),
                       ReplyTo(1, is_full ? absl::ResourceExhaustedError("full")
                                          : absl::UnavailableError("disk")));
      EXPECT_EQ(checker->IsSettled(), is_held_back && is_full);
      EXPECT_EQ(checker->excused(), is_held_back && is_full ? 1u : 0u);
    }
  }
}

TEST(LivenessTest, ACrashAnswersTheClientsOfThatNodeOnly) {
  CheckerFor<Liveness> checker(&NeverHeldBack);
  checker.Step(0, {}, WriteRequest(1));
  checker.Step(1, {}, WriteRequest(2));
  checker->OnHeal(kNow);
  checker->OnCrash(kNow, NodeId(0), Token(0));
  EXPECT_FALSE(checker->IsSettled());
  checker->OnCrash(kNow, NodeId(1), Token(0));
  EXPECT_TRUE(checker->IsSettled());
}

// --- ReadYourWrites ---

TEST(ReadYourWritesTest, BreaksWhereAReadIsServedWithoutTheWriteItAskedFor) {
  for (const bool delivered : {true, false}) {
    CheckerFor<ReadYourWrites> checker;
    const Get get{"k", {NodeId(3), Seq(1)}};
    checker.Step(0, {}, Request{ClientId(1), RequestId(1), get});
    if (delivered) checker.Step(0, Delivers(Id(3, 1), "a"));
    checker->OnReply(kNow, NodeId(0), ReplyTo(1, absl::OkStatus()));
    EXPECT_EQ(checker.Broken(), delivered ? "" : "ReadYourWrites");
  }
}

// --- WindowRespected ---

TEST(WindowRespectedTest, BreaksWhereAnHonestNodeSendsBeyondTheWindow) {
  const StandInDigester digester;
  Config config;
  config.nodes = 4;
  config.digester = &digester;
  const std::unique_ptr<Replica> replica = *Replica::Create(config, {});
  const auto broken = [&](uint32_t from, uint64_t seq, MessageKind kind) {
    CheckerFor<WindowRespected> checker(/*window=*/8);
    checker->OnState(
        kNow, NodeId(0),
        Receive{NodeId(from), {.kind = kind, .instance = Id(1, seq)}}, {},
        *replica);
    return checker.Broken();
  };
  EXPECT_EQ(broken(1, 8, MessageKind::kSend), "");
  EXPECT_EQ(broken(1, 9, MessageKind::kSend), "WindowRespected");
  EXPECT_EQ(broken(2, 9, MessageKind::kReady), "WindowRespected");
  EXPECT_EQ(broken(3, 9, MessageKind::kReady), "");  // A liar may.
  EXPECT_EQ(broken(2, 9, MessageKind::kWatermark), "");
}

// --- Claims ---

TEST(ClaimsTest, BroadcastClaimsLessThanBracha) {
  Plan plan;
  plan.config.nodes = 4;
  plan.config.mode = Mode::kBracha;
  for (const Property property : kAllProperties) {
    EXPECT_TRUE(Claims(plan, property)) << PropertyName(property);
  }
  plan.config.mode = Mode::kBroadcast;
  EXPECT_FALSE(Claims(plan, Property::kTotality));
  EXPECT_FALSE(Claims(plan, Property::kIntegrity));
  EXPECT_TRUE(Claims(plan, Property::kAgreement));
  EXPECT_TRUE(Claims(plan, Property::kCrash));
  plan.liars = NodeSet(1);
  EXPECT_FALSE(Claims(plan, Property::kAgreement));
}

}  // namespace
}  // namespace distdb::sim
