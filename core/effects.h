// Effects: everything that a step asks its driver to do. A plain struct of
// vectors that the driver owns, passes to each Step and clears after carrying
// it out, so that a step in the steady state allocates nothing.
//
// Order is in the fields, never in prose:
//   persist                 append these records to the log, in this order,
//                           before those of any later step
//   send, replies           may leave at once
//   send_after_persist,     leave only when the records of this step *and of
//   replies_after_persist   all earlier steps* are on disk, also when this step
//                           has none of its own
//   load                    read these records back: Loaded or LoadFailed
//                           answers each
//   delivered               what became final here in this step, in order; its
//                           record is durable already
//   faults                  misbehaviour that this step proved
//   discard_before          records with lower tokens are not needed any more
//   next_deadline           when to Tick next at the latest; always set
//
// Nothing else is allowed to wait or to hurry.

#ifndef DISTDB_CORE_EFFECTS_H_
#define DISTDB_CORE_EFFECTS_H_

#include <vector>

#include "core/command.h"
#include "core/digest.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// One message to each node of `to`, which never contains the sender. To a peer
// whose channel is down it is dropped: what must arrive is resent from state.
struct Envelope {
  NodeSet to;
  Message message;
};

struct Delivery {
  InstanceId instance;
  Digest digest;
  Payload payload;
};

struct Effects {
  std::vector<Record> persist;
  std::vector<Token> load;
  std::vector<Envelope> send;
  std::vector<Envelope> send_after_persist;
  std::vector<Reply> replies;
  std::vector<Reply> replies_after_persist;
  std::vector<Delivery> delivered;
  std::vector<Fault> faults;
  Token discard_before;
  Time next_deadline = kNever;

  // Empties all fields and keeps their memory.
  void Clear();

  // Whether none of the vectors holds anything. So it is after most steps:
  // votes that complete no quorum.
  bool empty() const {
    return !HasRequests() && delivered.empty() && faults.empty();
  }
  // Whether the driver is asked for anything but the next Tick and a discard.
  bool HasRequests() const {
    return !(persist.empty() && load.empty() && send.empty() &&
             send_after_persist.empty() && replies.empty() &&
             replies_after_persist.empty());
  }
};

}  // namespace distdb

#endif  // DISTDB_CORE_EFFECTS_H_
