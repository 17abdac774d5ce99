// For tests: whole files, as strings.

#ifndef DISTDB_NODE_TESTING_FILES_H_
#define DISTDB_NODE_TESTING_FILES_H_

#include <fstream>
#include <sstream>
#include <string>

namespace distdb {

// Empty where there is none.
inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_FILES_H_
