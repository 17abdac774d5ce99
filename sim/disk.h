// Disk: the log of one node, as far as it has got.
//
//   | durable | being synced | written since | appended since, in the process |
//             ^ durable()    ^ covered       ^ written()                 last()
//             ^
//
// A step appends a record to the process's buffer; a write moves the buffer to
// the file, that is into the memory of the operating system; an fsync covers
// what was written before it began, and once it is complete that is durable. A
// crash of the process loses what was only appended. A power cut loses that,
// too, and keeps everything durable and any prefix of the rest. A full disk
// refuses a write. Who decides when is the world.
//
// A disk may also keep its log as the bytes that a real node writes. Faults
// then strike those, and each start reads them with the reader of real nodes,
// which must come to the same records.
//
// Invariants:
//   1. Tokens ascend, by one except after what was refused; a replica never
//      hands over a token twice. A new life numbers its records from 1, as the
//      log of a real node does.
//   2. durable <= covered <= written <= last.

#ifndef DISTDB_SIM_DISK_H_
#define DISTDB_SIM_DISK_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/record.h"
#include "core/types.h"
#include "sim/byte_log.h"

namespace distdb::sim {

class Disk {
 public:
  // Appends records of one step to the buffer.
  void Append(absl::Span<const Record> records);

  // Whether something waits to be written, or to be covered by an fsync, and
  // whether an fsync is under way.
  bool HasAppended() const { return last_ > written_; }
  bool HasUnsynced() const { return written_ > covered_; }
  bool IsSyncing() const { return covered_ > durable_; }

  // Moves the buffer to the file; also while an fsync is under way, which does
  // not cover it. Requires HasAppended().
  void Write();
  // The disk is full: drops the buffer instead. Returns the first token
  // dropped. Requires HasAppended().
  Token Refuse();

  // Starts an fsync of all that was written. Requires !IsSyncing() and
  // HasUnsynced().
  Token BeginFsync();
  // It is complete; what it covered is durable. Requires IsSyncing().
  Token CompleteFsync();

  // How many records are in the file that a power cut could lose.
  size_t AtRisk() const { return FirstAfter(written_) - FirstAfter(durable_); }
  // The process ends, and of the records at risk the first `survivors` are
  // still there (all of them if only the process crashed). What is left is
  // durable: a node that starts syncs its log first. Returns the first token
  // that was lost, or 0 if none was. `tail`: what the others look like in the
  // bytes.
  Token Crash(size_t survivors, Damage tail, DrawBelow draw);
  // The replica does not need records with lower tokens any more: they are not
  // found, and a start does not see them. Requires before <= durable(). Whether
  // that are more than were let go already.
  bool Discard(Token before);
  // The first `count` records are left: for disks that forget. None is left
  // where some had been discarded, because a replica needs the snapshot that
  // took their place. Between lives.
  void Forget(size_t count);

  // From now on, and before any record, keeps bytes, too.
  void KeepBytes(NodeId node) { bytes_.emplace(node); }
  bool keeps_bytes() const { return bytes_.has_value(); }
  // Damages bytes that had been synced, and reads them; between lives. True if
  // the reader refuses the log, and then an empty disk has replaced this one;
  // else what it could read is left. Internal if it should have decided
  // otherwise, or has read something else.
  absl::StatusOr<bool> Strike(Damage damage, DrawBelow draw);
  // What a start reads. Internal if that is not records(). OK without bytes.
  absl::Status Recover();

  Token durable() const { return durable_; }
  Token written() const { return written_; }
  Token last() const { return last_; }
  // Null if there is none, or it is not durable.
  const Record* Find(Token token) const;
  // Whether the bytes of the record at `found` say the same. True without
  // bytes.
  bool ReadsBack(const Record* found) const;
  // All records, also those discarded: what observers go by.
  absl::Span<const Record> records() const { return records_; }
  // What a replica starts from.
  absl::Span<const Record> kept() const {
    return records().subspan(discarded_);
  }

 private:
  // The index of the first record whose token is larger.
  size_t FirstAfter(Token token) const;
  void Truncate(size_t count);

  std::optional<ByteLog> bytes_;
  std::vector<Record> records_;
  size_t discarded_ = 0;  // So many of them.
  Token durable_;
  Token covered_;
  Token written_;
  Token last_;
  // Every token up to this has been handed over; those that were refused leave
  // a gap.
  Token used_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DISK_H_
