#include "net/discovery/address_book.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/types.h"
#include "gtest/gtest.h"
#include "net/codec/frame.h"
#include "net/codec/random_test_util.h"
#include "net/discovery/address_record.h"
#include "net/socket.h"
#include "net/tls/keys.h"
#include "net/token_bucket.h"

namespace distdb {
namespace {

constexpr uint32_t kNodes = 4;

class AddressBookTest : public testing::Test {
 protected:
  AddressBookTest() {
    for (uint32_t i = 0; i < kNodes; ++i) {
      keys_.push_back(PrivateKey::Generate().value());
    }
  }

  std::vector<PublicKey> Pins() const {
    std::vector<PublicKey> pins;
    for (const PrivateKey& key : keys_) pins.push_back(key.public_key());
    return pins;
  }

  AddressBook BookOf(uint32_t self) const {
    AddressBook book("cluster", Epoch(1), NodeId(self), keys_[self], Pins());
    book.SetOwn({{"10.0.0.1", 7101}}, {"10.0.0.1", 7001}, 1);
    return book;
  }

  static AddressRecord RecordOf(uint32_t node, uint64_t number) {
    return {.cluster_id = "cluster",
            .epoch = Epoch(1),
            .node = NodeId(node),
            .number = number,
            .peer_addresses = {{"10.0.0.2", 7102}, {"::1", 7102}},
            .client_address = {"10.0.0.2", 7002}};
  }
  std::string Signed(const AddressRecord& record) const {
    return SignRecord(record, keys_[record.node.value()]);
  }

  RecordVerdict Merge(AddressBook& book, const std::string& bytes) {
    // A while later, so that no record is one of too many.
    now_ = now_ + 10 * kSecond;
    return book.Merge(bytes, budget_, now_);
  }

