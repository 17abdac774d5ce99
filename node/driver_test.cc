#include "node/driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/log/log_format.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/replica.h"
#include "core/types.h"
#include "net/codec/sha256.h"
#include "node/segmented_log.h"
#include "node/testing/faulty_disk.h"
#include "node/testing/full_disk.h"
#include "node/testing/read_log.h"
#include "node/testing/temp_dir.h"

namespace distdb {
namespace {

constexpr LogIdentity kIdentity{7, NodeId(0), Epoch(1)};

constexpr uint64_t kSegmentBytes = 4096;

Write WriteOf(const std::string& key, const std::string& value) {
  return Write{{Mutation{MutationKind::kPut, key, value}}};
}

// A driver of node 0 of `nodes`, with a clock that the test moves.
class DriverTest : public ::testing::Test, protected DriverHost {
 protected:
  void Open(int nodes) {
    absl::StatusOr<SegmentedLog::Opened> opened =
        on_faulty_disk_
            ? SegmentedLog::Open(faulty_disk_.NewDirectory(), kIdentity,
                                 kSegmentBytes)
            : SegmentedLog::Open(dir_.path(), kIdentity, kSegmentBytes);
    ASSERT_TRUE(opened.ok()) << opened.status();
    Config config;
    config.snapshot_log_bytes = snapshot_log_bytes_;
    config.nodes = nodes;
    config.digester = &digester_;
    absl::StatusOr<std::unique_ptr<Replica>> replica =
        Replica::Create(config, opened->records);
    ASSERT_TRUE(replica.ok()) << replica.status();
    driver_ = std::make_unique<Driver>(
        *std::move(replica), std::move(opened->log),
        [this] {
          return Driver::Now{now_, WallTime(now_.value())};
        },
        static_cast<DriverHost*>(this));
  }

  void Close() { driver_.reset(); }

  // Turns until nothing is due at the present.
  void Settle() {
    for (int turn = 0; turn < 1000; ++turn) {
      ASSERT_TRUE(driver_->FinishTurn().ok());
      if (driver_->NextDeadline() > now_) return;
    }
    FAIL() << "the driver never comes to rest";
  }

  void Ask(uint64_t request, Command command) {
    driver_->Handle(Request{ClientId(1), RequestId(request), command});
  }

  std::vector<Record> RecordsInFile() const {
    return ReadLog(dir_.path()).records;
  }
  int CountInFile(RecordKind kind) const {
    int count = 0;
    for (const Record& record : RecordsInFile()) count += record.kind == kind;
    return count;
  }
  int CountSent(MessageKind kind) const {
    int count = 0;
    for (const Envelope& envelope : sent_)
      count += envelope.message.kind == kind;
    return count;
  }

  // DriverHost.
  void Send(const Envelope& envelope) override {
    sent_.push_back(envelope);
    if (on_send_) on_send_(envelope.message);
  }
  void OnDelivered(const Delivery&) override { ++delivered_; }
  void OnFault(const Fault&) override {}
  void OnDisk(const std::string& why) override { disk_.push_back(why); }
  void StartSync() override {
    if (!slow_disk_) driver_->OnSynced(driver_->log().Sync());
  }
  void Answer(Reply reply) override {
    replies_.push_back(std::move(reply));
    if (on_answer_) on_answer_();
  }

  // Asks, and waits until it is answered: time goes on where it has to.
  absl::Status Await(uint64_t request, const Command& command) {
    Ask(request, command);
    for (int wait = 0; wait < 100 && replies_.empty(); ++wait) {
      Settle();
      now_ = now_ + 10 * kMillisecond;
    }
    if (replies_.empty()) return absl::DeadlineExceededError("no answer");
    const absl::Status status = replies_.back().status;
    replies_.clear();
    return status;
  }

