// What the codec costs per message, and the digest per payload.
//
//   bazel run //net/codec:codec_benchmark

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "benchmark/benchmark.h"
#include "core/message.h"
#include "core/types.h"
#include "net/codec/frame.h"
#include "net/codec/sha256.h"

namespace distdb {
namespace {

constexpr int kVotesPerFrame = 100;

Message Vote(uint64_t seq) {
  Message vote;
  vote.kind = MessageKind::kEcho;
  vote.instance = {Epoch(1), NodeId(3), Seq(seq)};
  return vote;
}

void BM_EncodeVote(benchmark::State& state) {
  const Message vote = Vote(1'000'000);
  std::string frame;
  for (auto _ : state) {
    frame.clear();
    AppendMessage(vote, frame);
    benchmark::DoNotOptimize(frame);
  }
  state.counters["bytes"] = static_cast<double>(frame.size());
}
BENCHMARK(BM_EncodeVote);

void BM_DecodeVotes(benchmark::State& state) {
  std::string frame;
  for (int i = 0; i < kVotesPerFrame; ++i) {
    AppendMessage(Vote(1'000'000 + static_cast<uint64_t>(i)), frame);
  }
  for (auto _ : state) {
    absl::StatusOr<Frame> decoded = DecodeFrame(frame);
    benchmark::DoNotOptimize(decoded);
  }
  state.SetItemsProcessed(state.iterations() * kVotesPerFrame);
}
BENCHMARK(BM_DecodeVotes);

void BM_Sha256(benchmark::State& state) {
  const Sha256Digester digester;
  const std::string payload(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        digester.Compute({Epoch(1), NodeId(3), Seq(7)}, payload));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Sha256)->Arg(64)->Arg(4096)->Arg(1024 * 1024);

}  // namespace
}  // namespace distdb
