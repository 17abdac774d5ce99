#include "core/testing/cluster.h"

#include <algorithm>
#include <utility>

#include "core/store/batch.h"
#include "gtest/gtest.h"

namespace distdb::testing {
namespace {

void Mix(uint64_t value, uint64_t& state) {
  state = (state ^ value) * 0x9e3779b97f4a7c15u;
  state ^= state >> 29;
}

}  // namespace

Digest TestDigester::Compute(const InstanceId& id,
                             absl::string_view payload) const {
  Digest digest;
  for (uint64_t lane = 0; lane < 4; ++lane) {
    uint64_t state = lane + 1;
    Mix(id.epoch.value(), state);
    Mix(id.origin.value(), state);
    Mix(id.seq.value(), state);
    for (const char byte : payload) Mix(static_cast<uint8_t>(byte), state);
    for (int i = 0; i < 8; ++i) {
      digest.bytes[lane * 8 + i] = static_cast<uint8_t>(state >> (8 * i));
    }
  }
  return digest;
}

std::string PutPayload(absl::string_view key, absl::string_view value) {
  BatchBuilder builder;
  builder.Add({.kind = MutationKind::kPut,
               .key = std::string(key),
               .value = std::string(value)});
  return builder.Build(Timestamp(7));
}

Message SendOf(const InstanceId& id, absl::string_view payload) {
  return {.kind = MessageKind::kSend,
          .instance = id,
          .payload = Payload(std::string(payload))};
}

Message VoteOf(MessageKind kind, const InstanceId& id, const Digest& digest) {
  return {.kind = kind, .instance = id, .digest = digest};
}

Cluster::Cluster(int nodes, const Tweak& tweak) : nodes_(nodes) {
  for (int node = 0; node < nodes; ++node) {
    Config& config = nodes_[node].config;
    config.self = NodeId(node);
    config.nodes = nodes;
    config.digester = &digester_;
    if (tweak) tweak(config);
  }
  for (int node = 0; node < nodes; ++node) Restart(node);
}

InstanceId Cluster::Id(int origin, uint64_t seq) const {
  return {nodes_[0].config.epoch, NodeId(origin), Seq(seq)};
}

Digest Cluster::DigestOf(const InstanceId& id,
                         absl::string_view payload) const {
  return digester_.Compute(id, payload);
}

void Cluster::Step(int node, const Event& event) {
  Effects effects;
  nodes_[node].replica->Step(event, effects);
  CarryOut(node, effects);
}

void Cluster::CarryOut(int node, Effects& effects) {
  Node& state = nodes_[node];
  const bool refused = state.disk_full && !effects.persist.empty();
  const Token first =
      effects.persist.empty() ? Token(0) : effects.persist.front().token;
  for (const Record& record : effects.persist) {
    EXPECT_GT(record.token, state.last_token) << "tokens ascend";
    state.last_token = record.token;
    if (!refused) state.unsynced.push_back(record);
  }
  std::erase_if(state.disk, [&](const Record& record) {
    return record.token < effects.discard_before;
  });
  for (const Envelope& envelope : effects.send) Send(node, envelope);
  for (const Envelope& envelope : effects.send_after_persist) {
    if (refused) continue;
    if (state.unsynced.empty()) {
      Send(node, envelope);
    } else {
      state.held.push_back({state.unsynced.back().token, envelope});
    }
  }
  EXPECT_TRUE(effects.replies_after_persist.empty()) << "not used yet";
  for (const Reply& reply : effects.replies) state.replies.push_back(reply);
  for (const Delivery& delivery : effects.delivered) {
    state.delivered.push_back(delivery);
  }
  for (const Fault& fault : effects.faults) state.faults.push_back(fault);
  state.deadline = effects.next_deadline;
  for (const Token token : effects.load) {
    state.loads.push_back(token);
    for (const Record& record : state.disk) {
      if (record.token == token) Step(node, Loaded{record});
    }
  }
  if (refused) Step(node, PersistFailed{first, "no space left"});
}

void Cluster::Send(int from, const Envelope& envelope) {
  EXPECT_FALSE(envelope.to.empty()) << "an envelope to nobody";
  WatchVote(from, envelope.message);
  for (const NodeId to : envelope.to) {
    ASSERT_NE(static_cast<int>(to.value()), from);
    ASSERT_LT(static_cast<int>(to.value()), nodes());
    InFlight sent{from, static_cast<int>(to.value()), envelope.message};
    if (drop_ && drop_(sent)) continue;
    network_.push_back(std::move(sent));
  }
}

void Cluster::WatchVote(int from, const Message& message) {
  MessageKind phase = message.kind;
  if (phase == MessageKind::kDelivered) phase = MessageKind::kReady;
  if (phase != MessageKind::kEcho && phase != MessageKind::kReady) return;
  const auto [it, inserted] =
      votes_.try_emplace({from, phase, message.instance}, message.digest);
  EXPECT_EQ(it->second, message.digest)
      << "node " << from << " contradicts its " << MessageKindName(phase);
}

void Cluster::Inject(int from, int to, const Message& message) {
  network_.push_back({from, to, message});
}

void Cluster::Sync(int node) {
  Node& state = nodes_[node];
  if (state.unsynced.empty()) return;
  const Token token = state.unsynced.back().token;
  state.disk.insert(state.disk.end(), state.unsynced.begin(),
                    state.unsynced.end());
  state.unsynced.clear();
  std::deque<Held> released;
  std::swap(released, state.held);
  for (const Held& held : released) Send(node, held.envelope);
  Step(node, Persisted{token});
}

bool Cluster::DeliverOne() {
  if (network_.empty()) return false;
  const InFlight sent = std::move(network_.front());
  network_.pop_front();
  if (alive(sent.to)) {
    Step(sent.to, Receive{NodeId(sent.from), sent.message});
  }
  return true;
}

void Cluster::Tick(int node) {
  nodes_[node].deadline = kNever;
  nodes_[node].ticked = now_;
  Step(node, distdb::Tick{now_, WallTime(now_.value())});
}

void Cluster::Settle() {
  for (int step = 0; step < 1'000'000; ++step) {
    bool progress = DeliverOne();
    for (int node = 0; node < nodes(); ++node) {
      if (!alive(node)) continue;
      if (nodes_[node].deadline <= now_) {
        Tick(node);
        progress = true;
      }
      if (!nodes_[node].unsynced.empty()) {
        Sync(node);
        progress = true;
      }
    }
    if (!progress) return;
  }
  FAIL() << "the cluster does not come to rest";
}

Time Cluster::NextDeadline() const {
  Time next = kNever;
  for (const Node& node : nodes_) {
    if (node.replica != nullptr) next = std::min(next, node.deadline);
  }
  return next;
}

void Cluster::Run(Duration time) {
  const Time end = now_ + time;
  Settle();
  for (Time next = NextDeadline(); next <= end; next = NextDeadline()) {
    now_ = next;
    Settle();
  }
  now_ = end;
}

void Cluster::Crash(int node, size_t kept) {
  Node& state = nodes_[node];
  kept = std::min(kept, state.unsynced.size());
  state.disk.insert(state.disk.end(), state.unsynced.begin(),
                    state.unsynced.begin() + static_cast<ptrdiff_t>(kept));
  state.unsynced.clear();
  state.held.clear();
  state.replica.reset();
  state.last_token = Token(0);
  for (int peer = 0; peer < nodes(); ++peer) {
    if (peer != node && alive(peer)) Step(peer, PeerDown{NodeId(node)});
  }
}

void Cluster::Restart(int node) {
  Node& state = nodes_[node];
  absl::StatusOr<std::unique_ptr<Replica>> replica =
      Replica::Create(state.config, state.disk);
  ASSERT_TRUE(replica.ok()) << replica.status();
  state.replica = *std::move(replica);
  if (!state.disk.empty()) state.last_token = state.disk.back().token;
  Tick(node);
  for (int peer = 0; peer < nodes(); ++peer) {
    if (peer == node || !alive(peer)) continue;
    Step(node, PeerUp{NodeId(peer)});
    Step(peer, PeerUp{NodeId(node)});
  }
}

void Cluster::Put(int node, absl::string_view key, absl::string_view value) {
  Write write;
  write.mutations.push_back({.kind = MutationKind::kPut,
                             .key = std::string(key),
                             .value = std::string(value)});
  if (nodes_[node].ticked < now_) Tick(node);
  Step(node,
       Request{ClientId(1), RequestId(next_request_++), std::move(write)});
}

std::string Cluster::Get(int node, absl::string_view key) const {
  const Entry* entry = nodes_[node].replica->store().Find(key);
  return entry == nullptr ? "(nil)" : entry->value;
}

}  // namespace distdb::testing
