// MemoryBound: the most memory that a replica of mode bracha takes, whatever f
// liars send it and whatever clients ask of it: a pure function of its Config.
//
// With n nodes, window W, w = window_bytes_max, p = payload_bytes_max. Each
// line is a term of MemoryUse; a simulation compares the two after every event
// (the property MemoryBound).
//
//   open_payloads      n · (w + 2p)
//       A slot above an origin's `low` takes a payload in only while all open
//       ones of this origin are at most w; `low` itself always may, one that
//       this node echoes and one that it pulls. An origin frees as much as it
//       fills: what is delivered is retained instead.
//   open_votes         n · W · (slot + (2n + 1) · tally)
//       A node's first vote in each of two phases may name a digest of its
//       own, and the first SEND one more. A second vote in a phase convicts
//       and adds nothing.
//   retained_payloads  retained_memory_bytes_max
//       The oldest leave the memory first, and are read back when asked for.
//   retained_index     (retained_bytes_max / kRetainedInstanceBytes + n · W)
//                      · entry
//       Each instance that is kept takes kRetainedInstanceBytes of the budget
//       beside its payload. While that is full no new instance begins; n · W
//       are under way. It holds where all origins keep to the budget; else
//       see below.
//   journal            (3 · n · W + round) · record + snapshot chunks
//       An open instance has an ECHO, a READY and a DELIVERED on their way to
//       disk, one each; they are durable in this order, and the last one frees
//       the slot. Their payloads are those of open slots. Of a snapshot one
//       round of votes, or one chunk of entries, is on its way at a time. A
//       full disk changes nothing about that.
//   loads              n · min(n · W, 1024) · entry
//   peers              n · (peer + 2n · seq)
//   evidence           n · kinds · (count + kProofsMax proofs)
//   waiting_writes     waiting_bytes_max + batch overhead · W
//                      + write overhead · (w + p) / smallest write
//       What is proposed is an open payload already; of its writes it is noted
//       whom to answer. Own instances in flight are at most w, or one of p.
//   waiting_reads      waiting_reads_bytes_max
//
// What is not bounded by a limit of the configuration: the index, where a lying
// origin and a member that tells no watermark act in concert. What they make
// the others keep is delivered, and some member may lack it, so it is not
// evicted. It has three records on disk for each entry, of several times its
// size: on a full disk nothing is delivered any more, so the index is at most a
// fraction of the disk.
//
// To withhold the ECHO by what this node keeps of the origin would bound it and
// is not sound. A liar may tell a watermark to some and not to others. Then a
// correct origin, which has heard it, has room and this node, which has not,
// has none: the origin's write waits for ever, and Validity is lost. Sound
// would be to tell each other how far one has *collected*:
//   * what f + 1 members say they have collected may be collected (a correct
//     one among them has heard the watermark of every member);
//   * an origin counts what is kept of its stream from the lowest point that a
//     member has told, so that what it proposes has room everywhere;
//   * an ECHO, and a delivery, wait for room. They wait for a while only:
//     behind each decision are f + 1 correct nodes that had room to echo, and
//     what they tell makes room.
// That needs a message of its own, and belongs with snapshots between nodes.
//
// A node that starts holds in addition, until it is built, the records that it
// is built from.

#ifndef DISTDB_CORE_BRACHA_MEMORY_BOUND_H_
#define DISTDB_CORE_BRACHA_MEMORY_BOUND_H_

#include "core/config.h"
#include "core/memory_use.h"

namespace distdb::bracha {

// Requires a valid `config`, with which no sum here overflows.
MemoryUse MemoryBound(const Config& config);

}  // namespace distdb::bracha

#endif  // DISTDB_CORE_BRACHA_MEMORY_BOUND_H_
