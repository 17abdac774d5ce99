#include "sim/run_hash.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

constexpr InstanceId kId{Epoch(1), NodeId(2), Seq(3)};

Digest DigestOf(uint8_t byte) {
  Digest digest;
  digest.bytes[0] = byte;
  return digest;
}

std::string HashOf(const Event& event, const Effects& effects = {},
                   Time at = Time(5), NodeId node = NodeId(1)) {
  RunHash hash;
  // Digests 1 and 2 have names already, in this order.
  Effects names;
  names.delivered.push_back({kId, DigestOf(1), {}});
  names.delivered.push_back({kId, DigestOf(2), {}});
  hash.OnStep(Time(0), NodeId(0), PeerUp{NodeId(1)}, names);
  hash.OnStep(at, node, event, effects);
  return hash.Hex();
}

// All hashes differ from each other.
void ExpectAllDiffer(const std::vector<std::string>& hashes) {
  const std::set<std::string> different(hashes.begin(), hashes.end());
  EXPECT_EQ(different.size(), hashes.size());
}

template <typename T>
using Changes = std::vector<std::function<void(T&)>>;

Changes<InstanceId> InstanceChanges() {
  return {[](InstanceId& id) { id.epoch = Epoch(9); },
          [](InstanceId& id) { id.origin = NodeId(9); },
          [](InstanceId& id) { id.seq = Seq(9); }};
}

Changes<Message> MessageChanges() {
  Changes<Message> changes = {[](Message& m) { m.kind = MessageKind::kReady; },
                              [](Message& m) { m.digest = DigestOf(2); },
                              [](Message& m) { m.payload = Payload("other"); },
                              [](Message& m) { m.payload = Payload(""); },
                              [](Message& m) { m.payload = Payload(); }};
  for (const auto& change : InstanceChanges()) {
    changes.push_back([change](Message& m) { change(m.instance); });
  }
  return changes;
}

Changes<Record> RecordChanges() {
  Changes<Record> changes = {[](Record& r) { r.token = Token(9); },
                             [](Record& r) { r.kind = RecordKind::kReady; },
                             [](Record& r) { r.digest = DigestOf(2); },
                             [](Record& r) { r.payload = Payload("other"); },
                             [](Record& r) { r.payload = Payload(); }};
  for (const auto& change : InstanceChanges()) {
    changes.push_back([change](Record& r) { change(r.instance); });
  }
  return changes;
}

Changes<Reply> ReplyChanges() {
  return {[](Reply& r) { r.client = ClientId(9); },
          [](Reply& r) { r.request = RequestId(9); },
          [](Reply& r) { r.status = absl::UnavailableError("why"); },
          [](Reply& r) { r.status = absl::UnavailableError("other"); },
          [](Reply& r) { r.token.origin = NodeId(9); },
          [](Reply& r) { r.token.seq = Seq(9); },
          [](Reply& r) { r.existed = 9; },
          [](Reply& r) { r.entries[0].key = "other"; },
          [](Reply& r) { r.entries[0].value = "other"; },
          [](Reply& r) { r.entries.clear(); },
          [](Reply& r) { r.more = true; }};
}

Changes<Fault> FaultChanges() {
  Changes<Fault> changes = {[](Fault& f) { f.node = NodeId(9); },
                            [](Fault& f) { f.kind = FaultKind::kForgedSend; },
                            [](Fault& f) { f.first = DigestOf(2); },
                            [](Fault& f) { f.second = DigestOf(2); }};
  for (const auto& change : InstanceChanges()) {
    changes.push_back([change](Fault& f) { change(f.instance); });
  }
  return changes;
}

Message FullMessage() {
  return {.kind = MessageKind::kEcho,
          .instance = kId,
          .digest = DigestOf(1),
          .payload = Payload("payload")};
}

Record FullRecord() {
  return {.token = Token(4),
          .kind = RecordKind::kEcho,
          .instance = kId,
          .digest = DigestOf(1),
          .payload = Payload("payload")};
}

Reply FullReply() {
  Reply reply;
  reply.client = ClientId(1);
  reply.request = RequestId(2);
  reply.entries = {{"key", "value"}};
  return reply;
}

