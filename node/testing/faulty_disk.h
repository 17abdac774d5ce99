// FaultyDisk: for tests, a folder on a disk that loses power, or has little
// room. It counts what is
// done to it, stops taking any of it after a number of operations, and then
// says what is left: what was synced, and of the rest as much as one likes.
//
//   FaultyDisk disk;
//   disk.CutPowerAfter(17);
//   … = SegmentedLog::Open(disk.NewDirectory(), …)   // until an error comes
//   disk.Restart(FaultyDisk::Keep::kSome, seed);
//   … = SegmentedLog::Open(disk.NewDirectory(), …)   // what is there now?
//
// Of what was not synced, each 512 bytes of each write and each change of a
// name is kept or lost on its own, but a name and what it names change at once.

#ifndef DISTDB_NODE_TESTING_FAULTY_DISK_H_
#define DISTDB_NODE_TESTING_FAULTY_DISK_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/directory.h"

namespace distdb {

class FaultyDisk {
 public:
  enum class Keep {
    kAll,     // Only the process died.
    kSynced,  // The power went, and nothing else got to the disk.
    kSome,    // The power went in the middle.
  };

  // A folder on it. The disk outlives what it gives.
  std::unique_ptr<Directory> NewDirectory();

  // From then on everything fails as Unavailable.
  void CutPowerAfter(uint64_t operations) { power_ = operations; }
  uint64_t operations() const { return operations_; }

  // What all its files may take from now on; what does not fit is refused as
  // ResourceExhausted, as a whole.
  void SetCapacity(uint64_t bytes) { capacity_ = bytes; }
  uint64_t used() const;

  // The power is back.
  void Restart(Keep keep, uint64_t seed);

  // The bytes that are there; for damaging them. Requires that it is there.
  std::string& Bytes(const std::string& name) { return names_.at(name)->bytes; }
  std::vector<std::string> Names() const;

 private:
  friend class FaultyFile;
  friend class FaultyDirectory;

  struct Write {
    uint64_t offset;
    std::string bytes;
    // Negative: a write. Else the length to which the file was set.
    int64_t size = -1;
  };
  struct Content {
    std::string bytes;
    std::string synced;
    std::vector<Write> unsynced;
  };
  using NameTable = std::map<std::string, std::shared_ptr<Content>>;
  // A change of the folder: `name` is now `content`, null: gone; and at the
  // same time `other` is gone.
  struct Change {
    std::string name;
    std::shared_ptr<Content> content;
    std::string other;
  };

  // An operation that changes something: whether there is power for it.
  bool Operate();
  static void Apply(const Change& change, NameTable& names);
  static void Apply(const Write& write, std::string& bytes);

  NameTable names_;
  NameTable synced_names_;
  std::vector<Change> unsynced_names_;
  uint64_t capacity_ = std::numeric_limits<uint64_t>::max();
  uint64_t power_ = std::numeric_limits<uint64_t>::max();
  uint64_t operations_ = 0;
};

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_FAULTY_DISK_H_
