// Event: everything that can happen to a replica. A closed set: what is not
// here does not exist for core.
//
// A driver owes the replica:
//   1. a Tick before the first other event, before a Request if time has passed
//      since the last one (requests time out by the clock of the last Tick; a
//      node ticks at the start of every loop turn), and whenever time reaches
//      Effects::next_deadline: after the other events of a turn when that is
//      already due;
//   2. `Tick::now` that never goes back;
//   3. `Receive::from` from the channel, authenticated, never from the message;
//   4. `Persisted{t}` only when every record up to t is on disk, and none that
//      was handed over after that fsync began;
//   5. PeerUp when a channel to a peer opens (also after a restart of either
//      side), PeerDown when it closes. Messages may be lost, repeated and
//      reordered at any time; a channel that stays up and loses a message needs
//      no PeerUp.

#ifndef DISTDB_CORE_EVENT_H_
#define DISTDB_CORE_EVENT_H_

#include <string>
#include <variant>

#include "core/command.h"
#include "core/message.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// Time has passed. `wall_now` stamps writes and may jump either way.
struct Tick {
  Time now;
  WallTime wall_now;
};

struct Receive {
  NodeId from;
  Message message;
};

// `client` and `request` come back in the Reply and mean nothing to core.
struct Request {
  ClientId client;
  RequestId request;
  Command command;
};

struct Persisted {
  Token token;
};

// The disk took nothing from `token` on (it is full). Until the replica has
// issued those records again, nothing that was held back for them leaves.
struct PersistFailed {
  Token token;
  std::string why;
};

// The record asked for in Effects::load, read back.
struct Loaded {
  Record record;
};

// It cannot be read: the replica asks its peers instead.
struct LoadFailed {
  Token token;
  std::string why;
};

struct PeerUp {
  NodeId peer;
};

struct PeerDown {
  NodeId peer;
};

using Event = std::variant<Tick, Receive, Request, Persisted, PersistFailed,
                           Loaded, LoadFailed, PeerUp, PeerDown>;

}  // namespace distdb

#endif  // DISTDB_CORE_EVENT_H_
