// Every kind of message, record and fault has a name of its own: people read
// them in logs and diagrams.

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/record.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

// Asks for the name of every number, and returns how many are kinds.
template <typename Kind>
int DistinctNames(absl::string_view (*name)(Kind)) {
  std::set<std::string> names;
  int kinds = 0;
  for (int number = 0; number < 256; ++number) {
    const std::string known(name(static_cast<Kind>(number)));
    EXPECT_NE(known, "");
    if (known == "?") continue;
    ++kinds;
    EXPECT_TRUE(names.insert(known).second) << known << " is used twice";
  }
  return kinds;
}

TEST(NamesTest, EveryKindHasAnotherName) {
  EXPECT_EQ(DistinctNames(MessageKindName), 9);
  EXPECT_EQ(DistinctNames(RecordKindName), 10);
  EXPECT_EQ(DistinctNames(FaultKindName), 6);
}

TEST(NamesTest, AllMessageKindsAreListed) {
  std::set<MessageKind> listed;
  for (const MessageKind kind : kAllMessageKinds) {
    EXPECT_NE(MessageKindName(kind), "?");
    listed.insert(kind);
  }
  EXPECT_EQ(listed.size(), 9u);
}

TEST(NamesTest, AMessageCarriesADigestOrAPayloadAndNeverBoth) {
  std::set<std::string> with_digest;
  std::set<std::string> with_payload;
  for (const MessageKind kind : kAllMessageKinds) {
    const std::string name(MessageKindName(kind));
    if (CarriesDigest(kind)) with_digest.insert(name);
    if (CarriesPayload(kind)) with_payload.insert(name);
  }
  EXPECT_EQ(with_digest,
            (std::set<std::string>{"ECHO", "READY", "DELIVERED", "PULL"}));
  EXPECT_EQ(with_payload, (std::set<std::string>{"SEND", "PAYLOAD"}));
}

}  // namespace
}  // namespace distdb
