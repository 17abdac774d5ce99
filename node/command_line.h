// The command line: `distdb SUBCOMMAND [--flag=value …] [ARGUMENT …]`.
//
// Flags are Abseil flags, defined where they are used; a table says which
// subcommand knows which. What is not given as a flag is looked for in the
// environment: --request_timeout is DISTDB_REQUEST_TIMEOUT there. Abseil's own
// parser ends the process with several lines and exit code 1; this one returns
// an error of one line, as the exit codes here demand. It sets the flags'
// global values: call it once.

#ifndef DISTDB_NODE_COMMAND_LINE_H_
#define DISTDB_NODE_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace distdb {

// Exit codes of every command.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitBadUsage = 2;

struct Subcommand {
  absl::string_view name;
  absl::string_view arguments;  // "KEY VALUE"; for people.
  absl::string_view summary;    // One line.
  std::vector<absl::string_view> flags;
  size_t arguments_min = 0;
  size_t arguments_max = 0;
  // Runs it and returns the exit code.
  int (*run)(const std::vector<std::string>& arguments);
  absl::string_view example;
};

struct CommandLine {
  const Subcommand* subcommand = nullptr;  // Null: help is asked for.
  const Subcommand* help_about = nullptr;  // Null: about everything.
  std::vector<std::string> arguments;
};

// `words` is argv without the program's name. What stands after `--` is an
// argument, whatever it looks like. InvalidArgument with one line that names
// the word, or the variable, at fault and the mend.
absl::StatusOr<CommandLine> ParseCommandLine(
    absl::Span<const std::string> words,
    absl::Span<const Subcommand> subcommands);

// What `distdb help` prints: all subcommands, or one with its flags.
std::string HelpText(absl::Span<const Subcommand> subcommands);
std::string HelpText(const Subcommand& subcommand);

// Where a path that was typed lies: under `bazel run`, relative paths start at
// the directory in which the command was given (BUILD_WORKING_DIRECTORY).
std::string ResolvePath(const std::string& path);

}  // namespace distdb

#endif  // DISTDB_NODE_COMMAND_LINE_H_
