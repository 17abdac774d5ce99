// Program: for tests, runs `distdb` like a person would, and holds what it
// printed. Every wait has a deadline; nothing outlives the test.

#ifndef DISTDB_NODE_TESTING_PROGRAM_H_
#define DISTDB_NODE_TESTING_PROGRAM_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/types.h"
#include "net/unique_fd.h"
#include "node/child_process.h"
#include "node/testing/temp_dir.h"

namespace distdb {

// Longer than anything takes on a busy machine.
inline constexpr Duration kTestPatience = 60 * kSecond;

// The path of the binary under test.
std::string DistdbPath();

// Asks `holds` again and again until it says true: false after kTestPatience.
bool Eventually(const std::function<bool()>& holds);

class Program {
 public:
  // Starts `words` (a program's path and its arguments); standard input is what
  // Type writes.
  explicit Program(const std::vector<std::string>& words);

  // Writes to its standard input, or ends that.
  void Type(const std::string& text);
  void CloseInput() { input_.Close(); }

  void Signal(int signal);
  // Waits for its end. Fails the test, and says {-1, 0}, when it does not come.
  ChildExit Wait();

  // How it ended, once it has; without waiting.
  std::optional<ChildExit> Poll();

  // What it has printed so far.
  std::string Out() const;
  std::string Err() const;

 private:
  TempDir dir_;
  UniqueFd input_;
  std::optional<ChildProcess> child_;
};

// Runs it to its end with `input`.
struct Finished {
  ChildExit exit;
  std::string out;
  std::string err;
};
Finished RunProgram(const std::vector<std::string>& words,
                    const std::string& input = "");

// The same for the binary under test, with these arguments.
Finished RunDistdb(const std::vector<std::string>& arguments,
                   const std::string& input = "");

}  // namespace distdb

#endif  // DISTDB_NODE_TESTING_PROGRAM_H_