  TempDir dir_;
  FaultyDisk faulty_disk_;
  bool on_faulty_disk_ = false;
  Sha256Digester digester_;
  size_t snapshot_log_bytes_ = size_t{1} << 30;
  Time now_{1000 * kSecond};
  std::unique_ptr<Driver> driver_;
  std::vector<Envelope> sent_;
  std::vector<Reply> replies_;
  std::vector<std::string> disk_;
  int delivered_ = 0;
  bool slow_disk_ = false;  // The test says when a sync is done.
  std::function<void(const Message&)> on_send_;
  std::function<void()> on_answer_;
};

TEST_F(DriverTest, AWriteIsAnsweredOnceItsDeliveryIsOnDisk) {
  Open(1);
  Ask(1, WriteOf("k", "v"));
  int on_disk_at_answer = -1;
  on_answer_ = [&] { on_disk_at_answer = CountInFile(RecordKind::kDelivered); };
  Settle();
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_TRUE(replies_[0].status.ok());
  EXPECT_EQ(replies_[0].token, (Dot{NodeId(0), Seq(1)}));
  EXPECT_EQ(on_disk_at_answer, 1);
  EXPECT_EQ(delivered_, 1);
}

TEST_F(DriverTest, WhatWasAnsweredIsThereAfterARestart) {
  Open(1);
  Ask(1, WriteOf("k", "v"));
  Settle();
  ASSERT_EQ(replies_.size(), 1u);
  Close();
  Open(1);
  Ask(2, Get{"k", {}});
  Settle();
  ASSERT_EQ(replies_.size(), 2u);
  ASSERT_EQ(replies_[1].entries.size(), 1u);
  EXPECT_EQ(replies_[1].entries[0].value, "v");
}

TEST_F(DriverTest, TheOwnSendLeavesOnceItsPayloadIsSynced) {
  Open(4);
  uint64_t syncs_at_send = 0;
  int echoes_at_send = 0;
  on_send_ = [&](const Message& message) {
    if (message.kind != MessageKind::kSend) return;
    echoes_at_send = CountInFile(RecordKind::kEcho);
    syncs_at_send = driver_->stats().syncs;
  };
  driver_->Handle(PeerUp{NodeId(1)});
  Ask(1, WriteOf("k", "v"));
  EXPECT_EQ(CountSent(MessageKind::kSend), 0);
  Settle();
  EXPECT_EQ(CountSent(MessageKind::kSend), 1);
  EXPECT_EQ(echoes_at_send, 1);
  EXPECT_EQ(syncs_at_send, 1u);
}

TEST_F(DriverTest, OneTurnWritesAndSyncsOnceForAllItsRequests) {
  Open(4);
  for (uint64_t i = 1; i <= 50; ++i) Ask(i, WriteOf("k", "v"));
  ASSERT_TRUE(driver_->FinishTurn().ok());
  EXPECT_EQ(driver_->stats().syncs, 1u);
  EXPECT_EQ(CountInFile(RecordKind::kEcho), 1) << "they share an instance";
}

TEST_F(DriverTest, WhileTheDiskWorksReadsAreAnsweredAndRecordsGather) {
  Open(4);
  slow_disk_ = true;
  driver_->Handle(PeerUp{NodeId(1)});
  Ask(1, WriteOf("a", "1"));
  Settle();
  EXPECT_EQ(CountSent(MessageKind::kSend), 0) << "the first sync is under way";
  Ask(2, Get{"a", {}});
  Ask(3, WriteOf("b", "2"));
  Settle();
  EXPECT_EQ(replies_.size(), 1u);
  EXPECT_EQ(CountInFile(RecordKind::kEcho), 1);
  EXPECT_GT(driver_->NextDeadline(), now_) << "there is nothing to hurry for";

  driver_->OnSynced(driver_->log().Sync());
  EXPECT_EQ(CountSent(MessageKind::kSend), 1);
  Settle();
  EXPECT_EQ(CountInFile(RecordKind::kEcho), 2);
  EXPECT_EQ(CountSent(MessageKind::kSend), 1) << "the second sync is under way";
  driver_->OnSynced(driver_->log().Sync());
  EXPECT_EQ(CountSent(MessageKind::kSend), 2);
}

TEST_F(DriverTest, AFailedSyncEndsItAndLetsNothingGo) {
  Open(4);
  slow_disk_ = true;
  driver_->Handle(PeerUp{NodeId(1)});
  Ask(1, WriteOf("a", "1"));
  Settle();
  driver_->OnSynced(absl::UnavailableError("the disk is gone"));
  EXPECT_EQ(driver_->FinishTurn().message(), "the disk is gone");
  EXPECT_EQ(driver_->FinishTurn().message(), "the disk is gone");
  EXPECT_EQ(CountSent(MessageKind::kSend), 0);
}

TEST_F(DriverTest, AnAnswerMayBringTheNextRequest) {
  Open(1);
  on_answer_ = [&] {
    if (replies_.size() == 1) Ask(2, Get{"k", {}});
  };
  Ask(1, Get{"k", {}});
  ASSERT_TRUE(driver_->FinishTurn().ok());
  EXPECT_EQ(replies_.size(), 2u);
}

TEST_F(DriverTest, TimeOutsCountFromTheTurnOfTheRequest) {
  Open(4);
  Settle();
  now_ = now_ + 3600 * kSecond;  // Nothing has happened for an hour.
  Ask(1, Get{"k", Dot{NodeId(1), Seq(1)}});
  Settle();
  EXPECT_TRUE(replies_.empty());
  now_ = now_ + 11 * kSecond;
  Settle();
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_TRUE(absl::IsDeadlineExceeded(replies_[0].status));
}

TEST_F(DriverTest, AFullDiskHoldsBackUntilTheRecordsAreWrittenAfterAll) {
  Open(4);
  driver_->Handle(PeerUp{NodeId(1)});
  Settle();
  {
    const FullDisk disk(kSegmentHeaderBytes + driver_->log().bytes());
    Ask(1, WriteOf("k", "v"));
    Settle();
    EXPECT_EQ(CountSent(MessageKind::kSend), 0);
    ASSERT_EQ(disk_.size(), 1u);
    EXPECT_NE(disk_[0], "");
  }
  for (int second = 0; second < 10; ++second) {
    now_ = now_ + kSecond;
    Settle();
  }
  EXPECT_GE(CountSent(MessageKind::kSend), 1);
  EXPECT_EQ(CountInFile(RecordKind::kEcho), 1);
  ASSERT_EQ(disk_.size(), 2u);
  EXPECT_EQ(disk_[1], "");
}

TEST_F(DriverTest, TheMarkIsSyncedWhenForAWhileNothingElseIs) {
  Open(1);
  Ask(1, WriteOf("k", "v"));
  Settle();
  const uint64_t syncs = driver_->stats().syncs;
  EXPECT_TRUE(driver_->log().HasUnsyncedMark());
  EXPECT_LE(driver_->NextDeadline(), now_ + 100 * kMillisecond);
  now_ = now_ + 100 * kMillisecond;
  Settle();
  EXPECT_FALSE(driver_->log().HasUnsyncedMark());
  EXPECT_EQ(driver_->stats().syncs, syncs + 1);
  now_ = now_ + kSecond;
  Settle();
  EXPECT_EQ(driver_->stats().syncs, syncs + 1);
}

TEST_F(DriverTest, OnAFullDiskASnapshotForWhichRoomWasKeptFreesTheLog) {
  on_faulty_disk_ = true;
  snapshot_log_bytes_ = 1'000'000;  // None but on a full disk.
  Open(1);
  const std::string value(300, 'v');
  const auto write = [&](uint64_t i) {
    const absl::Status status =
        Await(i, WriteOf(std::to_string(i % 10), value));
    EXPECT_TRUE(status.ok()) << status << ", write " << i;
  };
  uint64_t i = 1;
  while (driver_->log().bytes() < 100'000) write(i++);
  // Something else has taken all the room that there was.
  faulty_disk_.SetCapacity(faulty_disk_.used());
  for (const uint64_t end = i + 2000; i < end && !HasFailure(); ++i) write(i);
  EXPECT_GE(disk_.size(), 6u) << "it was full, and was not, several times";
  for (size_t told = 0; told < disk_.size(); ++told) {
    EXPECT_EQ(disk_[told].empty(), told % 2 == 1) << told;
  }
  Close();
  Open(1);
  EXPECT_EQ(driver_->replica().store().live_keys(), 10u);
  write(i);
}

TEST_F(DriverTest, OverwritingOneKeyForEverTakesBoundedRoom) {
  snapshot_log_bytes_ = 10'000;
  Open(1);
  size_t segments_max = 0;
  for (uint64_t i = 1; i <= 300; ++i) {
    Ask(i, WriteOf("k", std::to_string(i)));
    Settle();
    segments_max = std::max(segments_max, driver_->log().segments());
  }
  EXPECT_LT(segments_max, 12u) << "of 300 writes of about 200 bytes in all";
  EXPECT_LT(SegmentPaths(dir_.path()).size(), 12u);
  Close();
  Open(1);
  Ask(2000, Get{"k", {}});
  Settle();
  ASSERT_EQ(replies_.back().entries.size(), 1u);
  EXPECT_EQ(replies_.back().entries[0].value, "300");
}

}  // namespace
}  // namespace distdb
