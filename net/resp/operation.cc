#include "net/resp/operation.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "net/resp/glob.h"
#include "net/resp/reply_writer.h"
#include "net/resp/scan_cursors.h"
#include "net/resp/token.h"

namespace distdb {
namespace {

// Keys of one MGET that are read at the same time.
constexpr uint32_t kPartsInFlightMax = 64;
// Keys of one page of KEYS; they come with their values.
constexpr uint32_t kKeysPage = 256;

void AppendStatus(const absl::Status& status, std::string& out) {
  const char* code = "ERR";
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      code = "TRYAGAIN";
      break;
    case absl::StatusCode::kUnavailable:
      code = "UNAVAILABLE";
      break;
    case absl::StatusCode::kDeadlineExceeded:
      code = "TIMEOUT";
      break;
    default:
      break;
  }
  AppendError(absl::StrCat(code, " ", status.message()), out);
}

// The smallest key behind `key`.
std::string KeyAfter(std::string key) {
  key.push_back('\0');
  return key;
}

class Answer : public Operation {
 public:
  explicit Answer(std::string text) : Operation(Access::kNone) {
    reply() = std::move(text);
  }
  void Start(std::vector<PartRequest>& /*requests*/) override { Finish(); }
  void HandleReply(uint32_t /*part*/, Reply /*reply*/,
                   std::vector<PartRequest>& /*requests*/) override {}
};

class Lookup : public Operation {
 public:
  explicit Lookup(std::function<void(std::string& reply)> compute)
      : Operation(Access::kRead), compute_(std::move(compute)) {}
  void Start(std::vector<PartRequest>& /*requests*/) override {
    compute_(reply());
    Finish();
  }
  void HandleReply(uint32_t /*part*/, Reply /*reply*/,
                   std::vector<PartRequest>& /*requests*/) override {}

 private:
  std::function<void(std::string& reply)> compute_;
};

// One command, one reply.
class Single : public Operation {
 public:
  Single(Access access, Command command)
      : Operation(access), command_(std::move(command)) {}

  void Start(std::vector<PartRequest>& requests) override {
    requests.push_back({0, std::move(command_)});
  }
  void HandleReply(uint32_t /*part*/, Reply from,
                   std::vector<PartRequest>& /*requests*/) override {
    if (from.status.ok()) {
      Render(from);
    } else {
      AppendStatus(from.status, reply());
    }
    if (reply().size() > kReplyBytesMax) {
      reply().clear();
      AppendError("ERR the answer is too large: give a smaller limit", reply());
    }
    Finish();
  }

 protected:
  virtual void Render(Reply& from) = 0;

 private:
  Command command_;
};

class WriteOperation : public Single {
 public:
  WriteOperation(Write write, WriteReply form)
      : Single(Access::kWrite, std::move(write)), form_(form) {}

 private:
  void Render(Reply& from) override {
    switch (form_) {
      case WriteReply::kOk:
        return AppendSimple("OK", reply());
      case WriteReply::kExisted:
        return AppendInteger(from.existed, reply());
      case WriteReply::kToken:
        return AppendBulk(FormatToken(from.token), reply());
      case WriteReply::kTokenAndExisted:
        AppendArrayHeader(2, reply());
        AppendBulk(FormatToken(from.token), reply());
        AppendInteger(from.existed, reply());
    }
  }

  WriteReply form_;
};

class GetOperation : public Single {
 public:
  explicit GetOperation(Get get) : Single(Access::kRead, std::move(get)) {}

 private:
  void Render(Reply& from) override {
    if (from.entries.empty()) return AppendNil(reply());
    AppendBulk(from.entries.front().value, reply());
  }
};

class ListOperation : public Single {
 public:
  explicit ListOperation(List list)
      : Single(Access::kReadAlone, std::move(list)) {}

 private:
  void Render(Reply& from) override {
    AppendArrayHeader(1 + 2 * from.entries.size(), reply());
    AppendInteger(from.more ? 1 : 0, reply());
    for (const KeyValue& entry : from.entries) {
      AppendBulk(entry.key, reply());
      AppendBulk(entry.value, reply());
    }
  }
};

class ScanOperation : public Single {
 public:
  ScanOperation(List list, std::string pattern, ScanCursors* cursors)
      : Single(Access::kReadAlone, std::move(list)),
        pattern_(std::move(pattern)),
        cursors_(cursors) {}

 private:
  void Render(Reply& from) override {
    uint64_t cursor = 0;
    if (from.more && !from.entries.empty()) {
      cursor = cursors_->Remember(KeyAfter(from.entries.back().key));
    }
    std::string keys;
    size_t count = 0;
    for (const KeyValue& entry : from.entries) {
      if (!MatchesGlob(pattern_, entry.key)) continue;
      AppendBulk(entry.key, keys);
      ++count;
    }
    AppendArrayHeader(2, reply());
    AppendBulk(absl::StrCat(cursor), reply());
    AppendArrayHeader(count, reply());
    reply().append(keys);
  }

  std::string pattern_;
  ScanCursors* cursors_;
};

// Reads many keys, a bounded number at a time. After an error it asks for no
// more, and is done when what is in flight has come back.
class MultiGet : public Operation {
 public:
  explicit MultiGet(std::vector<std::string> keys)
      : Operation(Access::kReadAlone), keys_(std::move(keys)) {}

