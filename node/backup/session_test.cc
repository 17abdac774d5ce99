#include "node/backup/session.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/payload.h"
#include "core/store/batch.h"
#include "core/store/store.h"
#include "core/types.h"
#include "node/backup/page.h"

namespace distdb {
namespace {

class BackupSessionTest : public ::testing::Test {
 protected:
  // Delivers one write, to the store and to the sessions under way.
  void Deliver(const std::vector<Mutation>& mutations) {
    BatchBuilder builder;
    for (const Mutation& mutation : mutations) builder.Add(mutation);
    ++seq_;
    Delivery delivery;
    delivery.instance = {Epoch(1), NodeId(0), seq_};
    delivery.payload = Payload(builder.Build(Timestamp(seq_.value())));
    store_.Apply(delivery.instance, *DecodeBatch(delivery.payload.bytes()));
    session_.OnDelivered(delivery);
  }
  void Put(const std::string& key, const std::string& value) {
    Deliver({{MutationKind::kPut, key, value}});
  }
  void Delete(const std::string& key) {
    Deliver({{MutationKind::kDelete, key, ""}});
  }

  // Takes a page, and does what it says; whether it is the last.
  bool TakePage() {
    const absl::StatusOr<BackupSession::Page> page = session_.NextPage();
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return true;
    const absl::StatusOr<std::vector<Mutation>> mutations =
        DecodePage(page->bytes);
    EXPECT_TRUE(mutations.ok()) << mutations.status();
    for (const Mutation& mutation : *mutations) {
      restored_.erase(mutation.key);
      if (mutation.kind == MutationKind::kPut) {
        restored_[mutation.key] = mutation.value;
      }
    }
    return page->last;
  }

  std::map<std::string, std::string> Live() const {
    std::map<std::string, std::string> live;
    for (const auto& [key, entry] : store_.entries()) {
      if (!entry.deleted) live[key] = entry.value;
    }
    return live;
  }

  Store store_;
  BackupSession session_{&store_};
  std::map<std::string, std::string> restored_;
  Seq seq_;
};

TEST_F(BackupSessionTest, OfAnEmptyStoreIsOnePage) {
  EXPECT_TRUE(TakePage());
  EXPECT_TRUE(restored_.empty());
}

TEST_F(BackupSessionTest, OfAStoreAtRestIsTheStore) {
  for (int i = 0; i < 30; ++i) {
    Put(absl::StrCat("key", i), std::string(100'000, 'v'));
  }
  Delete("key7");
  int pages = 1;
  while (!TakePage()) ++pages;
  EXPECT_GE(pages, 3);
  EXPECT_EQ(restored_, Live());
  EXPECT_EQ(restored_.size(), 29u);
}

// What is restored is the store at the moment of the last page, whatever is
// written between the pages, at the last moment, too.
TEST_F(BackupSessionTest, WhileWritesGoOnIsTheStoreAtTheLastPage) {
  std::mt19937 random(1);
  const auto draw = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const auto write = [&] {
    const std::string one = absl::StrCat("key", 100 + draw(60));
    const std::string two = absl::StrCat("key", 100 + draw(60));
    const std::string value(static_cast<size_t>(draw(300'000)), 'v');
    if (draw(3) == 0) return Delete(one);
    Deliver({{MutationKind::kPut, one, value + one},
             {MutationKind::kPut, two, value + two}});
  };
  for (int round = 0; round < 8; ++round) {
    session_ = BackupSession(&store_);
    restored_.clear();
    for (int i = 0; i < 20; ++i) write();
    while (!TakePage()) {
      for (int i = draw(6); i > 0; --i) write();
    }
    ASSERT_EQ(restored_, Live()) << "round " << round;
  }
}

TEST_F(BackupSessionTest, GoesPastManyDeletedKeysPageByPage) {
  for (int i = 0; i < 50; ++i) {
    std::vector<Mutation> mutations;
    for (int j = 0; j < 1000; ++j) {
      mutations.push_back(
          {MutationKind::kDelete, absl::StrCat("key", i, "/", j), ""});
    }
    Deliver(mutations);
  }
  Put("z", "v");
  EXPECT_FALSE(TakePage());
  EXPECT_FALSE(TakePage());
  EXPECT_TRUE(TakePage());
  EXPECT_EQ(restored_, Live());
}

TEST_F(BackupSessionTest, FailsWhenMoreIsWrittenThanItMayNote) {
  Put("z", std::string(1024 * 1024, 'v'));
  Put("zz", "v");
  EXPECT_FALSE(TakePage());
  const std::string long_key(kKeyBytesMax - 10, 'k');
  const size_t keys = BackupSession::kChangedBytesMax / long_key.size() + 1;
  for (size_t i = 0; i < keys; ++i) Put(absl::StrCat(long_key, i), "");
  EXPECT_EQ(session_.NextPage().status().code(),
            absl::StatusCode::kResourceExhausted);
  Put("a", "v");
  EXPECT_FALSE(session_.NextPage().ok()) << "it has forgotten too much";
}

}  // namespace
}  // namespace distdb
