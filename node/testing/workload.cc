#include "node/testing/workload.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/types.h"
#include "node/database_client.h"
#include "node/testing/program.h"

namespace distdb {
namespace {

// Before a client turns to the next node: with all of them down it must not
// take the processor from those who start them.
void PauseAfterFailure() {
  const timespec pause{0, 2 * kMillisecond};
  nanosleep(&pause, nullptr);
}

constexpr char kKeyPrefix[] = "load/";

}  // namespace

Workload::Workload(std::vector<Endpoint> nodes, int writers)
    : nodes_(std::move(nodes)), answered_(writers) {
  for (int writer = 0; writer < writers; ++writer) {
    threads_.emplace_back([this, writer] { Write(writer); });
  }
}

bool Workload::AwaitAnswered(uint64_t writes) const {
  const uint64_t target = answered_count_ + writes;
  return Eventually([&] { return answered_count_ >= target; });
}

void Workload::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<std::string> Workload::answered() const {
  std::vector<std::string> all;
  for (const std::vector<std::string>& keys : answered_) {
    all.insert(all.end(), keys.begin(), keys.end());
  }
  return all;
}

std::string Workload::ValueOf(const std::string& key) {
  return absl::StrCat("value of ", key, ", ", std::string(key.size() * 8, '+'));
}

void Workload::Write(int writer) {
  size_t node = static_cast<size_t>(writer) % nodes_.size();
  uint64_t number = 0;
  while (!stopping_) {
    absl::StatusOr<DatabaseClient> client =
        DatabaseClient::Connect(nodes_[node]);
    while (client.ok() && !stopping_) {
      const std::string key = absl::StrCat(kKeyPrefix, writer, "/", ++number);
      if (!client->Put(key, ValueOf(key)).ok()) break;
      answered_[writer].push_back(key);
      ++answered_count_;
    }
    if (stopping_) return;
    ++failed_;
    node = (node + 1) % nodes_.size();
    PauseAfterFailure();
  }
}

std::unique_ptr<Workload> StartWorkload(const LocalCluster& cluster,
                                        int writers) {
  std::vector<Endpoint> nodes;
  for (int id = 1; id <= cluster.nodes(); ++id) {
    nodes.push_back(cluster.endpoint(id));
  }
  return std::make_unique<Workload>(std::move(nodes), writers);
}

std::map<std::string, std::string> Contents(LocalCluster& cluster, int id) {
  std::map<std::string, std::string> contents;
  absl::StatusOr<DatabaseClient> client = cluster.Connect(id);
  EXPECT_TRUE(client.ok()) << client.status();
  if (!client.ok()) return contents;
  absl::StatusOr<std::vector<KeyValue>> entries = client->List("", "");
  EXPECT_TRUE(entries.ok()) << entries.status();
  if (!entries.ok()) return contents;
  for (KeyValue& entry : *entries) {
    contents[std::move(entry.key)] = std::move(entry.value);
  }
  return contents;
}

void ExpectValuesAreRight(const std::map<std::string, std::string>& contents) {
  for (const auto& [key, value] : contents) {
    ASSERT_TRUE(absl::StartsWith(key, kKeyPrefix)) << key;
    ASSERT_EQ(value, Workload::ValueOf(key));
  }
}

void ExpectAllHold(LocalCluster& cluster,
                   const std::vector<std::string>& keys) {
  std::map<std::string, std::string> contents;
  int differs = 0;
  EXPECT_TRUE(Eventually([&] {
    contents = Contents(cluster, 1);
    for (differs = 2; differs <= cluster.nodes(); ++differs) {
      if (Contents(cluster, differs) != contents) return false;
    }
    return true;
  })) << "node "
      << differs << " differs from node 1";
  ExpectValuesAreRight(contents);
  const auto missing = std::find_if(
      keys.begin(), keys.end(),
      [&](const std::string& key) { return contents.count(key) == 0; });
  EXPECT_TRUE(missing == keys.end())
      << *missing << " was answered OK, and is lost";
}

}  // namespace distdb
