// ReadLog: for tests, the records in the files of a log, whether or not a
// process has it open.

#ifndef DISTDB_NODE_TESTING_READ_LOG_H_
#define DISTDB_NODE_TESTING_READ_LOG_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "core/log/log_reader.h"
#include "node/testing/files.h"

namespace distdb {

// The paths of its segments, in order.
inline std::vector<std::string> SegmentPaths(const std::string& dir) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    const std::string path = entry.path();
    if (absl::StrContains(path, "/log-")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Fails the test where it is damaged.
inline LogContents ReadLog(const std::string& dir) {
  const std::vector<std::string> paths = SegmentPaths(dir);
  LogContents log;
  for (size_t i = 0; i < paths.size(); ++i) {
    SegmentHeader next;
    const bool last = i + 1 == paths.size();
    if (!last) next = *DecodeSegmentHeader(ReadFile(paths[i + 1]));
    const absl::Status status =
        ReadSegment(ReadFile(paths[i]), last ? nullptr : &next, 0, log);
    EXPECT_TRUE(status.ok()) << paths[i] << ": " << status;
  }
  return log;
}

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_READ_LOG_H_
