#include "node/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "node/size_flag.h"

namespace distdb {
namespace {

const Subcommand* FindSubcommand(absl::Span<const Subcommand> subcommands,
                                 absl::string_view name) {
  for (const Subcommand& subcommand : subcommands) {
    if (subcommand.name == name) return &subcommand;
  }
  return nullptr;
}

absl::Status UnknownSubcommand(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name, "\" is no command; see `distdb help`"));
}

// The flags of a subcommand, for an error.
std::string KnownFlags(const Subcommand& subcommand) {
  if (subcommand.flags.empty()) return "it has no flags";
  return absl::StrCat("it knows --", absl::StrJoin(subcommand.flags, ", --"));
}

// A value that the flag takes.
std::string Example(const absl::CommandLineFlag& flag) {
  if (flag.IsOfType<absl::optional<absl::Duration>>()) return "250ms";
  if (flag.IsOfType<absl::optional<Size>>()) return "64MiB";
  return flag.DefaultValue().empty() ? "…" : flag.DefaultValue();
}

// What stands for the value in the help: what is taken without the flag.
std::string Shown(const absl::CommandLineFlag& flag) {
  if (flag.IsOfType<absl::optional<absl::Duration>>()) return "DURATION";
  if (flag.IsOfType<absl::optional<Size>>()) return "SIZE";
  return flag.DefaultValue().empty() ? "TEXT" : flag.DefaultValue();
}

// `name` is how it was given: "--nodes", "DISTDB_NODES".
absl::Status SetFlag(absl::CommandLineFlag& flag, absl::string_view name,
                     absl::string_view value) {
  std::string error;
  // Empty is "not given" to an optional flag, and a typing error to a person.
  const bool forgotten = value.empty() && Example(flag) != "…";
  if (!forgotten && flag.ParseFrom(value, &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, "=", value, " is no value for this flag; use for ",
                   "example ", name, "=", Example(flag)));
}

std::string VariableOf(absl::string_view flag) {
  return absl::StrCat("DISTDB_", absl::AsciiStrToUpper(flag));
}

// Flags that were not given may stand in the environment.
absl::Status ReadEnvironment(const Subcommand& subcommand,
                             const std::set<std::string>& given) {
  for (const absl::string_view name : subcommand.flags) {
    const std::string variable = VariableOf(name);
    const char* value = std::getenv(variable.c_str());
    absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    if (value == nullptr || flag == nullptr ||
        given.count(std::string(name)) > 0) {
      continue;
    }
    const absl::Status set = SetFlag(*flag, variable, value);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

// Takes one flag from words[at]; says how many words it took.
absl::StatusOr<size_t> TakeFlag(absl::Span<const std::string> words, size_t at,
                                const Subcommand& subcommand,
                                std::set<std::string>& given) {
  absl::string_view word = words[at];
  word.remove_prefix(absl::StartsWith(word, "--") ? 2 : 1);
  const size_t equals = word.find('=');
  const absl::string_view name = word.substr(0, equals);
  const auto& known = subcommand.flags;
  absl::CommandLineFlag* flag = nullptr;
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    flag = absl::FindCommandLineFlag(name);
  }
  if (flag == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown flag --", name, "; ", KnownFlags(subcommand),
                     subcommand.arguments_max == 0
                         ? ""
                         : "; before an argument that begins with -, write "
                           "--"));
  }
  const bool separate = equals == absl::string_view::npos;
  std::string value;
  if (!separate) {
    value = std::string(word.substr(equals + 1));
  } else if (flag->IsOfType<bool>()) {
    value = "true";
  } else if (at + 1 < words.size()) {
    value = words[at + 1];
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "--", name, " has no value; write --", name, "=", Example(*flag)));
  }
  const absl::Status set = SetFlag(*flag, absl::StrCat("--", name), value);
  if (!set.ok()) return set;
  given.insert(std::string(name));
  return separate && !flag->IsOfType<bool>() ? 2 : 1;
}

absl::Status CheckArgumentCount(const Subcommand& subcommand, size_t count) {
  if (count >= subcommand.arguments_min && count <= subcommand.arguments_max) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      count < subcommand.arguments_min ? "an argument is missing"
                                       : "there are too many arguments",
      "; write `distdb ", subcommand.name,
      subcommand.arguments.empty() ? "" : " ", subcommand.arguments, "`"));
}

