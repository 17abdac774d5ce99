// How long the engine takes per message that it handles and per instance that a
// node delivers, and what crosses the network for it. All n engines run in this
// one thread; messages and disks cost nothing.
//
//   ./bazelw run //core/bracha:bracha_benchmark
//
// Counters, times in seconds (`95n` is 95 ns):
//   per_message      of one node, for one message that it handles
//   per_delivery     of one node, for one instance that it delivers
//   per_delivery/n   the same divided by n: constant, as a node handles two
//                    votes of each of the others
//   messages         of all nodes, for one instance: 2 n (n - 1) votes, n - 1
//                    SENDs, and their share of the watermarks
//   payloads         that cross a link, for one instance: n - 1
//
// What these take in bytes, //sim:wire_bytes_test compares with a formula.

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/bracha/engine.h"
#include "core/config.h"

namespace distdb::bracha {
namespace {

// Copies the first bytes of the payload: the cost of a real digest is
// OpenSSL's.
class FreeDigester final : public Digester {
 public:
  Digest Compute(const InstanceId& id,
                 absl::string_view payload) const override {
    Digest digest;
    const uint64_t seq = id.seq.value();
    std::memcpy(digest.bytes.data(), &seq, sizeof(seq));
    digest.bytes[8] = static_cast<uint8_t>(id.origin.value());
    digest.bytes[9] = payload.empty() ? 0 : static_cast<uint8_t>(payload[0]);
    return digest;
  }
};

bool AcceptAll(absl::string_view) { return true; }

class Ring {
 public:
  explicit Ring(int nodes) {
    for (int node = 0; node < nodes; ++node) {
      Config config;
      config.self = NodeId(node);
      config.nodes = nodes;
      config.digester = &digester_;
      std::vector<Delivery> recovered;
      engines_.push_back(*Engine::Create(config, &AcceptAll, {}, recovered));
      engines_.back()->HandleTick(now_, effects_);
      effects_.Clear();
    }
    for (int node = 0; node < nodes; ++node) {
      for (int peer = 0; peer < nodes; ++peer) {
        if (peer == node) continue;
        engines_[node]->HandlePeerUp(NodeId(peer), effects_);
        CarryOut(node);
      }
    }
    Settle();
  }

  void Deliver(const Payload& payload) {
    now_ = now_ + kMillisecond;
    engines_[0]->HandleTick(now_, effects_);
    CarryOut(0);
    engines_[0]->Propose(payload, effects_);
    CarryOut(0);
    Settle();
  }

  uint64_t handled() const { return handled_; }
  uint64_t payloads() const { return payloads_; }
  uint64_t delivered() const { return delivered_; }

 private:
  void CarryOut(int node) {
    while (true) {
      Token last;
      if (!effects_.persist.empty()) last = effects_.persist.back().token;
      for (Envelope& envelope : effects_.send) Send(node, envelope);
      for (Envelope& envelope : effects_.send_after_persist) {
        Send(node, envelope);
      }
      delivered_ += effects_.delivered.size();
      effects_.Clear();
      if (last == Token(0)) return;
      engines_[node]->HandlePersisted(last, effects_);
    }
  }

  void Send(int from, Envelope& envelope) {
    network_.emplace_back(from, std::move(envelope));
  }

  void Settle() {
    while (!network_.empty()) {
      const auto [from, envelope] = std::move(network_.front());
      network_.pop_front();
      for (const NodeId to : envelope.to) {
        ++handled_;
        if (envelope.message.payload.has_value()) ++payloads_;
        engines_[to.value()]->HandleMessage(NodeId(from), envelope.message,
                                            effects_);
        CarryOut(static_cast<int>(to.value()));
      }
    }
  }

  FreeDigester digester_;
  Time now_{1};
  std::vector<std::unique_ptr<Engine>> engines_;
  std::deque<std::pair<int, Envelope>> network_;
  Effects effects_;
  uint64_t handled_ = 0;
  uint64_t payloads_ = 0;
  uint64_t delivered_ = 0;
};

void BM_Instance(benchmark::State& state) {
  const int nodes = static_cast<int>(state.range(0));
  Ring ring(nodes);
  const Payload payload(std::string(state.range(1), 'x'));
  const uint64_t handled_before = ring.handled();
  for (auto _ : state) ring.Deliver(payload);
  const auto n = static_cast<double>(nodes);
  const auto instances = static_cast<double>(state.iterations());
  const auto messages = static_cast<double>(ring.handled() - handled_before);
  const auto payloads = static_cast<double>(ring.payloads());
  if (static_cast<double>(ring.delivered()) != n * instances) {
    state.SkipWithError("an instance was not delivered everywhere");
  }
  if (payloads != (n - 1) * instances) {
    state.SkipWithError("a payload crossed a link more than once");
  }
  using benchmark::Counter;
  const Counter::Flags time_per = Counter::kIsRate | Counter::kInvert;
  state.counters["per_message"] = Counter(messages, time_per);
  state.counters["per_delivery"] = Counter(n * instances, time_per);
  state.counters["per_delivery/n"] = Counter(n * n * instances, time_per);
  state.counters["messages"] = messages / instances;
  state.counters["payloads"] = payloads / instances;
}
BENCHMARK(BM_Instance)
    ->ArgNames({"nodes", "bytes"})
    ->ArgsProduct({{4, 7, 16, 31}, {16, 1024, 65536}});

}  // namespace
}  // namespace distdb::bracha
