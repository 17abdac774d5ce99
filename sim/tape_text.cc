#include "sim/tape_text.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/rare_event.h"
#include "core/record.h"
#include "sim/decision_names.h"

namespace distdb::sim {
namespace {

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

// What About::message stands for in decisions of this kind.
enum class Kinds { kMessages, kRecords, kRareEvents };

Kinds KindsOf(Decision decision) {
  switch (decision) {
    case Decision::kRareEvent:
      return Kinds::kRareEvents;
    case Decision::kReadFails:
    case Decision::kDiskWriteWait:
    case Decision::kWriteWait:
    case Decision::kFsyncWait:
    case Decision::kFsyncTime:
    case Decision::kFsyncFails:
    case Decision::kCrashAtFsync:
    case Decision::kCrashDuringFsync:
    case Decision::kCrashMoment:
    case Decision::kCrashBeforeWrite:
    case Decision::kCrashAfterWrite:
      return Kinds::kRecords;
    default:
      return Kinds::kMessages;
  }
}

// All names of kinds, by number.
std::vector<std::pair<uint8_t, absl::string_view>> KindNames(Kinds kinds) {
  std::vector<std::pair<uint8_t, absl::string_view>> names;
  switch (kinds) {
    case Kinds::kMessages:
      for (const MessageKind kind : kAllMessageKinds) {
        names.emplace_back(static_cast<uint8_t>(kind), MessageKindName(kind));
      }
      break;
    case Kinds::kRecords:
      for (const RecordKind kind : kAllRecordKinds) {
        names.emplace_back(static_cast<uint8_t>(kind), RecordKindName(kind));
      }
      break;
    case Kinds::kRareEvents:
      for (size_t i = 0; i < kRareEvents; ++i) {
        names.emplace_back(static_cast<uint8_t>(i), kRareEventNames[i]);
      }
      break;
  }
  return names;
}

std::string KindText(const About& about) {
  const auto number = static_cast<uint8_t>(about.message);
  const Kinds kinds = KindsOf(about.decision);
  if (number == 0 && kinds != Kinds::kRareEvents) return "";
  for (const auto& [other, name] : KindNames(kinds)) {
    if (other == number) return absl::StrCat(" kind=", name);
  }
  return absl::StrCat(" kind=", number);
}

// Below `most`.
absl::Status ReadNumber(absl::string_view name, absl::string_view word,
                        uint64_t most, uint64_t& number) {
  if (absl::SimpleAtoi(word, &number) && number <= most) {
    return absl::OkStatus();
  }
  return Wrong(name, "=", word, ": give a number up to ", most);
}

absl::Status ReadNode(absl::string_view name, absl::string_view word,
                      NodeId& node) {
  uint64_t number = 0;
  absl::string_view digits = word;
  if (!absl::ConsumePrefix(&digits, "p") ||
      !ReadNumber(name, digits, kNobody.value() - 1, number).ok()) {
    return Wrong(name, "=", word, ": give a node, such as p0");
  }
  node = NodeId(static_cast<uint32_t>(number));
  return absl::OkStatus();
}

absl::Status ReadKind(absl::string_view word, About& about) {
  std::string names;
  for (const auto& [number, name] : KindNames(KindsOf(about.decision))) {
    if (name == word || absl::StrCat(number) == word) {
      about.message = MessageKind{number};
      return absl::OkStatus();
    }
    absl::StrAppend(&names, names.empty() ? "" : ", ", name);
  }
  return Wrong("kind=", word, ": give one of ", names);
}

absl::Status ReadInstance(absl::string_view word, InstanceId& id) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(word, absl::MaxSplits(':', 1));
  uint32_t origin = 0;
  uint64_t seq = 0;
  if (!absl::SimpleAtoi(parts.first, &origin) ||
      !absl::SimpleAtoi(parts.second, &seq)) {
    return Wrong("instance=", word,
                 ": give an origin and a number, such as 0:1");
  }
  id.origin = NodeId(origin);
  id.seq = Seq(seq);
  if (id.epoch == Epoch(0)) id.epoch = Epoch(1);
  return absl::OkStatus();
}

absl::Status ReadField(absl::string_view name, absl::string_view word,
                       About& about, std::optional<uint64_t>& answer) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  constexpr uint64_t kMost32 = std::numeric_limits<uint32_t>::max();
  if (name == "from") return ReadNode(name, word, about.from);
  if (name == "to") return ReadNode(name, word, about.to);
  if (name == "kind") return ReadKind(word, about);
  if (name == "instance") return ReadInstance(word, about.instance);
  if (name == "nth") return ReadNumber(name, word, kMost, about.occurrence);
  uint64_t number = 0;
  if (name == "epoch") {
    const absl::Status status = ReadNumber(name, word, kMost32, number);
    about.instance.epoch = Epoch(static_cast<uint32_t>(number));
    return status;
  }
  if (name == "digest") {
    const absl::Status status = ReadNumber(name, word, kMost32, number);
    about.digest_class = static_cast<uint32_t>(number);
    return status;
  }
  if (name == "answer") {
    const absl::Status status = ReadNumber(name, word, kMost, number);
    answer = number;
    return status;
  }
  return Wrong(name,
               ": no such field; there are from, to, kind, instance, "
               "epoch, digest, nth, answer");
}

absl::Status ReadLine(absl::string_view line, Tape& tape) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.empty()) return absl::OkStatus();
  About about;
  const std::optional<Decision> decision = FindDecision(words[0]);
  if (!decision.has_value()) {
    return Wrong("\"", words[0],
                 "\" is no decision; sim/decision.h has them all");
  }
  about.decision = *decision;
  std::optional<uint64_t> answer;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(words[i], absl::MaxSplits('=', 1));
    const absl::Status status =
        ReadField(parts.first, parts.second, about, answer);
    if (!status.ok()) return status;
  }
  if (!answer.has_value()) return Wrong("no answer: add answer=N");
  if (!tape.emplace(about, *answer).second) {
    return Wrong(
        "this is decided above already; take one of the two lines "
        "away");
  }
  return absl::OkStatus();
}

}  // namespace

std::string WriteAbout(const About& about) {
  std::string text(DecisionName(about.decision));
  if (about.from != kNobody) {
    absl::StrAppend(&text, " from=p", about.from.value());
  }
  if (about.to != kNobody) absl::StrAppend(&text, " to=p", about.to.value());
  text += KindText(about);
  if (about.instance != InstanceId()) {
    const InstanceId& id = about.instance;
    absl::StrAppend(&text, " instance=", id.origin.value(), ":",
                    id.seq.value());
    if (id.epoch != Epoch(1)) {
      absl::StrAppend(&text, " epoch=", id.epoch.value());
    }
  }
  if (about.digest_class > 0) {
    absl::StrAppend(&text, " digest=", about.digest_class);
  }
  if (about.occurrence > 0) absl::StrAppend(&text, " nth=", about.occurrence);
  return text;
}

std::string WriteTape(const Tape& tape) {
  std::string text;
  for (const auto& [about, answer] : tape) {
    if (answer == 0) continue;
    absl::StrAppend(&text, WriteAbout(about), " answer=", answer, "\n");
  }
  return text;
}

absl::StatusOr<Tape> ReadTape(const std::string& file, absl::string_view text) {
  Tape tape;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::Status status = ReadLine(line.substr(0, line.find('#')), tape);
    if (status.ok()) continue;
    return Wrong(file, ":", number, ": ", status.message());
  }
  return tape;
}

}  // namespace distdb::sim
