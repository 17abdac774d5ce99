#include "net/resp/request_parser.h"

#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace distdb {
namespace {

absl::Status ProtocolError(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("Protocol error: ", what));
}

bool IsSpace(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// Reads the character after a backslash, and what belongs to it.
char TakeEscaped(absl::string_view& rest) {
  const char c = rest.front();
  if (c == 'x' && rest.size() >= 3) {
    int value = 0;
    if (std::isxdigit(static_cast<unsigned char>(rest[1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(rest[2])) != 0 &&
        absl::SimpleHexAtoi(rest.substr(1, 2), &value)) {
      rest.remove_prefix(3);
      return static_cast<char>(value);
    }
  }
  rest.remove_prefix(1);
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Reads one word; nothing when its quotes do not match.
std::optional<std::string> TakeWord(absl::string_view& rest) {
  std::string word;
  while (!rest.empty() && !IsSpace(rest.front())) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    if (quote != '"' && quote != '\'') {
      word.push_back(quote);
      continue;
    }
    while (!rest.empty() && rest.front() != quote) {
      const char c = rest.front();
      rest.remove_prefix(1);
      // Between single quotes only a quote can be escaped.
      const bool escapes =
          c == '\\' && !rest.empty() && (quote == '"' || rest.front() == '\'');
      word.push_back(escapes ? TakeEscaped(rest) : c);
    }
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    if (!rest.empty() && !IsSpace(rest.front())) return std::nullopt;
  }
  return word;
}

std::optional<std::vector<std::string>> SplitWords(absl::string_view line) {
  std::vector<std::string> words;
  while (true) {
    while (!line.empty() && IsSpace(line.front())) line.remove_prefix(1);
    if (line.empty()) return words;
    std::optional<std::string> word = TakeWord(line);
    if (!word.has_value()) return std::nullopt;
    words.push_back(*std::move(word));
  }
}

}  // namespace

absl::StatusOr<std::optional<RequestParser::Arguments>> RequestParser::Next() {
  if (!error_.ok()) return error_;
  while (true) {
    bool progress = false;
    error_ = missing_ == 0 ? ParseStart(progress) : ParseArgument(progress);
    if (!error_.ok()) return error_;
    if (missing_ == 0 && !arguments_.empty()) {
      return std::exchange(arguments_, Arguments());
    }
    if (!progress) return std::nullopt;
  }
}

absl::Status RequestParser::ParseStart(bool& progress) {
  request_bytes_ = 0;
  absl::StatusOr<std::optional<std::string>> line = TakeLine("request");
  if (!line.ok()) return line.status();
  progress = line->has_value();
  if (!progress) return absl::OkStatus();

  const std::string& text = **line;
  if (text.empty() || text.front() != '*') {
    std::optional<Arguments> words = SplitWords(text);
    if (!words.has_value())
      return ProtocolError("unbalanced quotes in request");
    // An empty line says nothing, and is passed over.
    arguments_ = *std::move(words);
    return absl::OkStatus();
  }
  int64_t count = 0;
  if (!absl::SimpleAtoi(text.substr(1), &count) ||
      count > static_cast<int64_t>(kArgumentsMax)) {
    return ProtocolError("invalid multibulk length");
  }
  // As Redis does: an empty or a negative array is passed over.
  missing_ = count > 0 ? static_cast<size_t>(count) : 0;
  return absl::OkStatus();
}

absl::Status RequestParser::ParseArgument(bool& progress) {
  if (!length_.has_value()) {
    const absl::string_view bytes = buffer_.bytes();
    if (!bytes.empty() && bytes.front() != '$') {
      const unsigned char got = static_cast<unsigned char>(bytes.front());
      return ProtocolError(
          std::isprint(got) != 0
              ? absl::StrCat("expected '$', got '", bytes.substr(0, 1), "'")
              : absl::StrCat("expected '$', got byte ", got));
    }
    absl::StatusOr<std::optional<std::string>> line = TakeLine("bulk length");
    if (!line.ok()) return line.status();
    progress = line->has_value();
    if (!progress) return absl::OkStatus();
    size_t length = 0;
    if (!absl::SimpleAtoi((*line)->substr(1), &length) ||
        length > kBulkBytesMax) {
      return ProtocolError("invalid bulk length");
    }
    request_bytes_ += length;
    if (request_bytes_ > kRequestBytesMax) {
      return ProtocolError(
          absl::StrCat("a request of more than ", kRequestBytesMax, " bytes"));
    }
    length_ = length;
    return absl::OkStatus();
  }
  const absl::string_view bytes = buffer_.bytes();
  if (bytes.size() < *length_ + 2) return absl::OkStatus();
  if (bytes.substr(*length_, 2) != "\r\n") {
    return ProtocolError("no end of line after a bulk string");
  }
  progress = true;
  arguments_.emplace_back(bytes.substr(0, *length_));
  buffer_.Consume(*length_ + 2);
  length_.reset();
  --missing_;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> RequestParser::TakeLine(
    absl::string_view what) {
  const absl::string_view bytes = buffer_.bytes().substr(0, kLineBytesMax);
  const size_t end = bytes.find('\n');
  if (end == absl::string_view::npos) {
    if (bytes.size() < kLineBytesMax) return std::nullopt;
    return ProtocolError(absl::StrCat("too big ", what, " line"));
  }
  const bool has_return = end > 0 && bytes[end - 1] == '\r';
  std::string line(bytes.substr(0, has_return ? end - 1 : end));
  buffer_.Consume(end + 1);
  return line;
}

}  // namespace distdb
