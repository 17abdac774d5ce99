#include "core/bracha/memory_bound.h"

#include "core/bracha/loads.h"
#include "core/bracha/peer.h"
#include "core/bracha/retention.h"
#include "core/bracha/snapshot_state.h"
#include "core/bracha/stream.h"
#include "core/command.h"
#include "core/evidence.h"
#include "core/record.h"
#include "core/snapshot.h"
#include "core/store/batch.h"
#include "core/store/entries_codec.h"

namespace distdb::bracha {
namespace {

// The marks of a snapshot of which some are on their way at a time: the largest
// chunk of entries, which is the larger by far, and the header.
size_t SnapshotMarkBytesMax(size_t nodes) {
  return nodes * sizeof(SnapshotHeader::Position) + kEntriesBytes +
         kEntryBytesMax;
}

}  // namespace

MemoryUse MemoryBound(const Config& config) {
  const auto nodes = static_cast<size_t>(config.nodes);
  const size_t slots = nodes * config.window;
  // Each slot's three, a stream's COLLECTED, a round of votes whose last slot
  // has two, and one mark.
  const size_t records = 3 * slots + nodes + kRoundRecords + 2;
  const size_t proposed = config.window_bytes_max + config.payload_bytes_max;
  return {
      .open_payloads =
          nodes * (config.window_bytes_max + 2 * config.payload_bytes_max),
      .open_votes = slots * (sizeof(Slot) + (2 * nodes + 1) * sizeof(Tally)),
      .retained_payloads = config.retained_memory_bytes_max,
      .retained_index =
          nodes * RetentionOf(config).recovered_max * sizeof(Archived),
      .journal = records * sizeof(Record) + SnapshotMarkBytesMax(nodes),
      .loads = nodes * Loads::PerPeerMax(nodes, config.window) * Loads::kBytes,
      .peers = nodes * Peer::Bytes(nodes),
      .evidence = Evidence::BytesMax(nodes),
      .waiting_writes = config.waiting_bytes_max +
                        config.window * kWaitingBatchBytes +
                        proposed / kMutationBytesMin * kWaitingWriteBytes,
      .waiting_reads = config.waiting_reads_bytes_max,
  };
}

}  // namespace distdb::bracha