  std::vector<PrivateKey> keys_;
  TokenBucket budget_{1'000'000, kMillisecond};
  Time now_;
};

TEST_F(AddressBookTest, TakesARecordAsItWasSigned) {
  AddressBook book = BookOf(0);
  const AddressRecord record = RecordOf(2, 5);
  EXPECT_EQ(book.Find(NodeId(2)), nullptr);
  EXPECT_EQ(Merge(book, Signed(record)), RecordVerdict::kNew);
  ASSERT_NE(book.Find(NodeId(2)), nullptr);
  EXPECT_EQ(*book.Find(NodeId(2)), record);
  EXPECT_EQ(book.last_taken(), NodeId(2));
  EXPECT_EQ(book.All().size(), 2u);  // With its own.
}

TEST_F(AddressBookTest, WhatOnePassesOnAnotherTakes) {
  AddressBook one = BookOf(0);
  AddressBook other = BookOf(1);
  EXPECT_EQ(Merge(one, Signed(RecordOf(3, 9))), RecordVerdict::kNew);
  for (const std::string& bytes : one.All()) {
    EXPECT_EQ(Merge(other, bytes), RecordVerdict::kNew);
  }
  ASSERT_NE(other.Find(NodeId(0)), nullptr);
  EXPECT_EQ(*other.Find(NodeId(3)), *one.Find(NodeId(3)));
}

TEST_F(AddressBookTest, TheLargerNumberHoldsAndAReplayIsRejected) {
  AddressBook book = BookOf(0);
  const std::string old = Signed(RecordOf(2, 5));
  AddressRecord moved = RecordOf(2, 6);
  moved.peer_addresses = {{"10.0.0.9", 7109}};
  EXPECT_EQ(Merge(book, old), RecordVerdict::kNew);
  EXPECT_EQ(Merge(book, old), RecordVerdict::kKnown);
  EXPECT_EQ(Merge(book, Signed(moved)), RecordVerdict::kNew);
  EXPECT_EQ(Merge(book, old), RecordVerdict::kOld);
  EXPECT_EQ(*book.Find(NodeId(2)), moved);
  EXPECT_EQ(book.counts()[static_cast<size_t>(RecordVerdict::kOld)], 1u);
}

TEST_F(AddressBookTest, NobodySignsForAnother) {
  AddressBook book = BookOf(0);
  EXPECT_EQ(Merge(book, SignRecord(RecordOf(2, 5), keys_[3])),
            RecordVerdict::kForged);
  EXPECT_EQ(
      Merge(book, SignRecord(RecordOf(2, 5), PrivateKey::Generate().value())),
      RecordVerdict::kForged);
  EXPECT_EQ(book.Find(NodeId(2)), nullptr);
}

TEST_F(AddressBookTest, EveryBitIsSigned) {
  AddressBook book = BookOf(0);
  const std::string good = Signed(RecordOf(2, 5));
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    const RecordVerdict verdict = Merge(book, bad);
    ASSERT_NE(verdict, RecordVerdict::kNew) << bit;
    ASSERT_NE(verdict, RecordVerdict::kOvertaken) << bit;
  }
  EXPECT_EQ(Merge(book, good), RecordVerdict::kNew);
}

TEST_F(AddressBookTest, AnotherClusterAndAnotherEpochAreToldApart) {
  AddressBook book = BookOf(0);
  AddressRecord foreign = RecordOf(2, 5);
  foreign.cluster_id = "another";
  AddressRecord early = RecordOf(2, 5);
  early.epoch = Epoch(2);
  EXPECT_EQ(Merge(book, Signed(foreign)), RecordVerdict::kForeign);
  EXPECT_EQ(Merge(book, Signed(early)), RecordVerdict::kOtherEpoch);
  EXPECT_EQ(book.Find(NodeId(2)), nullptr);
}

TEST_F(AddressBookTest, WhatIsNoRecordIsMalformed) {
  AddressBook book = BookOf(0);
  const std::string good = Signed(RecordOf(2, 5));
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(Merge(book, good.substr(0, size)), RecordVerdict::kMalformed);
  }
  EXPECT_EQ(Merge(book, good + std::string(kAddressRecordBytesMax, 'x')),
            RecordVerdict::kMalformed);
  AddressRecord no_member = RecordOf(2, 5);
  no_member.node = NodeId(kNodes);
  EXPECT_EQ(Merge(book, SignRecord(no_member, keys_[2])),
            RecordVerdict::kMalformed);
  TestRandom random(1);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(Merge(book, random.Bytes(random.Below(200))),
              RecordVerdict::kMalformed);
  }
}

TEST_F(AddressBookTest, AddressesAreIpAddressesWithAPort) {
  AddressBook book = BookOf(0);
  const Endpoint good{"10.0.0.2", 7002};
  for (const Endpoint& bad :
       {Endpoint{"example.org", 7102}, Endpoint{"localhost", 7102},
        Endpoint{"10.0.0.2", 0}, Endpoint{"", 7102}}) {
    AddressRecord record = RecordOf(2, 5);
    record.peer_addresses = {good, bad};
    EXPECT_EQ(Merge(book, Signed(record)), RecordVerdict::kMalformed);
    record.peer_addresses = {good};
    record.client_address = bad;
    EXPECT_EQ(Merge(book, Signed(record)), RecordVerdict::kMalformed);
  }
}

TEST_F(AddressBookTest, TheLargestRecordFitsAndTakesEightAddresses) {
  AddressBook book("c" + std::string(255, 'c'), Epoch(1), NodeId(0), keys_[0],
                   Pins());
  AddressRecord record = RecordOf(2, ~uint64_t{0});
  record.cluster_id = "c" + std::string(255, 'c');
  record.peer_addresses.assign(
      kAddressesMax, {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 65535});
  EXPECT_EQ(Merge(book, Signed(record)), RecordVerdict::kNew);
}

