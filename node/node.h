// Node: one running member of a cluster. It joins the event loop, the links to
// its peers, the server for its clients and the driver of its replica, and adds
// nothing of its own.
//
//   auto node = Node::Create({config, log, keys, load_keys});
//   (*node)->Run();                        // until SIGTERM or SIGINT
//
// On SIGTERM or SIGINT it drains: it accepts no client any more, refuses what
// its clients ask anew, answers what is in flight, and ends when all is
// answered or after five seconds; at a second signal, at once. systemd is told
// (Ready, Stopping, watchdog) where it has started the node.
//
// On SIGHUP it loads its keys again, which new links then use; those that are
// up stay. Keys that cannot be loaded leave the old ones in force.
//
// Not thread-safe.

#ifndef DISTDB_NODE_NODE_H_
#define DISTDB_NODE_NODE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/types.h"
#include "net/codec/sha256.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/resp/backend.h"
#include "net/resp/server.h"
#include "net/tls/context.h"
#include "net/unique_fd.h"
#include "node/backup/session.h"
#include "node/config.pb.h"
#include "node/driver.h"
#include "node/file_recorder.h"
#include "node/finder.h"
#include "node/narrator.h"
#include "node/ports.h"
#include "node/service_manager.h"
#include "node/signal_watch.h"
#include "node/status_text.h"
#include "node/sync_thread.h"

namespace distdb {

struct NodeOptions {
  // Has passed its checks.
  NodeConfig config;
  NarratorOptions log;
  // What secures the links; null: in the clear.
  std::shared_ptr<const TlsContext> keys;
  // Loads them again.
  std::function<absl::StatusOr<std::shared_ptr<const TlsContext>>()> load_keys;
};

class Node : private PeerObserver, private Backend, private DriverHost {
 public:
  // Opens ports and log. Errors are one line that says what is in the way and
  // the mend: AlreadyExists for a port in use, and those of
  // SegmentedLog::Open.
  static absl::StatusOr<std::unique_ptr<Node>> Create(NodeOptions options);

  // Serves until SIGTERM or SIGINT, drains, and returns OK. An error when the
  // log can no longer be written: the process must end.
  absl::Status Run();

 private:
  explicit Node(NodeOptions options);

  absl::Status OpenLog();
  absl::Status BeginRecording();
  absl::Status OpenLinks(UniqueFd listener);
  absl::Status OpenServer(UniqueFd listener);
  std::string Greeting() const;
  NodeView View() const;
  void ReloadKeys();
  void BeginDrain();
  bool IsDrained() const;
  // Tells those whom Execute has turned away.
  void AnswerRefused();

  // PeerObserver.
  void OnPeerUp(NodeId peer) override;
  void OnPeerDown(NodeId peer) override;
  void OnMessage(NodeId from, Message message) override;
  void OnRecords(NodeId from, std::vector<std::string> records) override;
  void OnLinkReport(const LinkReport& report) override;

  // Backend.
  void Execute(ClientId client, RequestId request, Command command) override;
  size_t KeyCount() const override;
  std::string Info(const std::string& section) const override;
  std::string Nodes() const override;
  std::string Status() const override;
  absl::StatusOr<BackupPage> Backup(uint64_t session) override;

  // DriverHost.
  void Send(const Envelope& envelope) override;
  void OnDelivered(const Delivery& delivery) override;
  void OnFault(const Fault& fault) override;
  void OnDisk(const std::string& why) override;
  void StartSync() override;
  void Answer(Reply reply) override;

  NodeOptions options_;
  const NodeConfig& config_;  // Of those.
  Narrator narrator_;
  Sha256Digester digester_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<SignalWatch> signals_;
  std::unique_ptr<FileRecorder> recorder_;  // Null: nothing is recorded.
  std::unique_ptr<Driver> driver_;
  // After the log, which it uses.
  std::unique_ptr<SyncThread> sync_;
  std::unique_ptr<PeerLinks> links_;
  OwnAddresses own_;
  // Null where links are in the clear: what is found could be anybody's.
  std::unique_ptr<Finder> finder_;
  std::unique_ptr<RespServer> clients_;
  // The one that was begun last, while it is under way; and its number.
  std::optional<BackupSession> backup_;
  uint64_t backup_number_ = 0;
  std::unique_ptr<ServiceManager> manager_;
  Time started_;
  // When it ends at the latest; kNever: it does not drain.
  Time drained_by_ = kNever;
  // What has been asked since.
  std::vector<std::pair<ClientId, RequestId>> refused_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_NODE_H_
