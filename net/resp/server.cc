#include "net/resp/server.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/types.h"
#include "net/acceptor.h"
#include "net/event_loop.h"
#include "net/resp/backend.h"
#include "net/resp/command_context.h"
#include "net/resp/reply_writer.h"
#include "net/resp/scan_cursors.h"
#include "net/resp/session.h"
#include "net/socket.h"
#include "net/unique_fd.h"

namespace distdb {
namespace {

class Server : public RespServer, public Session::Owner {
 public:
  Server(RespServerOptions options, EventLoop* loop, Backend* backend)
      : options_(std::move(options)), loop_(loop), backend_(backend) {}
  ~Server() override { loop_->Cancel(sweep_timer_); }

  absl::Status Start();

  void OnReply(Reply reply) override;
  void Flush() override;
  RespServerStats Stats() const override;
  void StopAccepting() override { acceptor_.reset(); }
  bool IsIdle() const override {
    return std::all_of(sessions_.begin(), sessions_.end(),
                       [](const auto& each) { return each.second->idle(); });
  }

 private:
  void Accept(UniqueFd socket);
  void OnActivity(Session* session) override;
  void Close(const Session& session);
  // Closes those who have stopped reading, every now and then.
  void Sweep();
  void SweepLater();

  RespServerOptions options_;
  EventLoop* loop_;
  Backend* backend_;
  ScanCursors cursors_;
  absl::flat_hash_map<ClientId, std::unique_ptr<Session>> sessions_;
  uint64_t last_client_ = 0;
  // Those that may have something to write.
  std::vector<ClientId> active_;
  // Of sessions that are gone, and of the server.
  RespServerStats stats_;
  TimerId sweep_timer_;
  std::unique_ptr<Acceptor> acceptor_;
};

absl::Status Server::Start() {
  absl::StatusOr<std::unique_ptr<Acceptor>> acceptor =
      Acceptor::Create(std::move(options_.listener), loop_,
                       [this](UniqueFd socket) { Accept(std::move(socket)); });
  if (!acceptor.ok()) return acceptor.status();
  acceptor_ = *std::move(acceptor);
  SweepLater();
  return absl::OkStatus();
}

void Server::Accept(UniqueFd socket) {
  ++stats_.connections;
  if (sessions_.size() >= options_.clients_max) {
    ++stats_.refused_connections;
    std::string refusal;
    AppendError("ERR max number of clients reached", refusal);
    // A fresh socket has room for a line; if not, it goes without.
    WriteSome(socket, refusal).IgnoreError();
    return;
  }
  const ClientId id(++last_client_);
  auto session = std::make_unique<Session>(
      std::move(socket),
      CommandContext{.backend = backend_, .cursors = &cursors_, .client = id},
      loop_, this);
  if (session->Start().ok()) sessions_.emplace(id, std::move(session));
}

void Server::OnReply(Reply reply) {
  const auto found = sessions_.find(reply.client);
  if (found == sessions_.end()) return;
  active_.push_back(reply.client);
  found->second->HandleReply(std::move(reply));
}

void Server::OnActivity(Session* session) {
  if (session->finished()) return Close(*session);
  if (session->has_output()) active_.push_back(session->id());
}

void Server::Flush() {
  for (const ClientId id : active_) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) continue;
    Session& session = *found->second;
    session.Flush();
    if (session.finished()) Close(session);
  }
  active_.clear();
}

void Server::Close(const Session& session) {
  stats_.commands += session.commands();
  stats_.protocol_errors += session.protocol_errors();
  sessions_.erase(session.id());
}

void Server::Sweep() {
  const Time oldest = loop_->now() - options_.stall_timeout;
  std::vector<const Session*> stalled;
  for (const auto& [id, session] : sessions_) {
    if (session->stalled_since() <= oldest) stalled.push_back(session.get());
  }
  stats_.slow_readers_closed += stalled.size();
  for (const Session* session : stalled) Close(*session);
  SweepLater();
}

void Server::SweepLater() {
  sweep_timer_ = loop_->AddTimer(
      EventLoop::ReadClock() + options_.stall_timeout / 4, [this] { Sweep(); });
}

RespServerStats Server::Stats() const {
  RespServerStats stats = stats_;
  stats.clients = sessions_.size();
  for (const auto& [id, session] : sessions_) {
    stats.commands += session->commands();
    stats.protocol_errors += session->protocol_errors();
  }
  return stats;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RespServer>> RespServer::Create(
    RespServerOptions options, EventLoop* loop, Backend* backend) {
  auto server = std::make_unique<Server>(std::move(options), loop, backend);
  const absl::Status started = server->Start();
  if (!started.ok()) return started;
  return server;
}

}  // namespace distdb
