#include "sim/scenario/words.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace distdb::sim {
namespace {

// Lists of candidates longer than this help nobody.
constexpr size_t kListedMax = 12;
// Shorter beginnings of words mean too much.
constexpr size_t kAbbreviationMin = 3;

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

bool IsNumber(absl::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isdigit(c);
  });
}

// The number of single-letter changes between two words.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same =
          absl::ascii_tolower(a[i - 1]) == absl::ascii_tolower(b[j - 1]);
      const size_t changed = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

absl::StatusOr<MessageKind> ReadMessageKind(absl::string_view word) {
  std::vector<absl::string_view> names;
  for (const MessageKind kind : kAllMessageKinds) {
    if (MessageKindName(kind) == word) return kind;
    names.push_back(MessageKindName(kind));
  }
  return Wrong("no message is called \"", word, "\"", Suggest(word, names));
}

absl::StatusOr<RecordKind> ReadRecordKind(absl::string_view word) {
  std::vector<absl::string_view> names;
  for (const RecordKind kind : {RecordKind::kEcho, RecordKind::kReady,
                                RecordKind::kDelivered, RecordKind::kApplied}) {
    if (RecordKindName(kind) == word) return kind;
    names.push_back(RecordKindName(kind));
  }
  return Wrong("no record is called \"", word, "\"", Suggest(word, names));
}

// "p2 delivered 0:1", split at the spaces.
absl::StatusOr<Condition> ReadCondition(
    const std::vector<absl::string_view>& words, int nodes) {
  using What = Condition::What;
  static constexpr absl::string_view kForm =
      "write it like \"5ms\", \"p2 delivered 0:1\" or \"5ms after p2 stored "
      "ECHO 0:1\"";
  if (words.size() < 2) {
    return Wrong("\"", absl::StrJoin(words, " "), "\" is no moment; ", kForm);
  }
  Condition condition;
  absl::StatusOr<NodeId> node = ReadNode(words[0], nodes);
  if (!node.ok()) return node.status();
  condition.node = *node;
  const absl::string_view verb = words[1];
  const bool names_kind =
      verb == "sent" || verb == "received" || verb == "stored";
  if (!names_kind && verb != "delivered") {
    return Wrong("a node does not \"", verb, "\"",
                 Suggest(verb, {"sent", "received", "stored", "delivered"}));
  }
  if (words.size() != (names_kind ? 4 : 3)) {
    return Wrong("\"", absl::StrJoin(words, " "), "\" is no moment; ", kForm);
  }
  if (verb == "stored") {
    absl::StatusOr<RecordKind> kind = ReadRecordKind(words[2]);
    if (!kind.ok()) return kind.status();
    condition.what = What::kDurable;
    condition.record = *kind;
  } else if (names_kind) {
    absl::StatusOr<MessageKind> kind = ReadMessageKind(words[2]);
    if (!kind.ok()) return kind.status();
    condition.what = verb == "sent" ? What::kSent : What::kReceived;
    condition.message = *kind;
  }
  absl::StatusOr<InstanceId> instance = ReadInstance(words.back(), nodes);
  if (!instance.ok()) return instance.status();
  condition.instance = *instance;
  return condition;
}

}  // namespace

absl::StatusOr<NodeId> ReadNode(absl::string_view word, int nodes) {
  absl::string_view digits = word;
  uint32_t number = 0;
  if (!absl::ConsumePrefix(&digits, "p") || !IsNumber(digits) ||
      !absl::SimpleAtoi(digits, &number)) {
    return Wrong("\"", word, "\" is no node; nodes are \"p0\" to \"p",
                 nodes - 1, "\"");
  }
  if (number >= static_cast<uint32_t>(nodes)) {
    return Wrong("there is no ", word, ": nodes are \"p0\" to \"p", nodes - 1,
                 "\"");
  }
  return NodeId(number);
}

absl::StatusOr<InstanceId> ReadInstance(absl::string_view word, int nodes) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(word, absl::MaxSplits(':', 1));
  absl::string_view origin = parts.first;
  absl::ConsumePrefix(&origin, "p");
  uint64_t seq = 0;
  if (!IsNumber(origin) || !IsNumber(parts.second) ||
      !absl::SimpleAtoi(parts.second, &seq)) {
    return Wrong("\"", word,
                 "\" is no instance; write origin and number like \"0:1\"");
  }
  absl::StatusOr<NodeId> node = ReadNode(absl::StrCat("p", origin), nodes);
  if (!node.ok()) return node.status();
  if (seq < 1 || seq > kSeqMax) {
    return Wrong("\"", word, "\": instances of a stream count from 1 to ",
                 kSeqMax);
  }
  return InstanceId{Epoch(1), *node, Seq(seq)};
}