Effects FullEffects() {
  Effects effects;
  effects.persist = {FullRecord()};
  effects.load = {Token(1)};
  effects.send = {{NodeSet(6), FullMessage()}};
  effects.send_after_persist = {{NodeSet(6), FullMessage()}};
  effects.replies = {FullReply()};
  effects.replies_after_persist = {FullReply()};
  effects.delivered = {{kId, DigestOf(1), Payload("payload")}};
  effects.faults = {{.node = NodeId(3),
                     .kind = FaultKind::kConflictingEcho,
                     .instance = kId,
                     .first = DigestOf(1),
                     .second = DigestOf(1)}};
  effects.discard_before = Token(2);
  effects.next_deadline = Time(100);
  return effects;
}

TEST(RunHashTest, EveryFieldOfTheEffectsMatters) {
  Changes<Effects> changes = {
      [](Effects&) {},
      [](Effects& e) { e.persist.clear(); },
      [](Effects& e) { e.load[0] = Token(9); },
      [](Effects& e) { e.load.clear(); },
      [](Effects& e) { e.send[0].to = NodeSet(2); },
      [](Effects& e) { e.send.clear(); },
      [](Effects& e) { e.send_after_persist[0].to = NodeSet(2); },
      [](Effects& e) { e.send_after_persist.clear(); },
      [](Effects& e) { e.replies.clear(); },
      [](Effects& e) { e.replies_after_persist.clear(); },
      [](Effects& e) { e.delivered.clear(); },
      [](Effects& e) { e.delivered[0].instance.seq = Seq(9); },
      [](Effects& e) { e.delivered[0].instance.origin = NodeId(9); },
      [](Effects& e) { e.delivered[0].instance.epoch = Epoch(9); },
      [](Effects& e) { e.delivered[0].digest = DigestOf(2); },
      [](Effects& e) { e.delivered[0].payload = Payload("other"); },
      [](Effects& e) { e.faults.clear(); },
      [](Effects& e) { e.discard_before = Token(9); },
      [](Effects& e) { e.next_deadline = Time(9); }};
  for (const auto& change : RecordChanges()) {
    changes.push_back([change](Effects& e) { change(e.persist[0]); });
  }
  for (const auto& change : MessageChanges()) {
    changes.push_back([change](Effects& e) { change(e.send[0].message); });
    changes.push_back(
        [change](Effects& e) { change(e.send_after_persist[0].message); });
  }
  for (const auto& change : ReplyChanges()) {
    changes.push_back([change](Effects& e) { change(e.replies[0]); });
    changes.push_back(
        [change](Effects& e) { change(e.replies_after_persist[0]); });
  }
  for (const auto& change : FaultChanges()) {
    changes.push_back([change](Effects& e) { change(e.faults[0]); });
  }
  std::vector<std::string> hashes;
  for (const auto& change : changes) {
    Effects effects = FullEffects();
    change(effects);
    hashes.push_back(HashOf(PeerUp{NodeId(2)}, effects));
  }
  ExpectAllDiffer(hashes);
}

Request FullRequest(Command command) {
  return {ClientId(1), RequestId(2), std::move(command)};
}

std::vector<Command> DifferentCommands() {
  const Dot dot{NodeId(1), Seq(2)};
  return {
      Write{{{MutationKind::kPut, "k", "v"}}},
      Write{{{MutationKind::kDelete, "k", "v"}}},
      Write{{{MutationKind::kPut, "l", "v"}}},
      Write{{{MutationKind::kPut, "k", "w"}}},
      Write{{{MutationKind::kPut, "k", "v"}, {MutationKind::kPut, "k", "v"}}},
      Get{"k", {}},
      Get{"l", {}},
      Get{"k", dot},
      Get{"k", {NodeId(2), Seq(2)}},
      Get{"k", {NodeId(1), Seq(3)}},
      List{"p", "s", 3, {}},
      List{"q", "s", 3, {}},
      List{"p", "t", 3, {}},
      List{"p", "s", 4, {}},
      List{"p", "s", 3, dot},
      List{"p", "s", 3, {NodeId(2), Seq(2)}},
      List{"p", "s", 3, {NodeId(1), Seq(3)}},
  };
}

