// Disk: the log of one node, as far as it has got.
//
//   records handed over:  | durable | being synced | handed over since |
//                                   ^ durable()    ^ covered           ^ last()
//
// A record is handed over by a step, from then on an fsync that begins covers
// it, and once that fsync is complete it is durable. A crash keeps everything
// durable and any prefix of the rest. A full disk refuses everything that no
// fsync covers yet. Who decides when is the world.
//
// Invariants:
//   1. Tokens ascend, by one except after what was refused; a replica never
//      hands over a token twice.
//   2. durable <= covered <= last.

#ifndef DISTDB_SIM_DISK_H_
#define DISTDB_SIM_DISK_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb::sim {

class Disk {
 public:
  // Appends records of one step.
  void HandOver(absl::Span<const Record> records);

  // Whether something waits for an fsync, and whether one is under way.
  bool HasUnsynced() const { return last_ > durable_; }
  bool IsSyncing() const { return covered_ > durable_; }

  // Starts an fsync of all that was handed over. Requires !IsSyncing().
  Token BeginFsync();
  // It is complete; what it covered is durable. Requires IsSyncing().
  Token CompleteFsync();

  // The disk is full: drops everything that is not durable. Returns the first
  // token dropped. Requires HasUnsynced() and !IsSyncing().
  Token Refuse();

  // How many records a crash could lose.
  size_t Unsynced() const { return records_.size() - FirstAfter(durable_); }
  // The crash: keeps the first `survivors` of them. Returns the first lost
  // token, or 0 if none was lost.
  Token Crash(size_t survivors);

  // Drops durable records below `token`.
  void DiscardBefore(Token token);

  Token durable() const { return durable_; }
  Token last() const { return last_; }
  // Null if there is none, or it is not durable.
  const Record* Find(Token token) const;
  absl::Span<const Record> records() const { return records_; }

 private:
  // The index of the first record whose token is larger.
  size_t FirstAfter(Token token) const;

  std::vector<Record> records_;
  Token durable_;
  Token covered_;
  Token last_;
  // Every token up to this has been handed over; those that were refused leave
  // a gap.
  Token used_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_DISK_H_