bool IsHelp(absl::string_view word) {
  return word == "--help" || word == "-h" || word == "-help";
}

absl::StatusOr<CommandLine> ParseHelp(
    absl::Span<const std::string> words,
    absl::Span<const Subcommand> subcommands) {
  CommandLine line;
  if (words.size() < 2) return line;
  line.help_about = FindSubcommand(subcommands, words[1]);
  if (line.help_about == nullptr) return UnknownSubcommand(words[1]);
  return line;
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(
    absl::Span<const std::string> words,
    absl::Span<const Subcommand> subcommands) {
  if (words.empty()) {
    return absl::InvalidArgumentError("no command; see `distdb help`");
  }
  if (words[0] == "help" || IsHelp(words[0])) {
    return ParseHelp(words, subcommands);
  }
  CommandLine line;
  line.subcommand = FindSubcommand(subcommands, words[0]);
  if (line.subcommand == nullptr) return UnknownSubcommand(words[0]);
  bool flags_may_follow = true;
  std::set<std::string> given;
  for (size_t at = 1; at < words.size();) {
    const std::string& word = words[at];
    if (!flags_may_follow || word.size() < 2 || word[0] != '-') {
      line.arguments.push_back(word);
      ++at;
    } else if (word == "--") {
      flags_may_follow = false;
      ++at;
    } else if (IsHelp(word)) {
      return CommandLine{nullptr, line.subcommand, {}};
    } else {
      const absl::StatusOr<size_t> taken =
          TakeFlag(words, at, *line.subcommand, given);
      if (!taken.ok()) return taken.status();
      at += *taken;
    }
  }
  absl::Status count =
      CheckArgumentCount(*line.subcommand, line.arguments.size());
  if (!count.ok()) return count;
  const absl::Status environment = ReadEnvironment(*line.subcommand, given);
  if (!environment.ok()) return environment;
  return line;
}

std::string HelpText(absl::Span<const Subcommand> subcommands) {
  std::string text =
      "distdb: a replicated key-value database that survives liars.\n\n"
      "usage: distdb COMMAND [--flag=value …] [ARGUMENT …]\n\n";
  for (const Subcommand& subcommand : subcommands) {
    absl::StrAppendFormat(
        &text, "  %-18s %s\n",
        absl::StrCat(subcommand.name, subcommand.arguments.empty() ? "" : " ",
                     subcommand.arguments),
        subcommand.summary);
  }
  absl::StrAppend(
      &text,
      "\nA cluster on this machine, with a prompt:\n"
      "  distdb demo\n"
      "\nThe same by hand:\n"
      "  distdb init --nodes=4 --dir=/tmp/cluster\n"
      "  distdb serve --config=/tmp/cluster/node-1.textproto   (one per "
      "node)\n"
      "  distdb put name alice\n"
      "  distdb get name --addr=127.0.0.1:7003\n"
      "  redis-cli -p 7002 GET name\n"
      "\n`distdb help COMMAND` tells more. Exit codes: 0 done, 1 failed, 2 bad "
      "usage.\n");
  return text;
}

std::string HelpText(const Subcommand& subcommand) {
  std::string text = absl::StrCat(
      "usage: distdb ", subcommand.name, subcommand.flags.empty() ? "" : " ",
      subcommand.flags.empty() ? "" : "[--flag=value …]",
      subcommand.arguments.empty() ? "" : " ", subcommand.arguments, "\n\n",
      subcommand.summary, "\n");
  if (!subcommand.flags.empty()) {
    absl::StrAppend(&text, "\nFlags, which may also stand in the environment (",
                    VariableOf(subcommand.flags.front()),
                    "=…); a flag wins over that, and that over a file:\n");
  }
  for (const absl::string_view name : subcommand.flags) {
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    if (flag == nullptr) continue;
    absl::StrAppendFormat(&text, "  %-28s %s\n",
                          absl::StrCat("--", name, "=", Shown(*flag)),
                          flag->Help());
  }
  absl::StrAppend(&text, "\nExamples:\n  ", subcommand.example, "\n");
  return text;
}

std::string ResolvePath(const std::string& path) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory == nullptr || path.empty() || path[0] == '/') return path;
  return (std::filesystem::path(directory) / path).lexically_normal();
}

}  // namespace distdb
