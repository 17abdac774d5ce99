// Action: what happens in a run by plan, at a time or when something has come
// to pass: requests, crashes, partitions, lies. And Rule: what becomes of the
// messages that it matches.

#ifndef DISTDB_SIM_ACTION_H_
#define DISTDB_SIM_ACTION_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "core/command.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

// Something that a node has done: it has sent its first message of a kind, made
// a record of a kind durable, or delivered, in `instance`.
struct Condition {
  enum class What : uint8_t { kSent, kReceived, kDurable, kDelivered };

  NodeId node;
  What what = What::kDelivered;
  MessageKind message = MessageKind::kSend;  // kSent, kReceived.
  RecordKind record = RecordKind::kEcho;     // kDurable.
  InstanceId instance;
};

// When an action happens: at `at`, or `at` after the condition came true.
struct When {
  Time at;
  std::optional<Condition> after;
};

// A client asks a node. `command` may name a token of an earlier write.
struct Ask {
  NodeId node;
  RequestId request;  // Unique in the run, from 1.
  Command command;
  // For a read: take `at_least` from the reply of this request (0: none). If it
  // has not been answered OK by then, the read asks for nothing.
  RequestId reads_write_of{0};
};
// A node loses its memory, and with it the records that are not written. In a
// power cut, what is not synced goes, too, but for the first `keeps` records;
// not given: drawn (calm: none).
struct Crash {
  NodeId node;
  std::optional<uint64_t> keeps;
  bool for_good = false;  // A node of Plan::dead: nothing restarts it.
  enum class Kind : uint8_t {
    kPowerCut,
    kProcess,      // All that is written stays.
    kFailedFsync,  // The node ends itself; the rest is as after a power cut.
  };
  Kind kind = Kind::kPowerCut;
};
// A node that is down is built from its records. No effect on one that is up.
struct Restart {
  NodeId node;
};
// A node of Plan::joiners starts for the first time, with an empty disk.
struct Join {
  NodeId node;
};
// A liar says exactly this to one node.
struct Say {
  NodeId liar;
  NodeId to;
  Message message;
  // What the instance's origin, a correct node, has proposed in it takes the
  // place of the message's payload and digest; before it has, nothing is said.
  bool proposed = false;
};
// A liar starts the next instance of its stream; what it says is drawn.
struct Equivocate {
  NodeId liar;
};
// Messages between `side` and the other nodes vanish from now on, or again
// pass. Partitions may overlap.
struct Partition {
  NodeSet side;
  bool begins = true;
  // Only what `side` sends vanishes; what it is sent passes.
  bool one_way = false;
  // What happens to what is under way when it begins. Of several partitions
  // across a link the first of these decides.
  enum class UnderWay : uint8_t {
    kSwallowed,
    kHeld,  // It arrives when the partition has ended, all at once.
    kPasses,
  };
  UnderWay under_way = UnderWay::kSwallowed;
};
// The disk of a node takes no write from now on, or has room again. What has
// been written is still synced.
struct FullDisk {
  NodeId node;
  bool begins = true;
};
// The wall clock of a node jumps, forward or back: by at most a second, or of a
// node of Plan::false_clocks by as much as you like.
struct ClockJump {
  NodeId node;
  Duration by = 0;
};
// A node stops, and what comes for it queues; or it goes on, and all of that
// comes at once. A crash ends a pause. Not of liars.
struct Pause {
  NodeId node;
  bool begins = true;
};
// A node of Plan::amnesiacs crashes, if it is up, and its disk forgets.
struct LoseDisk {
  enum class How : uint8_t {
    kAll,        // It is lost: what restarts the node begins with nothing.
    kLiedFsync,  // Fsyncs that it called complete were not: any prefix is left.
    kBitFlip,    // What was synced is damaged. A node that notices does not
    kMisdirected,  // start, and gets an empty disk. Needs DiskPlan::bytes.
  };
  NodeId node;
  How how = How::kAll;
  // The first so many records are left, whatever `how` would leave; not given:
  // drawn.
  std::optional<uint64_t> keeps = {};
};

using Deed = std::variant<Ask, Crash, Restart, Join, Say, Equivocate, Partition,
                          FullDisk, ClockJump, Pause, LoseDisk>;

struct Action {
  When when;
  Deed deed;
};

// What becomes of the messages that it matches. Fields not given match all. The
// first rule that matches decides; then nothing is drawn for the message.
struct Rule {
  std::optional<NodeId> from;
  std::optional<NodeId> to;
  std::optional<MessageKind> message;
  std::optional<InstanceId> instance;
  // By the order in which the run first saw the digests of the instance, from
  // 0; SEND and PAYLOAD count by their payload's digest.
  std::optional<uint32_t> digest_class;
  // Sent in [from_time, to_time).
  Time from_time{0};
  Time to_time = kNever;
  // Of the messages that match, those after the first `skip` ones, at most
  // `count` of them. Each rule counts for itself, whichever rule decides.
  uint64_t skip = 0;
  uint64_t count = ~uint64_t{0};

  bool lost = false;
  Duration delay = 0;  // Added to the link's delay.
  uint32_t copies = 1;
  // It arrives then, if it was sent before; else after the link's delay.
  // `again` is another copy of it.
  std::optional<Time> arrives;
  std::optional<Time> again;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ACTION_H_
