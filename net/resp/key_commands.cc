#include "net/resp/key_commands.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/command.h"
#include "core/types.h"
#include "net/resp/answers.h"
#include "net/resp/command_context.h"
#include "net/resp/glob.h"
#include "net/resp/operation.h"
#include "net/resp/token.h"

namespace distdb {

namespace {

constexpr absl::string_view kSetOptions[] = {"nx", "xx",   "get",  "ex",
                                             "px", "exat", "pxat", "keepttl"};

// The arguments behind the command's name.
std::vector<std::string> TakeKeys(CommandArguments& arguments) {
  return {std::make_move_iterator(arguments.begin() + 1),
          std::make_move_iterator(arguments.end())};
}

Write MakePut(std::string& key, std::string& value) {
  return {{{MutationKind::kPut, std::move(key), std::move(value)}}};
}

Write MakeDelete(CommandArguments& arguments) {
  Write write;
  for (std::string& key : TakeKeys(arguments)) {
    write.mutations.push_back({MutationKind::kDelete, std::move(key), ""});
  }
  return write;
}

// Reads `AT_LEAST token` at the end, if it is there.
absl::StatusOr<Dot> ParseAtLeast(const CommandArguments& arguments, size_t at) {
  if (arguments.size() <= at) return Dot{};
  if (arguments.size() != at + 2 ||
      !absl::EqualsIgnoreCase(arguments[at], "at_least")) {
    return absl::InvalidArgumentError("syntax error: give AT_LEAST TOKEN");
  }
  return ParseToken(arguments[at + 1]);
}

struct ScanOptions {
  std::string pattern = "*";
  uint32_t count = 10;
};

bool ParseScanOptions(CommandArguments& arguments, ScanOptions& options) {
  for (size_t i = 2; i < arguments.size(); i += 2) {
    if (i + 1 == arguments.size()) return false;
    const std::string option = absl::AsciiStrToLower(arguments[i]);
    std::string& value = arguments[i + 1];
    if (option == "match") {
      options.pattern = std::move(value);
    } else if (option == "count") {
      if (!absl::SimpleAtoi(value, &options.count) || options.count < 1) {
        return false;
      }
    } else if (option != "type" || !absl::EqualsIgnoreCase(value, "string")) {
      return false;  // All there is are strings.
    }
  }
  return true;
}

}  // namespace
OperationPtr ParseSet(CommandArguments& arguments,
                      const CommandContext& /*context*/) {
  if (arguments.size() > 3) {
    const std::string option = absl::AsciiStrToLower(arguments[3]);
    if (std::find(std::begin(kSetOptions), std::end(kSetOptions), option) ==
        std::end(kSetOptions)) {
      return MakeSyntaxError();
    }
    return MakeNeedsOrder(
        absl::StrCat("SET with ", absl::AsciiStrToUpper(option)));
  }
  return MakeWrite(MakePut(arguments[1], arguments[2]), WriteReply::kOk);
}

OperationPtr ParseMSet(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  if (arguments.size() % 2 == 0) {
    return MakeError("ERR wrong number of arguments for 'mset' command");
  }
  Write write;
  for (size_t i = 1; i < arguments.size(); i += 2) {
    write.mutations.push_back({MutationKind::kPut, std::move(arguments[i]),
                               std::move(arguments[i + 1])});
  }
  return MakeWrite(std::move(write), WriteReply::kOk);
}

OperationPtr ParseDel(CommandArguments& arguments,
                      const CommandContext& /*context*/) {
  return MakeWrite(MakeDelete(arguments), WriteReply::kExisted);
}

OperationPtr ParsePut(CommandArguments& arguments,
                      const CommandContext& /*context*/) {
  return MakeWrite(MakePut(arguments[1], arguments[2]), WriteReply::kToken);
}

OperationPtr ParseDelete(CommandArguments& arguments,
                         const CommandContext& /*context*/) {
  return MakeWrite(MakeDelete(arguments), WriteReply::kTokenAndExisted);
}

OperationPtr ParseGet(CommandArguments& arguments,
                      const CommandContext& /*context*/) {
  return MakeGet({.key = std::move(arguments[1]), .at_least = {}});
}

OperationPtr ParseGetAtLeast(CommandArguments& arguments,
                             const CommandContext& /*context*/) {
  const absl::StatusOr<Dot> at_least = ParseAtLeast(arguments, 2);
  if (!at_least.ok()) {
    return MakeError(absl::StrCat("ERR ", at_least.status().message()));
  }
  return MakeGet({.key = std::move(arguments[1]), .at_least = *at_least});
}

OperationPtr ParseMGet(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  return MakeMultiGet(TakeKeys(arguments));
}

OperationPtr ParseExists(CommandArguments& arguments,
                         const CommandContext& /*context*/) {
  return MakeExists(TakeKeys(arguments));
}

OperationPtr ParseKeys(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  return MakeKeys(std::move(arguments[1]));
}

OperationPtr ParseList(CommandArguments& arguments,
                       const CommandContext& /*context*/) {
  uint32_t limit = 0;
  if (!absl::SimpleAtoi(arguments[3], &limit) || limit < 1 ||
      limit > kListLimitMax) {
    return MakeError(absl::StrCat("ERR limit ", Quote(arguments[3]),
                                  ": give between 1 and ", kListLimitMax));
  }
  const absl::StatusOr<Dot> at_least = ParseAtLeast(arguments, 4);
  if (!at_least.ok()) {
    return MakeError(absl::StrCat("ERR ", at_least.status().message()));
  }
  return MakeList({.prefix = std::move(arguments[1]),
                   .start = std::move(arguments[2]),
                   .limit = limit,
                   .at_least = *at_least});
}

OperationPtr ParseScan(CommandArguments& arguments,
                       const CommandContext& context) {
  uint64_t cursor = 0;
  if (!absl::SimpleAtoi(arguments[1], &cursor)) {
    return MakeError("ERR invalid cursor");
  }
  ScanOptions options;
  if (!ParseScanOptions(arguments, options)) return MakeSyntaxError();
  std::string start;
  if (cursor != 0) {
    const std::string* key = context.cursors->Find(cursor);
    if (key == nullptr) {
      return MakeError(absl::StrCat(
          "ERR cursor ", cursor, " is not known any more: begin again with 0"));
    }
    start = *key;
  }
  List list{.prefix = GlobPrefix(options.pattern),
            .start = std::move(start),
            .limit = std::min(options.count, kListLimitMax),
            .at_least = {}};
  return MakeScan(std::move(list), std::move(options.pattern), context.cursors);
}

}  // namespace distdb
