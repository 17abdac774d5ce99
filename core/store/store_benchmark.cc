// What finding keys costs, in stores that do not fit the processor's caches.
// Keys of 16 bytes and values of 256, 64 to a batch, as in node/benchmark.
//
//   ./bazelw run //core/store:store_benchmark

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/store/batch.h"
#include "core/store/store.h"

namespace distdb {
namespace {

constexpr uint64_t kMutations = 64;

// splitmix64's mixer: keys in no order.
uint64_t Mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::string Key(uint64_t number) {
  std::string digits = std::to_string(number);
  return "key:" + std::string(12 - digits.size(), '0') + digits;
}

// Payloads that put `keys` keys, each once, in no order. `keys` is a power
// of 2.
std::vector<std::string> Puts(uint64_t keys) {
  std::vector<std::string> payloads;
  BatchBuilder builder;
  for (uint64_t i = 0; i < keys; ++i) {
    // An odd factor: all numbers below `keys`, each once.
    const uint64_t number = (i * (2 * Mix(keys) + 1)) % keys;
    builder.Add({MutationKind::kPut, Key(number), std::string(256, 'v')});
    if (builder.count() == kMutations) {
      payloads.push_back(builder.Build(Timestamp(1)));
    }
  }
  return payloads;
}

void Apply(Store& store, uint64_t seq, const std::string& payload) {
  benchmark::DoNotOptimize(
      store.Apply({Epoch(1), NodeId(0), Seq(seq)}, *DecodeBatch(payload)));
}

void BM_NewKeys(benchmark::State& state) {
  const std::vector<std::string> puts =
      Puts(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    Store store;
    uint64_t seq = 0;
    for (const std::string& payload : puts) Apply(store, ++seq, payload);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_NewKeys)->Arg(1 << 17)->Arg(1 << 20);

void BM_WriteAgain(benchmark::State& state) {
  const std::vector<std::string> puts =
      Puts(static_cast<uint64_t>(state.range(0)));
  Store store;
  uint64_t seq = 0;
  for (const std::string& payload : puts) Apply(store, ++seq, payload);
  for (auto _ : state) {
    ++seq;
    Apply(store, seq, puts[Mix(seq) % puts.size()]);
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(kMutations));
}
BENCHMARK(BM_WriteAgain)->Arg(1 << 10)->Arg(1 << 17)->Arg(1 << 20);

}  // namespace
}  // namespace distdb
