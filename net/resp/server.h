// RespServer: serves clients that speak RESP2, the protocol of Redis, so that
// redis-cli, redis-benchmark and the client libraries work unmodified.
//
// Commands: PING ECHO SET GET DEL EXISTS MGET MSET KEYS SCAN DBSIZE INFO
// COMMAND CONFIG CLIENT SELECT QUIT, and our own, which the command line uses:
//
//   DISTDB.PUT key value                   → "ORIGIN:SEQ", the write's token
//   DISTDB.DELETE key…                     → ["ORIGIN:SEQ", how many existed]
//   DISTDB.GET key [AT_LEAST ORIGIN:SEQ]   → the value, or nil
//   DISTDB.LIST prefix start limit [AT_LEAST ORIGIN:SEQ]
//                                          → [more 0|1, key, value, key, …]
//     `start` is inclusive; the next page starts at the last key and "\0"
//   DISTDB.NODES, DISTDB.STATUS            → the Backend's lines
//   DISTDB.BACKUP 0|SESSION                → [session, last 0|1, page,
//                                             "CLUSTER", NODE]
//     0 begins a backup; its pages are for node/backup
//
// ORIGIN counts from 1. What needs a total order (SET … NX, EX, INCR, …) is
// refused with an error that says so.
//
// Order. Replies leave in the order of the requests. Pipelined writes are in
// flight together, and so are reads; a read waits for the earlier writes of its
// connection to be answered, and a write for the earlier reads, so that a
// pipeline sees its own writes and none from its future.
//
// Errors a client may meet, by their first word: ERR (the request is wrong),
// TRYAGAIN (too much in flight, nothing was done), UNAVAILABLE (the disk is
// full, nothing was done), TIMEOUT (a write may still take effect).
//
// Bounds, and what happens: beyond clients_max connections the newest is told
// so and closed; with 1024 requests unanswered or 1 MiB unsent a connection is
// not read until it has caught up; one that takes nothing of what is unsent for
// stall_timeout is closed; an answer of more than 32 MiB is refused. Idle
// connections stay. A request that is no RESP, or beyond the limits in
// request_parser.h, is answered with "-ERR Protocol error: …" and closed.
//
// Not thread-safe. Flush at the end of each loop turn.

#ifndef DISTDB_NET_RESP_SERVER_H_
#define DISTDB_NET_RESP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "core/command.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/resp/backend.h"
#include "net/unique_fd.h"

namespace distdb {

struct RespServerOptions {
  // From Listen().
  UniqueFd listener;
  size_t clients_max = 10'000;
  Duration stall_timeout = 60 * kSecond;
};

struct RespServerStats {
  uint64_t clients = 0;  // Now.
  uint64_t connections = 0;
  uint64_t refused_connections = 0;
  uint64_t commands = 0;
  uint64_t protocol_errors = 0;
  uint64_t slow_readers_closed = 0;  // After stall_timeout.
};

class RespServer {
 public:
  virtual ~RespServer() = default;

  // Begins to accept. `loop` and `backend` outlive the server.
  static absl::StatusOr<std::unique_ptr<RespServer>> Create(
      RespServerOptions options, EventLoop* loop, Backend* backend);

  // The answer to an Execute. Replies to clients that have left are ignored.
  virtual void OnReply(Reply reply) = 0;

  // Writes the replies of this turn, as far as the sockets take them.
  virtual void Flush() = 0;

  // For an end in order: from now on nobody is accepted, and once it is idle,
  // every request that has come has its answer, and the client has been sent
  // it.
  virtual void StopAccepting() = 0;
  virtual bool IsIdle() const = 0;

  virtual RespServerStats Stats() const = 0;
};

}  // namespace distdb

#endif  // DISTDB_NET_RESP_SERVER_H_
