// FakeBackend: a map that answers when the test says so.

#ifndef DISTDB_NET_RESP_FAKE_BACKEND_TEST_UTIL_H_
#define DISTDB_NET_RESP_FAKE_BACKEND_TEST_UTIL_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "core/command.h"
#include "gtest/gtest.h"
#include "net/resp/backend.h"
#include "net/resp/server.h"

namespace distdb {

class FakeBackend : public Backend {
 public:
  struct Pending {
    ClientId client;
    RequestId request;
    Command command;
  };

  void Execute(ClientId client, RequestId request, Command command) override {
    EXPECT_FALSE(answering_) << "the backend is called from the loop only";
    pending.push_back({client, request, std::move(command)});
    pending_max = std::max(pending_max, pending.size());
  }
  size_t KeyCount() const override { return map.size(); }
  std::string Info(const std::string& section) const override {
    return "# Section " + section + "\n";
  }
  std::string Nodes() const override { return "node-1\n"; }
  std::string Status() const override { return "well\n"; }
  absl::StatusOr<BackupPage> Backup(uint64_t session) override {
    if (session > 1) return absl::NotFoundError("no such backup");
    return BackupPage{.session = 1,
                      .last = session == 1,
                      .bytes = "page",
                      .cluster_id = 18446744073709551615u,
                      .node = NodeId(2)};
  }

  // Answers all that is pending.
  void AnswerAll(RespServer& server) {
    while (!pending.empty()) AnswerOne(server);
  }
  void AnswerOne(RespServer& server) {
    Pending next = std::move(pending.front());
    pending.pop_front();
    answering_ = true;
    server.OnReply(Apply(std::move(next)));
    answering_ = false;
  }

  std::deque<Pending> pending;
  size_t pending_max = 0;
  std::map<std::string, std::string> map;
  absl::Status status;  // Of every reply.

 private:
  Reply Apply(Pending next) {
    Reply reply;
    reply.client = next.client;
    reply.request = next.request;
    reply.status = status;
    if (!status.ok()) return reply;
    if (auto* write = std::get_if<Write>(&next.command)) {
      reply.token = Dot{NodeId(2), ++seq_};
      for (Mutation& mutation : write->mutations) {
        reply.existed += static_cast<uint32_t>(map.erase(mutation.key));
        if (mutation.kind == MutationKind::kPut) {
          map[mutation.key] = std::move(mutation.value);
        }
      }
    } else if (auto* get = std::get_if<Get>(&next.command)) {
      const auto found = map.find(get->key);
      if (found != map.end()) {
        reply.entries.push_back({found->first, found->second});
      }
    } else if (auto* list = std::get_if<List>(&next.command)) {
      auto at = map.lower_bound(std::max(list->prefix, list->start));
      for (; at != map.end() && absl::StartsWith(at->first, list->prefix);
           ++at) {
        reply.more = reply.entries.size() == list->limit;
        if (reply.more) break;
        reply.entries.push_back({at->first, at->second});
      }
    }
    return reply;
  }

  Seq seq_;
  bool answering_ = false;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_FAKE_BACKEND_TEST_UTIL_H_