  void Start(std::vector<PartRequest>& requests) override {
    while (in_flight_ < kPartsInFlightMax && next_ < keys_.size()) {
      Request(requests);
    }
  }

  void HandleReply(uint32_t part, Reply from,
                   std::vector<PartRequest>& requests) override {
    --in_flight_;
    if (error_.ok()) error_ = from.status;
    if (error_.ok()) Take(part, from);
    if (error_.ok() && next_ < keys_.size()) return Request(requests);
    if (in_flight_ > 0) return;
    if (error_.ok()) {
      Render();
    } else {
      AppendStatus(error_, reply());
    }
    Finish();
  }

 protected:
  virtual void Take(uint32_t part, Reply& from) = 0;
  virtual void Render() = 0;
  size_t size() const { return keys_.size(); }
  void Fail(absl::Status error) { error_ = std::move(error); }

 private:
  void Request(std::vector<PartRequest>& requests) {
    const auto part = static_cast<uint32_t>(next_++);
    ++in_flight_;
    requests.push_back(
        {part, Get{.key = std::move(keys_[part]), .at_least = {}}});
  }

  std::vector<std::string> keys_;
  size_t next_ = 0;
  uint32_t in_flight_ = 0;
  absl::Status error_;
};

class MGetOperation : public MultiGet {
 public:
  explicit MGetOperation(std::vector<std::string> keys)
      : MultiGet(std::move(keys)), values_(size()) {}

 private:
  void Take(uint32_t part, Reply& from) override {
    std::string& value = values_[part];
    if (from.entries.empty()) {
      AppendNil(value);
    } else {
      AppendBulk(from.entries.front().value, value);
    }
    bytes_ += value.size();
    if (bytes_ > kReplyBytesMax) {
      Fail(absl::InvalidArgumentError(
          "the answer is too large: ask for fewer keys"));
    }
  }
  void Render() override {
    AppendArrayHeader(values_.size(), reply());
    for (const std::string& value : values_) reply().append(value);
  }

  std::vector<std::string> values_;
  size_t bytes_ = 0;
};

class ExistsOperation : public MultiGet {
 public:
  explicit ExistsOperation(std::vector<std::string> keys)
      : MultiGet(std::move(keys)) {}

 private:
  void Take(uint32_t /*part*/, Reply& from) override {
    existing_ += from.entries.empty() ? 0 : 1;
  }
  void Render() override { AppendInteger(existing_, reply()); }

  int64_t existing_ = 0;
};

// Goes through all keys with the pattern's prefix, page by page.
class KeysOperation : public Operation {
 public:
  explicit KeysOperation(std::string pattern)
      : Operation(Access::kReadAlone), pattern_(std::move(pattern)) {}

  void Start(std::vector<PartRequest>& requests) override {
    RequestPage("", requests);
  }

  void HandleReply(uint32_t /*part*/, Reply from,
                   std::vector<PartRequest>& requests) override {
    if (!from.status.ok()) {
      AppendStatus(from.status, reply());
      return Finish();
    }
    for (const KeyValue& entry : from.entries) {
      if (!MatchesGlob(pattern_, entry.key)) continue;
      AppendBulk(entry.key, keys_);
      ++count_;
    }
    if (keys_.size() > kReplyBytesMax) {
      AppendError("ERR the answer is too large: use SCAN", reply());
      return Finish();
    }
    if (from.more && !from.entries.empty()) {
      return RequestPage(KeyAfter(from.entries.back().key), requests);
    }
    AppendArrayHeader(count_, reply());
    reply().append(keys_);
    Finish();
  }

 private:
  void RequestPage(std::string start, std::vector<PartRequest>& requests) {
    requests.push_back({0, List{.prefix = GlobPrefix(pattern_),
                                .start = std::move(start),
                                .limit = kKeysPage,
                                .at_least = {}}});
  }

  std::string pattern_;
  std::string keys_;
  size_t count_ = 0;
};

}  // namespace

OperationPtr MakeAnswer(std::string reply) {
  return std::make_unique<Answer>(std::move(reply));
}

OperationPtr MakeError(absl::string_view text) {
  std::string reply;
  AppendError(text, reply);
  return MakeAnswer(std::move(reply));
}

OperationPtr MakeLookup(std::function<void(std::string& reply)> compute) {
  return std::make_unique<Lookup>(std::move(compute));
}

OperationPtr MakeWrite(Write write, WriteReply form) {
  return std::make_unique<WriteOperation>(std::move(write), form);
}

OperationPtr MakeGet(Get get) {
  return std::make_unique<GetOperation>(std::move(get));
}

OperationPtr MakeMultiGet(std::vector<std::string> keys) {
  return std::make_unique<MGetOperation>(std::move(keys));
}

OperationPtr MakeExists(std::vector<std::string> keys) {
  return std::make_unique<ExistsOperation>(std::move(keys));
}

OperationPtr MakeKeys(std::string pattern) {
  return std::make_unique<KeysOperation>(std::move(pattern));
}

OperationPtr MakeList(List list) {
  return std::make_unique<ListOperation>(std::move(list));
}

OperationPtr MakeScan(List list, std::string pattern, ScanCursors* cursors) {
  return std::make_unique<ScanOperation>(std::move(list), std::move(pattern),
                                         cursors);
}

}  // namespace distdb
