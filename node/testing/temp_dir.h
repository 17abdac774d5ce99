// TempDir: for tests, a directory that is removed at the end.

#ifndef DISTDB_NODE_TESTING_TEMP_DIR_H_
#define DISTDB_NODE_TESTING_TEMP_DIR_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace distdb {

class TempDir {
 public:
  TempDir() {
    std::string pattern = ::testing::TempDir() + "distdbXXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    EXPECT_FALSE(path_.empty()) << "cannot create " << pattern;
  }
  ~TempDir() {
    if (!path_.empty()) std::filesystem::remove_all(path_);
  }

  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_TEMP_DIR_H_
