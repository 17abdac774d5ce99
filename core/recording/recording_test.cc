// The format of recordings: what is written is read again, and what is cut off
// or changed is noticed wherever that is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/config.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fields.h"
#include "core/payload.h"
#include "core/recording/effects_hash.h"
#include "core/recording/recorder.h"
#include "core/recording/recording_reader.h"
#include "core/recording/recording_writer.h"
#include "core/replica.h"
#include "core/testing/cluster.h"
#include "core/value_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

using ::testing::HasSubstr;

Digest DigestOf(uint8_t byte) {
  Digest digest;
  digest.bytes.fill(byte);
  return digest;
}

// One of each kind, with a value of its own in every field.
std::vector<Event> EveryKindOfEvent() {
  const InstanceId id{Epoch(1), NodeId(2), Seq(3)};
  return {
      Tick{Time(5), WallTime(-6)},
      Receive{
          NodeId(1),
          {.kind = MessageKind::kEcho, .instance = id, .digest = DigestOf(7)}},
      Receive{NodeId(3),
              {.kind = MessageKind::kSend,
               .instance = id,
               .payload = Payload(testing::PutPayload("key", "value"))}},
      Receive{NodeId(1), {.kind = MessageKind::kHello}},
      Request{ClientId(8), RequestId(9),
              Write{{{MutationKind::kPut, "a", "b"},
                     {MutationKind::kDelete, "c", ""}}}},
      Request{ClientId(10), RequestId(11), Get{"d", {NodeId(1), Seq(12)}}},
      Request{ClientId(13), RequestId(14),
              List{"e", "f", 15, {NodeId(2), Seq(16)}}},
      Persisted{Token(17)},
      PersistFailed{Token(18), "full"},
      Loaded{{.token = Token(19),
              .kind = RecordKind::kEcho,
              .instance = id,
              .digest = DigestOf(20),
              .payload = Payload("payload")}},
      LoadFailed{Token(21), "gone"},
      PeerUp{NodeId(1)},
      PeerDown{NodeId(3)},
  };
}

std::string Encoded(const Event& event) {
  std::string bytes;
  FieldWriter put(&bytes);
  put(event);
  return bytes;
}

TEST(Fields, EveryKindOfEventIsReadAsItWasWritten) {
  for (const Event& event : EveryKindOfEvent()) {
    const std::string bytes = Encoded(event);
    Event again;
    FieldReader reader(bytes);
    reader(again);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.remaining(), 0u);
    EXPECT_EQ(again.index(), event.index());
    EXPECT_EQ(Encoded(again), bytes);
  }
}

