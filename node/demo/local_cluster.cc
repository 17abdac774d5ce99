#include "node/demo/local_cluster.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/socket.h"
#include "net/unique_fd.h"
#include "node/child_process.h"
#include "node/cluster_files.h"
#include "node/config.h"
#include "node/config.pb.h"
#include "node/database_client.h"
#include "node/demo/node_lines.h"
#include "node/port_reservation.h"

namespace distdb {
namespace {

constexpr Duration kWaitMax = 30 * kSecond;
constexpr Duration kEndMax = 5 * kSecond;
constexpr Duration kAskInterval = 5 * kMillisecond;

// Between two questions.
void Pause() {
  const timespec pause{0, kAskInterval};
  nanosleep(&pause, nullptr);
}

absl::StatusOr<PortReservation> ReservePort(uint16_t port) {
  absl::StatusOr<PortReservation> reserved = PortReservation::Reserve(port);
  if (reserved.ok() || !absl::IsAlreadyExists(reserved.status())) {
    return reserved;
  }
  return absl::AlreadyExistsError(
      absl::StrCat("port ", port,
                   " is in use; choose others with --base_port=PORT, or "
                   "--base_port=0 for any that are free"));
}

std::string LogPath(const std::string& dir, int id) {
  return absl::StrCat(dir, "/node-", id, ".log");
}

std::string LastLine(const std::string& path) {
  std::ifstream file(path);
  std::string line, last;
  while (std::getline(file, line)) last = line;
  return last;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalCluster>> LocalCluster::Create(
    const LocalClusterOptions& options) {
  std::string dir = options.dir;
  const bool temporary = dir.empty();
  if (temporary) {
    const char* root = std::getenv("TMPDIR");
    dir = absl::StrCat(root == nullptr ? "/tmp" : root, "/distdb-demo-XXXXXX");
    if (mkdtemp(dir.data()) == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("cannot create ", dir, ": ", std::strerror(errno)));
    }
  }
  std::unique_ptr<LocalCluster> cluster(
      new LocalCluster(dir, temporary, options));
  cluster->existing_ = std::filesystem::exists(ConfigPath(dir, 1));
  absl::Status status =
      cluster->existing_ ? cluster->UseExisting() : cluster->PlanNew(options);
  if (!status.ok()) return status;
  cluster->children_.resize(cluster->endpoints_.size());
  return cluster;
}

LocalCluster::LocalCluster(std::string dir, bool temporary,
                           const LocalClusterOptions& options)
    : dir_(std::move(dir)),
      temporary_(temporary),
      program_(options.program.empty() ? OwnPath() : options.program),
      log_(options.log),
      insecure_(options.insecure) {}

LocalCluster::~LocalCluster() {
  const std::lock_guard<std::mutex> lock(children_mutex_);
  EndAll();
}

absl::Status LocalCluster::PlanNew(const LocalClusterOptions& options) {
  std::vector<NodePorts> all_ports =
      options.base_port == 0
          ? std::vector<NodePorts>(options.nodes)
          : ConsecutivePorts(options.nodes, options.base_port);
  for (NodePorts& ports : all_ports) {
    for (uint16_t* port : {&ports.client, &ports.peer}) {
      absl::StatusOr<PortReservation> reserved = ReservePort(*port);
      if (!reserved.ok()) return reserved.status();
      *port = reserved->port();
      reservations_.push_back(*std::move(reserved));
    }
    endpoints_.push_back({"127.0.0.1", ports.client});
  }
  mode_ = options.mode;
  const absl::StatusOr<ClusterPlan> plan =
      DrawPlan(options.mode, std::move(all_ports));
  return plan.ok() ? WriteClusterFiles(*plan, dir_) : plan.status();
}

absl::Status LocalCluster::UseExisting() {
  const absl::StatusOr<NodeConfig> config = LoadNodeConfig(ConfigPath(dir_, 1));
  if (!config.ok()) return config.status();
  for (int id = 1; id <= config->members_size(); ++id) {
    const Member& member = FindMember(*config, static_cast<uint32_t>(id));
    if (!member.has_client_address() || !member.has_peer_address()) {
      return absl::FailedPreconditionError(absl::StrCat(
          ConfigPath(dir_, 1), ": node ", id,
          " has no addresses; demo starts clusters whose ports are known: give "
          "another --dir, or start the nodes by hand with `distdb serve`"));
    }
    for (const std::string& address :
         {member.client_address(), member.peer_address()}) {
      const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(address);
      if (!endpoint.ok()) return endpoint.status();
      absl::StatusOr<PortReservation> reserved = ReservePort(endpoint->port);
      if (!reserved.ok()) {
        return absl::Status(
            reserved.status().code(),
            absl::StrCat(ConfigPath(dir_, 1), ": port ", endpoint->port,
                         " is in use; stop the process that holds it"));
      }
      reservations_.push_back(*std::move(reserved));
    }
    endpoints_.push_back(*ParseEndpoint(member.client_address()));
  }
  mode_ = config->mode();
  return absl::OkStatus();
}

bool LocalCluster::IsRunning(int id) {
  const std::lock_guard<std::mutex> lock(children_mutex_);
  std::optional<ChildProcess>& child = children_[id - 1];
  return child.has_value() && !child->Poll().has_value();
}

pid_t LocalCluster::Pid(int id) {
  const std::lock_guard<std::mutex> lock(children_mutex_);
  const std::optional<ChildProcess>& child = children_[id - 1];
  return child.has_value() ? child->pid() : 0;
}

std::vector<int> LocalCluster::Running() {
  std::vector<int> running;
  for (int id = 1; id <= nodes(); ++id) {
    if (IsRunning(id)) running.push_back(id);
  }
  return running;
}

absl::Status LocalCluster::StartAll() {
  absl::Status status;
  for (int id = 1; id <= nodes() && status.ok(); ++id) status = Launch(id);
  if (!status.ok()) return status;
  status = WaitUntil("the nodes to be connected", [&] {
    return Running().size() < endpoints_.size() || SeeEachOther();
  });
  for (int id = 1; id <= nodes() && status.ok(); ++id) {
    status = CheckLaunched(id);
  }
  for (int id = 1; id <= nodes() && status.ok(); ++id) {
    status = WaitUntilCaughtUp(id);
  }
  return status;
}

absl::Status LocalCluster::Start(int id) {
  absl::Status status = Launch(id);
  if (!status.ok()) return status;
  status = WaitUntil(absl::StrCat("node ", id, " to be connected"),
                     [&] { return !IsRunning(id) || SeeEachOther(); });
  if (status.ok()) status = CheckLaunched(id);
  return status.ok() ? WaitUntilCaughtUp(id) : status;
}

absl::Status LocalCluster::Kill(int id) {
  {
    const std::lock_guard<std::mutex> lock(children_mutex_);
    std::optional<ChildProcess>& child = children_[id - 1];
    if (child.has_value()) {
      child->Signal(SIGKILL);
      child->Wait(kEndMax);
      child.reset();
    }
  }
  return WaitUntil(absl::StrCat("the others to miss node ", id),
                   [&] { return SeeEachOther(); });
}

void LocalCluster::Signal(int id, int signal) {
  const std::lock_guard<std::mutex> lock(children_mutex_);
  std::optional<ChildProcess>& child = children_[id - 1];
  if (child.has_value()) child->Signal(signal);
}

absl::StatusOr<DatabaseClient> LocalCluster::Connect(int id) {
  return DatabaseClient::Connect(endpoint(id));
}

void LocalCluster::Abandon() {
  children_mutex_.lock();  // For good.
  EndAll();
}

void LocalCluster::EndAll() {
  for (std::optional<ChildProcess>& child : children_) child.reset();
  if (!temporary_) return;
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

absl::Status LocalCluster::Launch(int id) {
  // Held while it starts: Abandon must find it, or it must not be started.
  const std::lock_guard<std::mutex> lock(children_mutex_);
  const std::string path = LogPath(dir_, id);
  const UniqueFd log(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!log.is_open()) {
    return absl::UnavailableError(
        absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  }
  std::vector<std::string> words = {
      program_, "serve",
      absl::StrCat("--config=", ConfigPath(dir_, static_cast<uint32_t>(id))),
      "--log=" + log_};
  if (insecure_) words.push_back("--insecure");
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start(words, {-1, log.get(), log.get()});
  if (!child.ok()) return child.status();
  children_[id - 1].emplace(*std::move(child));
  return absl::OkStatus();
}

absl::Status LocalCluster::CheckLaunched(int id) {
  if (IsRunning(id)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "node ", id, " did not start: ", LastLine(LogPath(dir_, id))));
}

absl::Status LocalCluster::WaitUntil(const std::string& what,
                                     const std::function<bool()>& holds) {
  const Time deadline = EventLoop::ReadClock() + kWaitMax;
  while (!holds()) {
    if (EventLoop::ReadClock() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("waited ", kWaitMax / kSecond, " seconds for ", what,
                       "; see ", dir_, "/node-*.log"));
    }
    Pause();
  }
  return absl::OkStatus();
}

bool LocalCluster::SeeEachOther() {
  for (const int id : Running()) {
    absl::StatusOr<DatabaseClient> client = Connect(id);
    if (!client.ok()) return false;
    const absl::StatusOr<std::string> text = client->Nodes();
    if (!text.ok()) return false;
    for (const NodeLine& line : ParseNodeLines(*text)) {
      if (line.up != IsRunning(line.id)) return false;
    }
  }
  return true;
}

std::optional<std::vector<uint64_t>> LocalCluster::Delivered(int id) {
  absl::StatusOr<DatabaseClient> client = Connect(id);
  if (!client.ok()) return std::nullopt;
  const absl::StatusOr<std::string> text = client->Nodes();
  if (!text.ok()) return std::nullopt;
  for (NodeLine& line : ParseNodeLines(*text)) {
    if (line.asked) return std::move(line.delivered);
  }
  return std::nullopt;
}

absl::Status LocalCluster::WaitUntilCaughtUp(int id) {
  // What some other node has now; what comes later is no arrears.
  std::vector<uint64_t> target(endpoints_.size(), 0);
  for (const int other : Running()) {
    const std::vector<uint64_t> theirs =
        Delivered(other).value_or(std::vector<uint64_t>());
    for (size_t i = 0; i < theirs.size() && i < target.size(); ++i) {
      target[i] = std::max(target[i], theirs[i]);
    }
  }
  return WaitUntil(absl::StrCat("node ", id, " to catch up"), [&] {
    const std::optional<std::vector<uint64_t>> has = Delivered(id);
    if (!has.has_value() || has->size() != target.size()) return false;
    for (size_t i = 0; i < target.size(); ++i) {
      if ((*has)[i] < target[i]) return false;
    }
    return true;
  });
}

}  // namespace distdb
