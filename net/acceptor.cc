#include "net/acceptor.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

constexpr Duration kPause = 100 * kMillisecond;

}  // namespace

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Create(UniqueFd listener,
                                                           EventLoop* loop,
                                                           Callback callback,
                                                           int per_turn) {
  std::unique_ptr<Acceptor> acceptor(
      new Acceptor(std::move(listener), loop, std::move(callback), per_turn));
  const absl::Status added =
      loop->Add(acceptor->listener_.get(), {.read = true}, acceptor.get());
  if (!added.ok()) {
    acceptor->listener_.Close();
    return added;
  }
  return acceptor;
}

Acceptor::~Acceptor() {
  if (!listener_.is_open()) return;
  loop_->Cancel(resume_);
  loop_->Remove(listener_.get());
}

void Acceptor::OnReady(Interest /*ready*/) {
  for (int i = 0; i < per_turn_; ++i) {
    absl::StatusOr<UniqueFd> connection = Accept(listener_);
    if (!connection.ok()) return Pause();
    if (!connection->is_open()) return;
    callback_(*std::move(connection));
  }
}

void Acceptor::Pause() {
  loop_->Modify(listener_.get(), {});
  resume_ = loop_->AddTimer(loop_->now() + kPause, [this] {
    loop_->Modify(listener_.get(), {.read = true});
  });
}

}  // namespace distdb