// The encoding is one to one: so no field is left out of it.
TEST(Fields, NoTwoEventsHaveTheSameBytes) {
  std::vector<std::string> seen;
  for (const Event& event : EveryKindOfEvent()) {
    seen.push_back(Encoded(event));
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

TEST(Fields, AnEventThatIsCutOffIsNoEvent) {
  for (const Event& event : EveryKindOfEvent()) {
    const std::string bytes = Encoded(event);
    for (size_t size = 0; size < bytes.size(); ++size) {
      Event again;
      FieldReader reader(absl::string_view(bytes).substr(0, size));
      reader(again);
      EXPECT_FALSE(reader.ok()) << size << " of " << bytes.size();
    }
  }
}

TEST(Fields, ACountIsNoPromise) {
  std::string bytes;
  FieldWriter put(&bytes);
  put(uint32_t{0xfffffff0});
  std::vector<uint64_t> values;
  FieldReader reader(bytes);
  reader(values);
  EXPECT_FALSE(reader.ok());
  EXPECT_LE(values.size(), 1u);
}

// A replica that is recorded, stepped by hand.
class Recorded {
 public:
  explicit Recorded(uint64_t bytes = 1 << 20, size_t run_bytes = 64) {
    Config config;
    config.nodes = 4;
    config.window = 2;  // So that the state is small.
    config.digester = &digester_;
    absl::StatusOr<std::unique_ptr<Replica>> replica =
        Replica::Create(config, {});
    EXPECT_TRUE(replica.ok()) << replica.status();
    replica_ = *std::move(replica);
    recorder_.emplace(
        RecorderOptions{.cluster = 77, .bytes = bytes, .run_bytes = run_bytes},
        *replica_);
    while (recorder_->current() == nullptr) FinishTurn();
  }

  void Step(const Event& event) {
    effects_.Clear();
    replica_->Step(event, effects_);
    EXPECT_TRUE(recorder_->OnStep(event, effects_));
    ++steps_;
  }

  // What a node's loop turn does.
  void FinishTurn() {
    if (recorder_->current() != nullptr) {
      Take(*recorder_->current(), recordings_.back());
    }
    const Recorder::Progress progress = recorder_->Advance(*replica_);
    if (recorder_->next() != nullptr) Take(*recorder_->next(), next_);
    if (progress != Recorder::Progress::kTurned) return;
    Take(*recorder_->current(), next_);
    recordings_.push_back(std::move(next_));
    next_.clear();
  }

  const std::vector<std::string>& recordings() {
    Take(*recorder_->current(), recordings_.back());
    return recordings_;
  }
  uint64_t steps() const { return steps_; }
  const Effects& effects() const { return effects_; }
  const Digester& digester() const { return digester_; }
  const Replica& replica() const { return *replica_; }

 private:
  static void Take(RecordingWriter& writer, std::string& file) {
    absl::StrAppend(&file, writer.Bytes());
    writer.Clear();
  }

  testing::TestDigester digester_;
  std::unique_ptr<Replica> replica_;
  std::optional<Recorder> recorder_;
  Effects effects_;
  std::vector<std::string> recordings_;
  std::string next_;
  uint64_t steps_ = 0;
};

struct Replayed {
  absl::Status status;
  uint64_t events_before = 0;
  uint64_t events = 0;
  uint64_t torn_bytes = 0;
  std::optional<uint64_t> differs;  // The first event that does.
  std::string keys;                 // In the store at the end.
};

Replayed Replay(absl::string_view bytes, const Digester& digester) {
  Replayed replayed;
  absl::StatusOr<RecordingReader> reader = RecordingReader::Open(bytes);
  if (!reader.ok()) return {.status = reader.status()};
  absl::StatusOr<std::unique_ptr<Replica>> replica = reader->Start(&digester);
  if (!replica.ok()) return {.status = replica.status()};
  replayed.events_before = reader->events_before();
  EffectsHash hash;
  while (true) {
    absl::StatusOr<std::optional<RecordedEvent>> next = reader->Next();
    if (!next.ok()) {
      replayed.status = next.status();
      break;
    }
    if (!next->has_value()) break;
    Effects effects;
    (*replica)->Step((*next)->event, effects);
    hash.Add(effects);
    ++replayed.events;
    if (hash.Prefix() != (*next)->hash && !replayed.differs.has_value()) {
      replayed.differs = replayed.events;
    }
  }
  replayed.torn_bytes = reader->torn_bytes();
  for (const auto& [key, entry] : (*replica)->store().entries()) {
    absl::StrAppend(&replayed.keys, key, "=", entry.value, " ");
  }
  return replayed;
}

// A recording with every kind of event, in several frames.
void RecordSomething(Recorded& recorded) {
  for (const Event& event : EveryKindOfEvent()) {
    recorded.Step(event);
    if (recorded.steps() % 3 == 0) recorded.FinishTurn();
  }
}

TEST(Recording, IsReplayedIdentically) {
  Recorded recorded;
  RecordSomething(recorded);
  const Replayed replayed =
      Replay(recorded.recordings()[0], recorded.digester());
  EXPECT_TRUE(replayed.status.ok()) << replayed.status;
  EXPECT_EQ(replayed.events, recorded.steps());
  EXPECT_EQ(replayed.differs, std::nullopt);
  EXPECT_EQ(replayed.torn_bytes, 0u);
}

TEST(Recording, SaysWhoseItIs) {
  Recorded recorded;
  const absl::StatusOr<RecordingReader> reader =
      RecordingReader::Open(recorded.recordings()[0]);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->info().cluster, 77u);
  EXPECT_EQ(reader->info().config.nodes, 4);
}

TEST(Recording, CutOffAnywhereItIsTornOrHasNoBeginning) {
  Recorded recorded;
  RecordSomething(recorded);
  const std::string& whole = recorded.recordings()[0];
  uint64_t events = 0;
  bool begins = false;
  for (size_t size = 0; size < whole.size(); ++size) {
    const Replayed cut =
        Replay(absl::string_view(whole).substr(0, size), recorded.digester());
    begins = begins || cut.status.ok();
    EXPECT_EQ(cut.status.ok(), begins) << size << ": " << cut.status;
    EXPECT_EQ(cut.differs, std::nullopt) << size;
    EXPECT_GE(cut.events, events) << size;
    events = std::max(events, cut.events);
  }
  EXPECT_TRUE(begins);
  EXPECT_GT(events, 0u);
}

TEST(Recording, ZerosBehindItAreATornTail) {
  Recorded recorded;
  RecordSomething(recorded);
  const std::string whole =
      absl::StrCat(recorded.recordings()[0], std::string(100, '\0'));
  const Replayed replayed = Replay(whole, recorded.digester());
  EXPECT_TRUE(replayed.status.ok()) << replayed.status;
  EXPECT_EQ(replayed.torn_bytes, 100u);
  EXPECT_EQ(replayed.events, recorded.steps());
}

TEST(Recording, EveryFlippedBitIsNoticed) {
  Recorded recorded;
  RecordSomething(recorded);
  std::string bytes = recorded.recordings()[0];
  for (size_t at = 0; at < bytes.size(); ++at) {
    const int bit = 1 << at % 8;
    bytes[at] = static_cast<char>(bytes[at] ^ bit);
    const Replayed replayed = Replay(bytes, recorded.digester());
    EXPECT_FALSE(replayed.status.ok()) << "bit " << bit << " of byte " << at;
    bytes[at] = static_cast<char>(bytes[at] ^ bit);
  }
}

TEST(Recording, FramesInAnotherOrderAreNoticed) {
  Recorded recorded;
  recorded.FinishTurn();
  const size_t begin = recorded.recordings()[0].size();
  recorded.Step(Tick{Time(1), WallTime(1)});
  recorded.FinishTurn();
  const size_t middle = recorded.recordings()[0].size();
  recorded.Step(Tick{Time(1), WallTime(1)});
  recorded.FinishTurn();
  const std::string& bytes = recorded.recordings()[0];
  // Of equal size, so that each stands where the other did.
  ASSERT_EQ(bytes.size() - middle, middle - begin);
  const std::string swapped =
      absl::StrCat(bytes.substr(0, begin), bytes.substr(middle),
                   bytes.substr(begin, middle - begin));
  const Replayed replayed = Replay(swapped, recorded.digester());
  EXPECT_EQ(replayed.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(replayed.status.message()),
              HasSubstr(absl::StrCat("at byte ", begin)));
}

TEST(Recording, WhatIsNoneIsRefused) {
  const testing::TestDigester digester;
  for (const char* bytes : {"", "distdb", "some text that is no recording"}) {
    EXPECT_EQ(Replay(bytes, digester).status.code(),
              absl::StatusCode::kInvalidArgument);
  }
  Recorded recorded;
  std::string other = recorded.recordings()[0];
  other[8] = 9;
  const Replayed replayed = Replay(other, digester);
  EXPECT_EQ(replayed.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(replayed.status.message()), HasSubstr("format 9"));
}

TEST(Recording, AReplicaThatDoesSomethingElseIsNamedWithItsEvent) {
  Recorded recorded;
  recorded.Step(Tick{Time(1), WallTime(1)});
  recorded.Step(PeerUp{NodeId(1)});
  recorded.Step(Request{ClientId(1), RequestId(1),
                        Write{{{MutationKind::kPut, "key", "value"}}}});
  recorded.Step(Tick{Time(2), WallTime(2)});
  recorded.Step(Persisted{Token(1)});
  // It computes other digests, and so differs as it first echoes.
  class Other : public Digester {
    Digest Compute(const InstanceId&, absl::string_view) const override {
      return DigestOf(1);
    }
  };
  const Replayed replayed = Replay(recorded.recordings()[0], Other());
  EXPECT_TRUE(replayed.status.ok()) << replayed.status;
  EXPECT_EQ(replayed.differs, 4u);
}

// Delivers `count` writes at a node whose peers answer at once.
void Deliver(Recorded& recorded, int count, uint64_t& seq, int& time) {
  for (int i = 0; i < count; ++i) {
    recorded.Step(Tick{Time(++time), WallTime(time)});
    const InstanceId id{Epoch(1), NodeId(1), Seq(++seq)};
    const std::string payload = testing::PutPayload(
        absl::StrCat("key", seq * 7 % 10), absl::StrCat("value", seq));
    const Digest digest = recorded.digester().Compute(id, payload);
    recorded.Step(Receive{NodeId(1), testing::SendOf(id, payload)});
    for (const uint32_t peer : {1u, 2u, 3u}) {
      recorded.Step(Receive{NodeId(peer),
                            testing::VoteOf(MessageKind::kReady, id, digest)});
    }
    // Both votes and the delivery, one after the other.
    recorded.Step(Persisted{Token(3 * seq)});
    recorded.FinishTurn();
  }
}

TEST(Recorder, EachRecordingBeginsAnewAndIsReplayedAlone) {
  Recorded recorded(/*bytes=*/4096, /*run_bytes=*/32);
  uint64_t seq = 0;
  int time = 0;
  Deliver(recorded, 200, seq, time);
  const std::vector<std::string>& recordings = recorded.recordings();
  ASSERT_GT(recordings.size(), 3u);
  uint64_t events = 0;
  std::string keys;
  for (const std::string& recording : recordings) {
    const Replayed replayed = Replay(recording, recorded.digester());
    ASSERT_TRUE(replayed.status.ok()) << replayed.status;
    EXPECT_EQ(replayed.differs, std::nullopt);
    EXPECT_EQ(replayed.events_before, events);
    events += replayed.events;
    keys = replayed.keys;
  }
  EXPECT_EQ(events, recorded.steps());
  std::string expected;
  for (const auto& [key, entry] : recorded.replica().store().entries()) {
    absl::StrAppend(&expected, key, "=", entry.value, " ");
  }
  EXPECT_EQ(keys, expected);
  EXPECT_THAT(keys, HasSubstr("key9="));
}

TEST(Recorder, ARecordingThatHasNotBegunIsNoRecording) {
  Recorded recorded;
  std::string bytes = recorded.recordings()[0];
  bytes.resize(bytes.size() - 1);
  const Replayed replayed = Replay(bytes, recorded.digester());
  EXPECT_THAT(std::string(replayed.status.message()),
              HasSubstr("before its starting state is complete"));
}

}  // namespace
}  // namespace distdb
