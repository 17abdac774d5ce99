// What securing a link costs: a frame of some size from one end to the other,
// in the clear and with TLS, with both ends' work in it; and a handshake.
//
//   bazel run //net/tls:stream_benchmark

#include <sys/socket.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "core/check.h"
#include "core/node_set.h"
#include "core/types.h"
#include "net/socket.h"
#include "net/stream.h"
#include "net/tls/context.h"
#include "net/tls/keys.h"
#include "net/tls/stream.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

constexpr size_t kBuffer = 64 * 1024;

struct Pair {
  std::unique_ptr<Stream> dials;
  std::unique_ptr<Stream> accepts;
};

std::pair<UniqueFd, UniqueFd> Sockets() {
  int ends[2];
  const int made =
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
  DISTDB_CHECK(made == 0, "there are sockets");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Two nodes' contexts.
std::vector<std::shared_ptr<const TlsContext>> Contexts() {
  const PrivateKey keys[] = {*PrivateKey::Generate(), *PrivateKey::Generate()};
  const std::vector<PublicKey> pins = {keys[0].public_key(),
                                       keys[1].public_key()};
  return {*TlsContext::Create(keys[0], pins),
          *TlsContext::Create(keys[1], pins)};
}

Pair InTheClear() {
  auto [one, other] = Sockets();
  return {std::make_unique<PlainStream>(std::move(one)),
          std::make_unique<PlainStream>(std::move(other))};
}

Pair Secured(const std::vector<std::shared_ptr<const TlsContext>>& contexts) {
  auto [one, other] = Sockets();
  Pair pair{*NewTlsStream(std::move(one), TlsSide::kDials,
                          NodeSet::Of(NodeId(1)), contexts[0]),
            *NewTlsStream(std::move(other), TlsSide::kAccepts,
                          NodeSet::Of(NodeId(0)), contexts[1])};
  bool dialled = false, accepted = false;
  while (!dialled || !accepted) {
    if (!dialled) dialled = *pair.dials->Establish();
    if (!accepted) accepted = *pair.accepts->Establish();
  }
  return pair;
}

void Carry(benchmark::State& state, Pair pair) {
  const std::string frame(static_cast<size_t>(state.range(0)), 'f');
  std::string buffer(kBuffer, '\0');
  for (auto _ : state) {
    absl::string_view unsent = frame;
    for (size_t got = 0; got < frame.size();) {
      if (!unsent.empty()) {
        unsent.remove_prefix(pair.dials->Write(unsent)->bytes);
      }
      got += pair.accepts->Read(buffer.data(), buffer.size())->bytes;
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void BM_FrameInTheClear(benchmark::State& state) { Carry(state, InTheClear()); }
BENCHMARK(BM_FrameInTheClear)->Arg(100)->Arg(1'000)->Arg(16'000)->Arg(64'000);

void BM_FrameSecured(benchmark::State& state) {
  Carry(state, Secured(Contexts()));
}
BENCHMARK(BM_FrameSecured)->Arg(100)->Arg(1'000)->Arg(16'000)->Arg(64'000);

void BM_Handshake(benchmark::State& state) {
  const auto contexts = Contexts();
  for (auto _ : state) Secured(contexts);
}
BENCHMARK(BM_Handshake);

}  // namespace
}  // namespace distdb
