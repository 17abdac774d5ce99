#include "net/codec/sha256.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

std::string Hex(const Digest& digest) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.bytes.data()), 32));
}

// Known answers from another implementation:
//   printf '\1\0\0\0\2\0\0\0\3\0\0\0\0\0\0\0abc' | sha256sum
TEST(Sha256Test, IsSha256OfTheCanonicalEncoding) {
  const Sha256Digester digester;
  EXPECT_EQ(Hex(digester.Compute({Epoch(1), NodeId(2), Seq(3)}, "abc")),
            "436209976f8535827deb98332a4fa3429c5cc5d8c305c7b5c740d05cf931c1de");
  EXPECT_EQ(Hex(digester.Compute({Epoch(0), NodeId(0), Seq(0)}, "")),
            "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb");
}

TEST(Sha256Test, DependsOnEveryPartAndOnNothingThatCameBefore) {
  const Sha256Digester digester;
  const InstanceId id{Epoch(1), NodeId(2), Seq(3)};
  const Digest digest = digester.Compute(id, "abc");
  EXPECT_NE(digester.Compute({Epoch(2), NodeId(2), Seq(3)}, "abc"), digest);
  EXPECT_NE(digester.Compute({Epoch(1), NodeId(3), Seq(3)}, "abc"), digest);
  EXPECT_NE(digester.Compute({Epoch(1), NodeId(2), Seq(4)}, "abc"), digest);
  EXPECT_NE(digester.Compute({Epoch(1), NodeId(2), Seq(3ull << 40)}, "abc"),
            digest);
  EXPECT_NE(digester.Compute(id, "abd"), digest);
  EXPECT_NE(digester.Compute(id, ""), digest);
  EXPECT_EQ(digester.Compute(id, "abc"), digest);
}

}  // namespace
}  // namespace distdb
