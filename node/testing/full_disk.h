// FullDisk: for tests, a disk that takes nothing beyond a size, as long as the
// object lives. Works by the limit on the size of files of this process.

#ifndef DISTDB_NODE_TESTING_FULL_DISK_H_
#define DISTDB_NODE_TESTING_FULL_DISK_H_

#include <signal.h>
#include <sys/resource.h>

#include <cstdint>

namespace distdb {

class FullDisk {
 public:
  explicit FullDisk(uint64_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_FULL_DISK_H_
