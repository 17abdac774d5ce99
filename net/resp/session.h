// Session: one client's connection, its requests in flight and the order of its
// replies.
//
// Each request becomes an Operation in a queue. Operations start in order, as
// far as Access lets them overlap; their replies leave in order. See server.h
// for what clients may rely on.
//
// Bounds: kPipelineMax operations in the queue, of which kReadsInFlightMax
// reads are in flight; one request and kReadBytes unparsed; kOutputPauseBytes
// unsent before no read is started any more and no input is read. As many reads
// are in flight as should fill that, going by the size of the latest replies,
// so that large values are read a few at a time.

#ifndef DISTDB_NET_RESP_SESSION_H_
#define DISTDB_NET_RESP_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/command.h"
#include "core/types.h"
#include "net/codec/byte_queue.h"
#include "net/event_loop.h"
#include "net/resp/command_context.h"
#include "net/resp/operation.h"
#include "net/resp/request_parser.h"
#include "net/unique_fd.h"

namespace distdb {

inline constexpr size_t kPipelineMax = 1024;
inline constexpr size_t kReadsInFlightMax = 64;
inline constexpr size_t kOutputPauseBytes = 1024 * 1024;

class Session : public FdHandler {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // Something has happened: there may be output, or the session is finished
    // and may be destroyed in this call.
    virtual void OnActivity(Session* session) = 0;
  };

  // `loop`, `owner` and what `context` points to outlive the session.
  Session(UniqueFd socket, const CommandContext& context, EventLoop* loop,
          Owner* owner);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Begins to read.
  absl::Status Start();

  ClientId id() const { return context_.client; }

  // The answer to a request. Calls neither Backend nor Owner: what the answer
  // makes possible follows in the next turn.
  void HandleReply(Reply reply);

  // Writes the replies that are due. Calls neither Backend nor Owner.
  void Flush();

  // Nothing more will be read, answered or written.
  bool finished() const;
  // Every request that has come is answered, and the answers are sent.
  bool idle() const { return operations_.empty() && output_.empty(); }
  bool has_output() const { return !output_.empty(); }
  // Since when there is output and the client has taken none; kNever: there is
  // none.
  Time stalled_since() const { return stalled_since_; }

  uint64_t commands() const { return commands_; }
  uint64_t protocol_errors() const { return protocol_errors_; }

  void OnReady(Interest ready) override;

 private:
  void Read();
  // Parses, starts and finishes what can be.
  void Pump();
  void ParseRequests();
  void StartOperations();
  void FinishOperations();
  bool MayStart(Access access) const;
  size_t ReadsInFlightMax() const;
  void Execute(uint64_t serial, PartRequest request);
  void CountDone(const Operation& operation);
  bool CanGoOn() const;
  bool HasRoom() const;
  void UpdateInterest();
  // In the next turn, so that a long command leaves room for other clients.
  void PumpLater();

  UniqueFd socket_;
  CommandContext context_;
  EventLoop* loop_;
  Owner* owner_;
  bool started_ = false;

  RequestParser parser_;
  // The client may still make requests; false after QUIT or an error.
  bool parsing_ = true;
  // The client has ended its side.
  bool input_ended_ = false;
  bool broken_ = false;
  ByteQueue output_;
  bool socket_is_full_ = false;
  Time stalled_since_ = kNever;
  TimerId pump_timer_;

  // Operations in order of arrival; the first has the serial first_serial_.
  std::deque<OperationPtr> operations_;
  uint64_t first_serial_ = 0;
  uint64_t next_to_start_ = 0;  // A serial.
  // Of those started and not done; all of one Access.
  Access in_flight_access_ = Access::kNone;
  size_t in_flight_ = 0;
  // What the next reply to a read may well take.
  size_t read_bytes_ = kOutputPauseBytes / 16;

  // What operations asked for when they were told a reply; with their serial.
  std::vector<std::pair<uint64_t, PartRequest>> follow_ups_;
  std::vector<PartRequest> requests_;  // Scratch.
  uint64_t commands_ = 0;
  uint64_t protocol_errors_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_SESSION_H_
