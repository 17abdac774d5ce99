#include "sim/narration/phrases.h"

#include <cstddef>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/store/batch.h"
#include "sim/checkers/describe.h"

namespace distdb::sim {
namespace {

constexpr size_t kExcerptColumns = 24;
// Writes of one payload that are spelled out.
constexpr size_t kListedWrites = 3;

template <typename Mutation>
std::string MutationPhrase(const Mutation& mutation) {
  if (mutation.kind == MutationKind::kDelete) {
    return absl::StrCat("delete ", Excerpt(mutation.key));
  }
  return absl::StrCat("put ", Excerpt(mutation.key), " = ",
                      Excerpt(mutation.value));
}

template <typename Mutation>
std::string MutationsPhrase(const std::vector<Mutation>& mutations) {
  std::vector<std::string> parts;
  for (const Mutation& mutation : mutations) {
    if (parts.size() == kListedWrites) {
      parts.push_back(absl::StrCat(mutations.size() - kListedWrites, " more"));
      break;
    }
    parts.push_back(MutationPhrase(mutation));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

std::string Milliseconds(Time time) {
  const int64_t us = time.value() / kMicrosecond;
  return absl::StrFormat("%d.%03d", us / 1000, us % 1000);
}

std::string InstanceName(const InstanceId& instance) {
  return absl::StrCat(instance.origin.value(), ":", instance.seq.value());
}

std::string NodeNames(NodeSet nodes) {
  if (nodes.empty()) return "nobody";
  std::vector<std::string> names;
  for (const NodeId node : nodes) names.push_back(Describe(node));
  return absl::StrJoin(names, " ");
}

std::string Excerpt(absl::string_view bytes) {
  std::string text = absl::CEscape(bytes.substr(0, kExcerptColumns));
  if (text.size() < kExcerptColumns && bytes.size() <= kExcerptColumns) {
    return text;
  }
  return absl::StrCat(text.substr(0, kExcerptColumns - 1), "…");
}

std::string MessagePhrase(const Message& message, ValueNames& names) {
  if (message.kind == MessageKind::kHello) return "HELLO";
  const std::string value = names.Name(message);
  return absl::StrCat(MessageKindName(message.kind), "(",
                      InstanceName(message.instance), value.empty() ? "" : ", ",
                      value, ")");
}

std::string RecordPhrase(const Record& record, ValueNames& names) {
  if (IsOfSnapshot(record.kind)) {
    return std::string(RecordKindName(record.kind));
  }
  if (record.kind == RecordKind::kCollected) {
    return absl::StrCat("COLLECTED(", InstanceName(record.instance), ")");
  }
  const std::string& value = record.kind == RecordKind::kApplied
                                 ? names.Name(record.instance, record.payload)
                                 : names.Name(record.instance, record.digest);
  return absl::StrCat(RecordKindName(record.kind), "(",
                      InstanceName(record.instance), ", ", value, ")");
}

std::string CommandPhrase(const Command& command) {
  if (const Write* write = std::get_if<Write>(&command)) {
    return MutationsPhrase(write->mutations);
  }
  std::string phrase;
  Dot at_least;
  if (const Get* get = std::get_if<Get>(&command)) {
    phrase = absl::StrCat("get ", Excerpt(get->key));
    at_least = get->at_least;
  } else {
    const List& list = std::get<List>(command);
    phrase = absl::StrCat("list \"", Excerpt(list.prefix), "\"");
    at_least = list.at_least;
  }
  if (at_least.seq != Seq(0)) {
    absl::StrAppend(&phrase, ", not before ", at_least.origin.value(), ":",
                    at_least.seq.value());
  }
  return phrase;
}

std::string PayloadPhrase(absl::string_view payload) {
  const absl::StatusOr<BatchView> batch = DecodeBatch(payload);
  if (!batch.ok()) return absl::StrCat("malformed, ", payload.size(), " bytes");
  return MutationsPhrase(batch->mutations);
}

std::string ReplyPhrase(const Reply& reply) {
  if (!reply.status.ok()) {
    return absl::StrCat(absl::StatusCodeToString(reply.status.code()), ": ",
                        reply.status.message());
  }
  if (reply.token.seq != Seq(0)) {
    return absl::StrCat("OK, token ", reply.token.origin.value(), ":",
                        reply.token.seq.value());
  }
  if (reply.entries.empty()) return "no such key";
  std::vector<std::string> entries;
  for (const KeyValue& entry : reply.entries) {
    if (entries.size() == kListedWrites) {
      entries.push_back(
          absl::StrCat(reply.entries.size() - kListedWrites, " more"));
      break;
    }
    entries.push_back(
        absl::StrCat(Excerpt(entry.key), " = ", Excerpt(entry.value)));
  }
  return absl::StrJoin(entries, ", ");
}

}  // namespace distdb::sim
