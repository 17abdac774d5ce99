#include "node/testing/test_cluster.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "node/cluster_files.h"
#include "node/database_client.h"
#include "node/testing/files.h"
#include "node/testing/program.h"

namespace distdb {
namespace {

void SetFileBytesMax(pid_t pid, rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  EXPECT_EQ(prlimit(pid, RLIMIT_FSIZE, &limit, nullptr), 0);
}

}  // namespace

TestCluster::TestCluster(int nodes, const std::string& settings) {
  LocalClusterOptions options;
  options.nodes = nodes;
  options.dir = dir_.path();
  options.program = DistdbPath();
  absl::StatusOr<std::unique_ptr<LocalCluster>> cluster =
      LocalCluster::Create(options);
  EXPECT_TRUE(cluster.ok()) << cluster.status();
  cluster_ = *std::move(cluster);
  for (int id = 1; id <= nodes; ++id) {
    std::ofstream(ConfigPath(dir_.path(), static_cast<uint32_t>(id)),
                  std::ios::app)
        << settings << "\n";
  }
  StartAll();
}

void TestCluster::Kill(int id) {
  const absl::Status status = cluster_->Kill(id);
  EXPECT_TRUE(status.ok()) << status;
}

void TestCluster::Start(int id) {
  const absl::Status status = cluster_->Start(id);
  EXPECT_TRUE(status.ok()) << status;
}

void TestCluster::EndAll(int signal) {
  for (int id = 1; id <= cluster_->nodes(); ++id) cluster_->Signal(id, signal);
  EXPECT_TRUE(Eventually([&] { return cluster_->Running().empty(); }));
}

void TestCluster::StartAll() {
  const absl::Status status = cluster_->StartAll();
  EXPECT_TRUE(status.ok()) << status;
}

std::string TestCluster::ConfigFlag(int id) const {
  return absl::StrCat("--config=",
                      ConfigPath(dir_.path(), static_cast<uint32_t>(id)));
}

std::string TestCluster::NodeDir(int id) const {
  return absl::StrCat(dir_.path(), "/node-", id);
}

std::string TestCluster::Told(int id) const {
  return ReadFile(absl::StrCat(NodeDir(id), ".log"));
}

std::string TestCluster::ReservePath(int id) const {
  return NodeDir(id) + "/log.reserve";
}

uint64_t TestCluster::ReserveBytes(int id) const {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(ReservePath(id), error);
  return error ? 0 : size;
}

uint64_t TestCluster::LogBytes(int id) const {
  uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(NodeDir(id), error)) {
    const std::string path = entry.path();
    if (!absl::StrContains(path, "/log") || path == ReservePath(id)) continue;
    const uint64_t size = entry.file_size(error);
    if (!error) bytes += size;  // Else it is gone already.
  }
  return bytes;
}

int64_t TestCluster::Counter(int id, const std::string& name) {
  absl::StatusOr<DatabaseClient> client = cluster_->Connect(id);
  if (!client.ok()) return -1;
  const std::string status = client->Status().value_or("");
  int64_t value = -1;
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    if (absl::ConsumePrefix(&line, name + ": ") &&
        !absl::SimpleAtoi(line, &value)) {
      return -1;
    }
  }
  return value;
}

void TestCluster::FillDisk(int id) { SetFileBytesMax(cluster_->Pid(id), 8192); }

void TestCluster::MakeRoom(int id) {
  SetFileBytesMax(cluster_->Pid(id), RLIM_INFINITY);
}

}  // namespace distdb
