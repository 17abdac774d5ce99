// Cluster: replicas, a network and disks in memory, driven by hand from a test.
//
// The smallest driver that keeps every promise of event.h and effects.h, with
// nothing drawn at random: messages arrive in the order in which they were
// sent unless the test holds or drops them, and a disk syncs when it is told
// to (or at once, in Run). For worlds with faults there is sim.
//
//   Cluster cluster(4);
//   cluster.Put(0, "name", "alice");
//   cluster.Run();
//   EXPECT_EQ(cluster.Get(3, "name"), "alice");
//
// It also watches every message that leaves a node, over restarts, and fails
// the test when one contradicts an earlier one (a second digest echoed or
// readied in one instance): no correct node may ever do that.

#ifndef DISTDB_CORE_TESTING_CLUSTER_H_
#define DISTDB_CORE_TESTING_CLUSTER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/config.h"
#include "core/digest.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/replica.h"

namespace distdb::testing {

// Spreads every bit of its input over 32 bytes; not cryptographic.
class TestDigester final : public Digester {
 public:
  Digest Compute(const InstanceId& id,
                 absl::string_view payload) const override;
};

// A well-formed payload with this one mutation; equal for equal arguments.
std::string PutPayload(absl::string_view key, absl::string_view value);

// What a liar may say.
Message SendOf(const InstanceId& id, absl::string_view payload);
Message VoteOf(MessageKind kind, const InstanceId& id, const Digest& digest);

struct InFlight {
  int from = 0;
  int to = 0;
  Message message;
};

class Cluster {
 public:
  using Tweak = std::function<void(Config&)>;

  // All replicas are up, know each other's channels, and have ticked once.
  explicit Cluster(int nodes, const Tweak& tweak = nullptr);

  int nodes() const { return static_cast<int>(nodes_.size()); }
  bool alive(int node) const { return nodes_[node].replica != nullptr; }
  Replica& replica(int node) { return *nodes_[node].replica; }
  const std::vector<Delivery>& delivered(int node) const {
    return nodes_[node].delivered;
  }
  const std::vector<Fault>& faults(int node) const {
    return nodes_[node].faults;
  }
  const std::vector<Reply>& replies(int node) const {
    return nodes_[node].replies;
  }
  const std::vector<Record>& disk(int node) const { return nodes_[node].disk; }
  const std::vector<Token>& loads(int node) const { return nodes_[node].loads; }
  Time now() const { return now_; }
  InstanceId Id(int origin, uint64_t seq) const;
  Digest DigestOf(const InstanceId& id, absl::string_view payload) const;

  // Every message in flight, oldest first; a test may edit it.
  std::deque<InFlight>& network() { return network_; }
  // Messages for which this says true are lost when they are sent.
  void DropWhere(std::function<bool(const InFlight&)> drop) {
    drop_ = std::move(drop);
  }
  // Nothing that `liar` says arrives: the test speaks for it (see Inject).
  void Silence(int liar) {
    DropWhere([liar](const InFlight& sent) { return sent.from == liar; });
  }

  // One event for one replica, and its effects carried out but for the disk.
  void Step(int node, const Event& event);
  // A message that no replica sent: what a liar says.
  void Inject(int from, int to, const Message& message);
  // Everything handed to this node's disk becomes durable.
  void Sync(int node);
  // The disk takes nothing (PersistFailed) until it is told to again.
  void FillDisk(int node) { nodes_[node].disk_full = true; }
  void EmptyDisk(int node) { nodes_[node].disk_full = false; }
  // Delivers the oldest message; false if there is none.
  bool DeliverOne();
  // Delivers and syncs everywhere until nothing is in flight; time stands.
  void Settle();
  // Settle, then on to the next deadline, until this much time has passed.
  void Run(Duration time = 20 * kSecond);
  void Tick(int node);

  // Loses what is not synced, except its first `kept` records.
  void Crash(int node, size_t kept = 0);
  void Restart(int node);

  void Put(int node, absl::string_view key, absl::string_view value);
  // "(nil)" where there is none.
  std::string Get(int node, absl::string_view key) const;

 private:
  struct Held {
    Token until;
    Envelope envelope;
  };
  struct Node {
    Config config;
    std::unique_ptr<Replica> replica;
    std::vector<Record> disk;      // Synced.
    std::vector<Record> unsynced;  // Handed over.
    std::deque<Held> held;
    std::vector<Delivery> delivered;
    std::vector<Fault> faults;
    std::vector<Reply> replies;
    std::vector<Token> loads;
    Time deadline = kNever;
    Time ticked;
    Token last_token;
    bool disk_full = false;
  };

  void CarryOut(int node, Effects& effects);
  void Send(int from, const Envelope& envelope);
  void WatchVote(int from, const Message& message);
  Time NextDeadline() const;

  TestDigester digester_;
  std::vector<Node> nodes_;
  std::deque<InFlight> network_;
  std::function<bool(const InFlight&)> drop_;
  Time now_{1};
  uint64_t next_request_ = 1;
  // (sender, phase, instance) to the digest it voted for.
  std::map<std::tuple<int, MessageKind, InstanceId>, Digest> votes_;
};

}  // namespace distdb::testing

#endif  // DISTDB_CORE_TESTING_CLUSTER_H_