TEST(RunHashTest, EveryFieldOfTheEventMatters) {
  std::vector<Event> events = {
      Tick{Time(1), WallTime(2)},
      Tick{Time(9), WallTime(2)},
      Tick{Time(1), WallTime(9)},
      Receive{NodeId(1), FullMessage()},
      Receive{NodeId(9), FullMessage()},
      Persisted{Token(1)},
      Persisted{Token(9)},
      PersistFailed{Token(1), "why"},
      PersistFailed{Token(9), "why"},
      PersistFailed{Token(1), "other"},
      Loaded{FullRecord()},
      LoadFailed{Token(1), "why"},
      LoadFailed{Token(9), "why"},
      LoadFailed{Token(1), "other"},
      PeerUp{NodeId(1)},
      PeerUp{NodeId(9)},
      PeerDown{NodeId(1)},
      PeerDown{NodeId(9)},
      Request{ClientId(9), RequestId(2), Get{"k", {}}},
      Request{ClientId(1), RequestId(9), Get{"k", {}}}};
  for (const auto& change : MessageChanges()) {
    Message message = FullMessage();
    change(message);
    events.push_back(Receive{NodeId(1), message});
  }
  for (const auto& change : RecordChanges()) {
    Record record = FullRecord();
    change(record);
    events.push_back(Loaded{record});
  }
  for (Command& command : DifferentCommands()) {
    events.push_back(FullRequest(std::move(command)));
  }
  std::vector<std::string> hashes;
  for (const Event& event : events) hashes.push_back(HashOf(event));
  ExpectAllDiffer(hashes);
}

TEST(RunHashTest, TimeNodeStartsAndCrashesMatter) {
  const Event event = PeerUp{NodeId(2)};
  std::vector<std::string> hashes = {HashOf(event), HashOf(event, {}, Time(6)),
                                     HashOf(event, {}, Time(5), NodeId(2))};
  const std::vector<Record> records = {FullRecord()};
  const std::vector<std::function<void(RunHash&)>> others = {
      [](RunHash&) {},
      [](RunHash& h) { h.OnStart(Time(1), NodeId(1), {}); },
      [](RunHash& h) { h.OnStart(Time(2), NodeId(1), {}); },
      [](RunHash& h) { h.OnStart(Time(1), NodeId(2), {}); },
      [&](RunHash& h) { h.OnStart(Time(1), NodeId(1), records); },
      [](RunHash& h) { h.OnCrash(Time(1), NodeId(1), Token(0)); },
      [](RunHash& h) { h.OnCrash(Time(2), NodeId(1), Token(0)); },
      [](RunHash& h) { h.OnCrash(Time(1), NodeId(2), Token(0)); },
      [](RunHash& h) { h.OnCrash(Time(1), NodeId(1), Token(1)); }};
  for (const auto& other : others) {
    RunHash hash;
    other(hash);
    hashes.push_back(hash.Hex());
  }
  ExpectAllDiffer(hashes);
}

TEST(RunHashTest, DoesNotDependOnTheBitsOfDigests) {
  std::vector<std::string> hashes;
  for (const uint8_t byte : {10, 20}) {
    RunHash hash;
    Effects effects;
    effects.delivered.push_back({kId, DigestOf(byte), {}});
    effects.delivered.push_back({kId, DigestOf(byte + 1), {}});
    effects.delivered.push_back({kId, DigestOf(byte), {}});
    hash.OnStep(Time(0), NodeId(0), PeerUp{NodeId(1)}, effects);
    hashes.push_back(hash.Hex());
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(RunHashTest, IsChained) {
  RunHash forward;
  RunHash backward;
  forward.OnStep(Time(0), NodeId(0), PeerUp{NodeId(1)}, {});
  forward.OnStep(Time(0), NodeId(0), PeerUp{NodeId(2)}, {});
  backward.OnStep(Time(0), NodeId(0), PeerUp{NodeId(2)}, {});
  backward.OnStep(Time(0), NodeId(0), PeerUp{NodeId(1)}, {});
  EXPECT_NE(forward.Hex(), backward.Hex());
  EXPECT_EQ(forward.Hex().size(), 32u);
}

}  // namespace
}  // namespace distdb::sim
