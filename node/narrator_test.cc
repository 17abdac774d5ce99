#include "node/narrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/store/batch.h"
#include "core/types.h"

namespace distdb {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr InstanceId kInstance{Epoch(1), NodeId(0), Seq(5)};

Payload BatchOf(int mutations) {
  BatchBuilder batch;
  for (int i = 0; i < mutations; ++i) {
    const bool put = i % 2 == 0;
    batch.Add({put ? MutationKind::kPut : MutationKind::kDelete,
               absl::StrCat("k", i), put ? "v" : ""});
  }
  return Payload(batch.Build(Timestamp(1)));
}

TEST(NarratorTest, TellsWhatIsSentToWhom) {
  Envelope envelope;
  envelope.to = NodeSet::FirstN(4).Without(NodeId(1));
  envelope.message = {.kind = MessageKind::kEcho, .instance = kInstance};
  envelope.message.digest.bytes[0] = 0xab;
  EXPECT_EQ(DescribeEnvelope(envelope),
            "ECHO 1:5 digest=ab00000000000000 to 1,3,4");
  envelope.message = {.kind = MessageKind::kSend, .instance = kInstance};
  envelope.message.payload = Payload("abc");
  EXPECT_EQ(DescribeEnvelope(envelope), "SEND 1:5 bytes=3 to 1,3,4");
  envelope.message = {.kind = MessageKind::kHello};
  EXPECT_EQ(DescribeEnvelope(envelope), "HELLO to 1,3,4");
}

TEST(NarratorTest, TellsTheFirstWritesOfADelivery) {
  EXPECT_EQ(DescribeDelivery({kInstance, {}, BatchOf(2)}),
            "Delivering 1:5 digest=0000000000000000: put k0, delete k1");
  EXPECT_EQ(DescribeDelivery({kInstance, {}, BatchOf(6)}),
            "Delivering 1:5 digest=0000000000000000: put k0, delete k1, "
            "put k2, delete k3 and 2 more");
}

TEST(NarratorTest, NamesTheLiarAndTheProof) {
  EXPECT_EQ(DescribeFault(
                {NodeId(3), FaultKind::kConflictingEcho, kInstance, {}, {}}),
            "node 4 is proven faulty: conflicting ECHO in 1:5 "
            "digest=0000000000000000,0000000000000000");
}

TEST(NarratorTest, ALiarDoesNotFillTheLog) {
  Narrator narrator(NodeId(0), {});
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i) {
    narrator.Proven(
        {NodeId(3), FaultKind::kConflictingEcho, kInstance, {}, {}});
  }
  narrator.Proven({NodeId(3), FaultKind::kForgedSend, kInstance, {}, {}});
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 2) << told;
}

// What is told of an ECHO and of a delivery.
std::string Told(const NarratorOptions& options) {
  Narrator narrator(NodeId(0), options);
  Envelope echo;
  echo.to = NodeSet::Of(NodeId(1));
  echo.message = {.kind = MessageKind::kEcho, .instance = kInstance};
  ::testing::internal::CaptureStderr();
  narrator.Sent(echo);
  narrator.Delivered({kInstance, {}, BatchOf(1)});
  return ::testing::internal::GetCapturedStderr();
}

TEST(NarratorTest, AtLevelDebugEveryPhaseIsToldOrThoseAskedFor) {
  NarratorOptions options;
  EXPECT_EQ(Told(options), "");
  options.level = LogLevel::kDebug;
  EXPECT_THAT(Told(options), AllOf(HasSubstr("debug [node 1] ECHO 1:5"),
                                   HasSubstr("debug [node 1] Delivering 1:5")));
  options.phases = *ParseLogPhases({"echo", "send"});
  EXPECT_THAT(Told(options),
              AllOf(HasSubstr("ECHO"), Not(HasSubstr("Delivering"))));
  options.phases = *ParseLogPhases({"delivering"});
  options.format = LogFormat::kJson;
  EXPECT_THAT(Told(options), AllOf(Not(HasSubstr("ECHO")),
                                   HasSubstr("\"event\":\"delivering\""),
                                   HasSubstr("\"origin\":1,\"seq\":5}\n")));
}

TEST(NarratorTest, PhasesAreNamed) {
  EXPECT_TRUE(ParseLogPhases({}).ok());
  EXPECT_THAT(std::string(ParseLogPhases({"echo", "x"}).status().message()),
              AllOf(HasSubstr("--log_phases=x is no phase"),
                    HasSubstr("delivering, echo, hello")));
}

}  // namespace
}  // namespace distdb
