#include "node/node.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/bracha/memory_bound.h"
#include "core/command.h"
#include "core/effects.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/log/log_format.h"
#include "core/node_set.h"
#include "core/replica.h"
#include "core/types.h"
#include "net/discovery/address_record.h"
#include "net/event_loop.h"
#include "net/peer_links.h"
#include "net/resp/server.h"
#include "net/socket.h"
#include "node/config.h"
#include "node/driver.h"
#include "node/finder.h"
#include "node/narrator.h"
#include "node/open_files.h"
#include "node/ports.h"
#include "node/segmented_log.h"
#include "node/service_manager.h"
#include "node/signal_watch.h"
#include "node/status_text.h"

namespace distdb {
namespace {

Driver::Now ReadClocks() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {EventLoop::ReadClock(),
          WallTime(std::chrono::nanoseconds(wall).count())};
}

// As people count nodes.
uint64_t NumberOf(NodeId node) { return uint64_t{node.value()} + 1; }

// In-flight requests have so long to be answered after SIGTERM.
constexpr Duration kDrainMax = 5 * kSecond;

std::vector<FaultCount> FaultsProven(const Replica& replica) {
  std::vector<FaultCount> faults;
  for (const NodeId node : NodeSet::FirstN(replica.config().nodes)) {
    for (const FaultKind kind : kAllFaultKinds) {
      const uint64_t count = replica.evidence().Count(node, kind);
      if (count > 0) faults.push_back({node, kind, count});
    }
  }
  return faults;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Node>> Node::Create(NodeOptions options) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // A limit on files is a full disk.
  std::unique_ptr<Node> node(new Node(std::move(options)));
  absl::StatusOr<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  if (!loop.ok()) return loop.status();
  node->loop_ = *std::move(loop);
  absl::StatusOr<std::unique_ptr<SignalWatch>> signals =
      SignalWatch::Create(node->loop_.get());
  if (!signals.ok()) return signals.status();
  node->signals_ = *std::move(signals);
  node->manager_ = std::make_unique<ServiceManager>(node->loop_.get());
  absl::Status status = node->OpenLog();
  if (!status.ok()) return status;
  status = node->BeginRecording();
  if (!status.ok()) return status;
  absl::StatusOr<Ports> ports = OpenPorts(node->config_);
  if (!ports.ok()) return ports.status();
  node->own_ = std::move(ports->own);
  status = node->OpenLinks(std::move(ports->peers));
  if (!status.ok()) return status;
  status = node->OpenServer(std::move(ports->clients));
  if (!status.ok()) return status;
  node->narrator_.Info("serving", node->Greeting());
  return node;
}

Node::Node(NodeOptions options)
    : options_(std::move(options)),
      config_(options_.config),
      narrator_(NodeId(config_.node_id() - 1), options_.log),
      started_(EventLoop::ReadClock()) {}

absl::Status Node::OpenLog() {
  const Config core = CoreConfig(config_, &digester_);
  absl::StatusOr<SegmentedLog::Opened> opened = SegmentedLog::Open(
      config_.data_dir(),
      LogIdentity{config_.cluster_id(), core.self, core.epoch},
      config_.segment_bytes());
  if (!opened.ok()) return opened.status();
  if (opened->torn_bytes > 0) {
    narrator_.Info("torn_tail",
                   absl::StrCat(opened->torn_file, ": cut ", opened->torn_bytes,
                                " bytes of a write that a crash cut short"));
  }
  absl::StatusOr<std::unique_ptr<Replica>> replica =
      Replica::Create(core, opened->records);
  if (!replica.ok()) {
    return absl::Status(
        replica.status().code(),
        absl::StrCat(opened->log->path(), ": ", replica.status().message()));
  }
  driver_ =
      std::make_unique<Driver>(*std::move(replica), std::move(opened->log),
                               ReadClocks, static_cast<DriverHost*>(this));
  sync_ = std::make_unique<SyncThread>(loop_.get());
  return absl::OkStatus();
}

absl::Status Node::BeginRecording() {
  if (config_.record_file().empty()) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<FileRecorder>> recorder =
      FileRecorder::Create({.path = config_.record_file(),
                            .bytes = config_.record_bytes(),
                            .files = config_.record_files(),
                            .cluster = config_.cluster_id()},
                           driver_->replica(), &narrator_);
  if (!recorder.ok()) return recorder.status();
  recorder_ = *std::move(recorder);
  driver_->SetObserver(recorder_.get());
  narrator_.Info("recording",
                 absl::StrCat("recording to ", config_.record_file()));
  return absl::OkStatus();
}

absl::Status Node::OpenLinks(UniqueFd listener) {
  PeerLinksOptions options;
  // With the mode: nodes in different ones would take each other for liars.
  options.cluster_id = PeersClusterId(config_);
  options.epoch = Epoch(config_.epoch());
  options.self = NodeId(config_.node_id() - 1);
  for (int id = 1; id <= config_.members_size(); ++id) {
    options.peers.push_back(ConfiguredPeer(config_, static_cast<uint32_t>(id)));
  }
  options.listener = std::move(listener);
  options.tls = options_.keys;
  options.queue_bytes_max = config_.peer_queue_bytes_max();
  options.handshake_timeout = config_.handshake_timeout_ms() * kMillisecond;
  options.idle_timeout = config_.idle_timeout_ms() * kMillisecond;
  // Several pings may be lost before a peer is given up.
  options.ping_interval =
      std::min(options.ping_interval, options.idle_timeout / 5);
  options.seed = config_.cluster_id() + config_.node_id();
  absl::StatusOr<std::unique_ptr<PeerLinks>> links =
      PeerLinks::Create(std::move(options), loop_.get(), this);
  if (!links.ok()) return links.status();
  links_ = *std::move(links);
  if (options_.keys == nullptr) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<Finder>> finder = Finder::Create(
      config_, own_, options_.keys, loop_.get(), links_.get(), &narrator_);
  if (!finder.ok()) return finder.status();
  finder_ = *std::move(finder);
  return absl::OkStatus();
}

absl::Status Node::OpenServer(UniqueFd listener) {
  RespServerOptions server;
  server.clients_max = ClientsMax(RaiseOpenFilesLimit());
  server.listener = std::move(listener);
  absl::StatusOr<std::unique_ptr<RespServer>> clients =
      RespServer::Create(std::move(server), loop_.get(), this);
  if (!clients.ok()) return clients.status();
  clients_ = *std::move(clients);
  return absl::OkStatus();
}

std::string Node::Greeting() const {
  const Config& core = driver_->replica().config();
  return absl::StrCat("serving clients on ", ToString(own_.client),
                      " and peers on ", ToString(own_.peer.front()), " (",
                      ModeName(core.mode), ", node ", config_.node_id(), " of ",
                      core.nodes,
                      options_.keys == nullptr
                          ? ", links in the clear: anybody on this machine can "
                            "speak for a node)"
                          : ", links with TLS 1.3)");
}

absl::Status Node::Run() {
  absl::Status status;
  manager_->Ready(Greeting());
  while (status.ok() && !IsDrained()) {
    const Time deadline = std::min(driver_->NextDeadline(), drained_by_);
    // What is due now is found by one comparison; kNever must not overflow.
    const Time now = EventLoop::ReadClock();
    loop_->RunOnce(deadline <= now ? 0 : deadline - now);
    if (signals_->TakeReload()) ReloadKeys();
    if (signals_->stops() > 0 && drained_by_ == kNever) BeginDrain();
    status = driver_->FinishTurn();
    AnswerRefused();
    links_->Flush();
    clients_->Flush();
  }
  sync_.reset();  // Waits for it.
  if (status.ok()) status = driver_->Close();
  if (!status.ok()) {
    narrator_.Error("log_failed",
                    absl::StrCat(status.message(),
                                 "; what this node promises must be on disk, "
                                 "so it ends here"));
    return status;
  }
  narrator_.Info("closed", "closed");
  return absl::OkStatus();
}

void Node::BeginDrain() {
  drained_by_ = loop_->now() + kDrainMax;
  clients_->StopAccepting();
  manager_->Stopping("answering what is in flight");
  narrator_.Info("draining",
                 "draining: answering what is in flight, refusing what is new");
}

bool Node::IsDrained() const {
  return drained_by_ != kNever &&
         (clients_->IsIdle() || signals_->stops() > 1 ||
          EventLoop::ReadClock() >= drained_by_);
}

void Node::AnswerRefused() {
  for (const auto& [client, request] : std::exchange(refused_, {})) {
    Reply reply;
    reply.client = client;
    reply.request = request;
    reply.status = absl::UnavailableError(
        "this node is shutting down, nothing was done; ask another");
    clients_->OnReply(std::move(reply));
  }
}

void Node::ReloadKeys() {
  if (options_.keys == nullptr) {
    return narrator_.Info("keys",
                          "SIGHUP: links are in the clear, there are no keys");
  }
  absl::StatusOr<std::shared_ptr<const TlsContext>> keys = options_.load_keys();
  if (!keys.ok()) {
    return narrator_.Error("keys",
                           absl::StrCat("SIGHUP: the keys in use stay: ",
                                        keys.status().message()));
  }
  options_.keys = *std::move(keys);
  links_->SetTls(options_.keys);
  finder_->discovery().SetTls(options_.keys);
  narrator_.Info("keys", "SIGHUP: new links use the keys as they are now");
}

void Node::OnPeerUp(NodeId peer) {
  narrator_.Info("peer_up", absl::StrCat("node ", peer.value() + 1, " is up"),
                 {{"peer", NumberOf(peer)}});
  if (finder_ != nullptr) finder_->discovery().OnPeersChanged();
  driver_->Handle(PeerUp{peer});
}

void Node::OnPeerDown(NodeId peer) {
  narrator_.Info("peer_down",
                 absl::StrCat("node ", peer.value() + 1, " is down"),
                 {{"peer", NumberOf(peer)}});
  if (finder_ != nullptr) finder_->discovery().OnPeersChanged();
  driver_->Handle(PeerDown{peer});
}

void Node::OnMessage(NodeId from, Message message) {
  driver_->Handle(Receive{from, std::move(message)});
}

void Node::OnRecords(NodeId from, std::vector<std::string> records) {
  if (finder_ != nullptr) finder_->discovery().OnRecords(from, records);
}

void Node::OnLinkReport(const LinkReport& report) {
  const std::string what =
      report.left_out == 0
          ? report.what
          : absl::StrCat(report.what, " (and ", report.left_out,
                         " more like it before)");
  const absl::string_view problem = LinkProblemName(report.problem);
  if (!report.peer.has_value()) {
    return narrator_.Info("link", what, {{"problem", problem}});
  }
  narrator_.Info("link", what,
                 {{"problem", problem}, {"peer", NumberOf(*report.peer)}});
}

void Node::Execute(ClientId client, RequestId request, Command command) {
  if (drained_by_ != kNever) {
    refused_.emplace_back(client, request);
    return;
  }
  driver_->Handle(Request{client, request, std::move(command)});
}

size_t Node::KeyCount() const { return driver_->replica().store().live_keys(); }

std::string Node::Info(const std::string& section) const {
  return InfoText(View(), section);
}

std::string Node::Nodes() const { return NodesText(View()); }

std::string Node::Status() const { return StatusText(View()); }

absl::StatusOr<BackupPage> Node::Backup(uint64_t session) {
  if (session == 0) {
    backup_.emplace(&driver_->replica().store());
    session = ++backup_number_;
    narrator_.Info("backup", absl::StrCat("backup ", session, " begins"));
  }
  if (!backup_.has_value() || session != backup_number_) {
    return absl::NotFoundError(absl::StrCat(
        "backup ", session, " is not under way: another one has begun here"));
  }
  absl::StatusOr<BackupSession::Page> page = backup_->NextPage();
  if (!page.ok() || page->last) {
    narrator_.Info("backup",
                   absl::StrCat("backup ", session,
                                page.ok() ? " is complete" : " has failed"));
    backup_.reset();
  }
  if (!page.ok()) return page.status();
  return BackupPage{.session = session,
                    .last = page->last,
                    .bytes = std::move(page->bytes),
                    .cluster_id = config_.cluster_id(),
                    .node = driver_->replica().config().self};
}

void Node::Send(const Envelope& envelope) {
  narrator_.Sent(envelope);
  links_->Send(envelope.to, envelope.message);
}

void Node::OnDelivered(const Delivery& delivery) {
  if (backup_.has_value()) backup_->OnDelivered(delivery);
  narrator_.Delivered(delivery);
}

void Node::OnFault(const Fault& fault) { narrator_.Proven(fault); }

void Node::OnDisk(const std::string& why) {
  narrator_.Error("disk", why.empty() ? "the disk takes writes again" : why);
}

void Node::StartSync() {
  sync_->Start(
      [log = &driver_->log()] { return log->Sync(); },
      [this](const absl::Status& status) { driver_->OnSynced(status); });
}

void Node::Answer(Reply reply) { clients_->OnReply(std::move(reply)); }

NodeView Node::View() const {
  const Replica& replica = driver_->replica();
  const Time now = EventLoop::ReadClock();
  NodeView view;
  view.self = replica.config().self;
  view.mode = replica.config().mode;
  view.uptime = now - started_;
  view.keys = replica.store().live_keys();
  view.log_bytes = driver_->log().bytes();
  view.log_segments = driver_->log().segments();
  view.log_reserve_bytes = driver_->log().reserve_bytes();
  view.driver = driver_->stats();
  view.clients = clients_->Stats();
  view.memory_bytes = replica.Memory().Total();
  if (view.mode == Mode::kBracha) {
    view.memory_bytes_max = bracha::MemoryBound(replica.config()).Total();
  }
  view.faults = FaultsProven(replica);
  view.secured = options_.keys != nullptr;
  view.links = links_->Totals();
  if (finder_ != nullptr) {
    view.records = finder_->book().All().size();
    view.records_judged = finder_->book().counts();
  }
  for (int i = 0; i < replica.config().nodes; ++i) {
    MemberView member;
    member.id = NodeId(static_cast<uint32_t>(i));
    const AddressRecord* record =
        finder_ == nullptr ? nullptr : finder_->book().Find(member.id);
    member.client_address =
        record != nullptr ? ToString(record->client_address)
                          : FindMember(config_, static_cast<uint32_t>(i) + 1)
                                .client_address();
    member.self = member.id == view.self;
    if (member.self) {
      member.up = true;
      member.since = view.uptime;
      member.peer_address = ToString(own_.peer.front());
      for (int origin = 0; origin < replica.config().nodes; ++origin) {
        member.watermarks.push_back(
            replica.Watermark(NodeId(static_cast<uint32_t>(origin))));
      }
    } else {
      const PeerStats stats = links_->Stats(member.id);
      member.up = stats.up;
      member.heard_of = stats.connects > 0;
      member.since = now - stats.since;
      member.round_trip = stats.round_trip;
      member.peer_address = stats.address;
      member.suspected = now - std::max(stats.last_heard, started_) >
                         config_.idle_timeout_ms() * kMillisecond / 2;
      member.watermarks = replica.View(member.id).watermarks;
    }
    view.members.push_back(std::move(member));
  }
  return view;
}

}  // namespace distdb