absl::StatusOr<InstanceId> ReadAnyInstance(absl::string_view word) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(word, absl::MaxSplits(':', 1));
  absl::string_view digits = parts.first;
  absl::ConsumePrefix(&digits, "p");
  uint32_t origin = 0;
  uint64_t seq = 0;
  if (!IsNumber(digits) || !IsNumber(parts.second) ||
      !absl::SimpleAtoi(digits, &origin) ||
      !absl::SimpleAtoi(parts.second, &seq)) {
    return Wrong("\"", word,
                 "\" is no instance; write origin and number like \"0:1\"");
  }
  return InstanceId{Epoch(1), NodeId(origin), Seq(seq)};
}

std::string WriteNode(NodeId node) { return absl::StrCat("p", node.value()); }

std::string WriteInstance(const InstanceId& instance) {
  return absl::StrCat(instance.origin.value(), ":", instance.seq.value());
}

std::string WriteDuration(Duration duration) {
  static constexpr std::pair<Duration, absl::string_view> kUnits[] = {
      {kSecond, "s"}, {kMillisecond, "ms"}, {kMicrosecond, "us"}, {1, "ns"}};
  if (duration == 0) return "0";
  for (const auto& [length, unit] : kUnits) {
    if (duration % length == 0) return absl::StrCat(duration / length, unit);
  }
  return "";
}

std::string WriteWhen(const When& when) {
  if (!when.after.has_value()) return WriteDuration(when.at.value());
  const Condition& after = *when.after;
  std::string text;
  if (when.at != Time(0)) {
    absl::StrAppend(&text, WriteDuration(when.at.value()), " after ");
  }
  absl::StrAppend(&text, WriteNode(after.node), " ");
  switch (after.what) {
    case Condition::What::kSent:
      absl::StrAppend(&text, "sent ", MessageKindName(after.message), " ");
      break;
    case Condition::What::kReceived:
      absl::StrAppend(&text, "received ", MessageKindName(after.message), " ");
      break;
    case Condition::What::kDurable:
      absl::StrAppend(&text, "stored ", RecordKindName(after.record), " ");
      break;
    case Condition::What::kDelivered:
      text += "delivered ";
      break;
  }
  return text + WriteInstance(after.instance);
}

absl::StatusOr<Duration> ReadDuration(absl::string_view word, Duration most) {
  const size_t end =
      std::min(word.find_first_not_of("0123456789"), word.size());
  const absl::string_view digits = word.substr(0, end);
  const absl::string_view unit = word.substr(end);
  Duration factor = 0;
  if (unit == "ns") factor = 1;
  if (unit == "us") factor = kMicrosecond;
  if (unit == "ms") factor = kMillisecond;
  if (unit == "s") factor = kSecond;
  if (unit.empty() && digits == "0") factor = 1;
  int64_t number = 0;
  if (factor == 0 || digits.empty()) {
    return Wrong("\"", word,
                 "\" is no duration; write a whole number and ns, us, ms or s, "
                 "like \"5ms\"");
  }
  if (!absl::SimpleAtoi(digits, &number) || number > most / factor) {
    return Wrong("\"", word, "\" is too long; at most ",
                 most == kHour ? "an hour" : WriteDuration(most));
  }
  return number * factor;
}

absl::StatusOr<When> ReadWhen(absl::string_view words, int nodes) {
  std::vector<absl::string_view> split =
      absl::StrSplit(words, ' ', absl::SkipEmpty());
  When when;
  if (split.empty()) return Wrong("an empty moment; write it like \"5ms\"");
  const bool begins_with_time = absl::ascii_isdigit(split[0][0]);
  if (begins_with_time) {
    absl::StatusOr<Duration> time = ReadDuration(split[0]);
    if (!time.ok()) return time.status();
    when.at = Time(*time);
    if (split.size() == 1) return when;
    if (split[1] != "after") {
      return Wrong("\"", split[1], "\" where \"after\" was expected");
    }
    split.erase(split.begin(), split.begin() + 2);
  }
  absl::StatusOr<Condition> condition = ReadCondition(split, nodes);
  if (!condition.ok()) return condition.status();
  when.after = *condition;
  return when;
}

absl::string_view Nearest(absl::string_view word,
                          const std::vector<absl::string_view>& candidates) {
  absl::string_view nearest;
  size_t least = std::max(word.size() / 2, size_t{1}) + 1;
  for (const absl::string_view candidate : candidates) {
    // An abbreviation is as good as one slip.
    const bool begins = word.size() >= kAbbreviationMin &&
                        absl::StartsWithIgnoreCase(candidate, word);
    const size_t distance = begins ? 1 : Distance(word, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string Suggest(absl::string_view word,
                    const std::vector<absl::string_view>& candidates) {
  const absl::string_view nearest = Nearest(word, candidates);
  if (!nearest.empty())
    return absl::StrCat("; did you mean \"", nearest, "\"?");
  if (candidates.empty() || candidates.size() > kListedMax) return "";
  return absl::StrCat("; it can be ", absl::StrJoin(candidates, ", "));
}

}  // namespace distdb::sim
