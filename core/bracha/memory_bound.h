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
//   retained_index     n · recovered_max · entry
//       Each origin has its share of retained_bytes_max, of which an instance
//       takes kRetainedInstanceBytes beside its payload: retention.h tells why
//       no origin, and no member that tells its watermark to some alone, makes
//       a node keep more, nor a restart.
//   journal            (3 · n · W + n + round) · record + snapshot chunks
//       An open instance has an ECHO, a READY and a DELIVERED on their way to
//       disk, one each; they are durable in this order, and the last one frees
//       the slot. Their payloads are those of open slots. A stream has one
//       COLLECTED record on its way at a time. Of a snapshot one
//       round of votes, or one chunk of entries, is on its way at a time. A
//       full disk changes nothing about that.
//   loads              n · min(n · W, 1024) · entry
//   peers              n · (peer + 3n · seq)
//   evidence           n · kinds · (count + kProofsMax proofs)
//   waiting_writes     waiting_bytes_max + batch overhead · W
//                      + write overhead · (w + p) / smallest write
//       What is proposed is an open payload already; of its writes it is noted
//       whom to answer. Own instances in flight are at most w, or one of p.
//   waiting_reads      waiting_reads_bytes_max
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