TEST_F(AddressBookTest, SignaturesAreLookedAtAsFarAsTheBudgetGoes) {
  AddressBook book = BookOf(0);
  TokenBucket budget(10, kSecond);
  const std::string forged = SignRecord(RecordOf(2, 5), keys_[3]);
  for (int i = 0; i < 100; ++i) book.Merge(forged, budget, Time(kSecond));
  EXPECT_EQ(book.counts()[static_cast<size_t>(RecordVerdict::kForged)], 10u);
  EXPECT_EQ(book.counts()[static_cast<size_t>(RecordVerdict::kTooMany)], 90u);
  // What is known costs nothing, and others have budgets of their own.
  const std::string good = Signed(RecordOf(2, 5));
  EXPECT_EQ(Merge(book, good), RecordVerdict::kNew);
  EXPECT_EQ(book.Merge(good, budget, Time(kSecond)), RecordVerdict::kKnown);
}

TEST_F(AddressBookTest, ANodeThatSignsWithoutEndIsTakenOnceASecond) {
  AddressBook book = BookOf(0);
  int taken = 0;
  Time now(100 * kSecond);
  for (uint64_t number = 1; number <= 1000; ++number) {
    now = now + 10 * kMillisecond;  // Ten seconds in all.
    taken += book.Merge(Signed(RecordOf(2, number)), budget_, now) ==
             RecordVerdict::kNew;
  }
  EXPECT_GE(taken, 10);
  EXPECT_LE(taken, 15);
  // And another is not disturbed.
  EXPECT_EQ(book.Merge(Signed(RecordOf(3, 1)), budget_, now),
            RecordVerdict::kNew);
}

TEST_F(AddressBookTest, ANodeThatForgotItsNumberOvertakesItself) {
  AddressBook peer = BookOf(1);
  AddressBook before = BookOf(0);
  before.SetOwn({{"10.0.0.1", 7101}}, {"10.0.0.1", 7001}, 1'000);
  EXPECT_EQ(Merge(peer, before.Bytes(NodeId(0))), RecordVerdict::kNew);

  AddressBook after = BookOf(0);  // Its clock has gone back.
  EXPECT_EQ(Merge(peer, after.Bytes(NodeId(0))), RecordVerdict::kOld);
  EXPECT_EQ(Merge(after, peer.Bytes(NodeId(0))), RecordVerdict::kOvertaken);
  after.SetOwn({{"10.0.0.7", 7107}}, {"10.0.0.7", 7007}, 3);
  EXPECT_EQ(after.Find(NodeId(0))->number, 1'001u);
  EXPECT_EQ(Merge(peer, after.Bytes(NodeId(0))), RecordVerdict::kNew);
  EXPECT_EQ(peer.Find(NodeId(0))->peer_addresses.front().port, 7107);
}

TEST_F(AddressBookTest, NewKeysEndWhatOldOnesSigned) {
  AddressBook book = BookOf(0);
  EXPECT_EQ(Merge(book, Signed(RecordOf(2, 5))), RecordVerdict::kNew);
  EXPECT_EQ(Merge(book, Signed(RecordOf(3, 5))), RecordVerdict::kNew);
  const std::string by_old_key = Signed(RecordOf(2, 6));
  keys_[2] = PrivateKey::Generate().value();
  keys_[0] = PrivateKey::Generate().value();
  book.SetKeys(keys_[0], Pins());
  EXPECT_EQ(book.Find(NodeId(2)), nullptr);
  EXPECT_NE(book.Find(NodeId(3)), nullptr);
  EXPECT_EQ(Merge(book, by_old_key), RecordVerdict::kForged);
  EXPECT_EQ(Merge(book, Signed(RecordOf(2, 1))), RecordVerdict::kNew);
  AddressBook peer = BookOf(1);  // It knows the new keys, too.
  EXPECT_EQ(Merge(peer, book.Bytes(NodeId(0))), RecordVerdict::kNew);
}

}  // namespace
}  // namespace distdb
