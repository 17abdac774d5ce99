// Operation: one command of a client, from its start to its reply.
//
// It is made from the arguments (ParseCommand, commands.h), started when its
// turn has come, asks for any number of replica commands, is told each of their
// replies, and is then done. It knows nothing of connections and of order:
//
//   operation->Start(requests);            // appends what to execute
//   operation->HandleReply(part, reply, requests);   // … perhaps more
//   if (operation->done()) send(operation->reply());

#ifndef DISTDB_NET_RESP_OPERATION_H_
#define DISTDB_NET_RESP_OPERATION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/command.h"
#include "net/resp/scan_cursors.h"

namespace distdb {

// A command for the replica. `part` comes back with its reply.
struct PartRequest {
  uint32_t part = 0;
  Command command;
};

// What an operation touches, which decides what it may overlap with.
enum class Access : uint8_t {
  kNone,       // Nothing: it may start at once.
  kWrite,      // Overlaps with writes.
  kRead,       // Overlaps with reads.
  kReadAlone,  // A read of many keys: starts when nothing else is in flight.
};

// Replies are refused beyond this, in favour of SCAN or smaller requests.
inline constexpr size_t kReplyBytesMax = 32 * 1024 * 1024;

class Operation {
 public:
  explicit Operation(Access access) : access_(access) {}
  virtual ~Operation() = default;

  // Called once.
  virtual void Start(std::vector<PartRequest>& requests) = 0;
  // Called once per request, while !done() or after.
  virtual void HandleReply(uint32_t part, Reply reply,
                           std::vector<PartRequest>& requests) = 0;

  Access access() const { return access_; }
  // The client has asked to be hung up on.
  bool closes() const { return closes_; }
  void set_closes() { closes_ = true; }
  // The reply is there, and all requests have been answered.
  bool done() const { return done_; }
  // RESP bytes; may be taken out.
  std::string& reply() { return reply_; }

 protected:
  void Finish() { done_ = true; }

 private:
  Access access_;
  bool closes_ = false;
  bool done_ = false;
  std::string reply_;
};

// How the reply to a write looks.
enum class WriteReply : uint8_t {
  kOk,               // +OK
  kExisted,          // :how many keys existed
  kToken,            // "ORIGIN:SEQ"
  kTokenAndExisted,  // [token, how many]
};

using OperationPtr = std::unique_ptr<Operation>;

// The reply is known already.
OperationPtr MakeAnswer(std::string reply);
OperationPtr MakeError(absl::string_view text);
// The reply is computed when the operation starts.
OperationPtr MakeLookup(std::function<void(std::string& reply)> compute);
OperationPtr MakeWrite(Write write, WriteReply form);
OperationPtr MakeGet(Get get);
// MGET, EXISTS.
OperationPtr MakeMultiGet(std::vector<std::string> keys);
OperationPtr MakeExists(std::vector<std::string> keys);
// KEYS.
OperationPtr MakeKeys(std::string pattern);
// DISTDB.LIST.
OperationPtr MakeList(List list);
// SCAN; `cursors` outlives the operation.
OperationPtr MakeScan(List list, std::string pattern, ScanCursors* cursors);

}  // namespace distdb

#endif  // DISTDB_NET_RESP_OPERATION_H_
