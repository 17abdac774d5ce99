#include "sim/scenario/writer.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/scenario/words.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {
namespace {

constexpr size_t kWidth = 80;
// Of the fields of a message.
constexpr size_t kMargin = 2;

// Whether it is text in UTF-8 (or bytes that could be).
bool IsText(absl::string_view bytes) {
  size_t follow = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    const bool follows = (byte & 0xC0) == 0x80;
    if (follows != (follow > 0)) return false;
    if (follows) {
      --follow;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      follow = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
  }
  return follow == 0;
}

std::string Quote(absl::string_view text) {
  return absl::StrCat(
      "\"", IsText(text) ? absl::Utf8SafeCEscape(text) : absl::CEscape(text),
      "\"");
}

}  // namespace

void Fields::Word(absl::string_view name, absl::string_view value) {
  fields_.push_back({absl::StrCat(name, ": ", Quote(value)), {}});
}

void Fields::Sentence(absl::string_view name, absl::string_view text) {
  const size_t width = kWidth - name.size() - 5;
  std::string value;
  while (text.size() > width) {
    const size_t space = text.rfind(' ', width);
    if (space == absl::string_view::npos) break;
    absl::StrAppend(&value, Quote(text.substr(0, space + 1)), "\n",
                    std::string(kMargin + name.size() + 2, ' '));
    text.remove_prefix(space + 1);
  }
  Symbol(name, absl::StrCat(value, Quote(text)));
}

void Fields::Symbol(absl::string_view name, absl::string_view value) {
  fields_.push_back({absl::StrCat(name, ": ", value), {}});
}

void Fields::Number(absl::string_view name, uint64_t value) {
  fields_.push_back({absl::StrCat(name, ": ", value), {}});
}

void Fields::Flag(absl::string_view name, bool value) {
  if (value) Symbol(name, "true");
}

void Fields::Node(absl::string_view name, NodeId node) {
  Word(name, WriteNode(node));
}

void Fields::Nodes(absl::string_view name, NodeSet nodes) {
  if (nodes.size() == 1) return Node(name, *nodes.begin());
  std::vector<std::string> words;
  for (const NodeId node : nodes) words.push_back(Quote(WriteNode(node)));
  Symbol(name, absl::StrCat("[", absl::StrJoin(words, ", "), "]"));
}

void Fields::Time(absl::string_view name, Duration time) {
  Word(name, WriteDuration(time));
}

void Fields::Instance(const InstanceId& instance) {
  Word("instance", WriteInstance(instance));
}

void Fields::Message(absl::string_view name, const Fields& fields) {
  fields_.push_back({std::string(name), {fields}});
}

void Fields::Append(const Fields& more) {
  fields_.insert(fields_.end(), more.fields_.begin(), more.fields_.end());
}

std::string Fields::OneLine() const {
  if (fields_.empty()) return "{}";
  std::string text = "{";
  for (const Field& field : fields_) {
    absl::StrAppend(&text, " ", field.start);
    if (!field.message.empty()) {
      absl::StrAppend(&text, " ", field.message[0].OneLine());
    }
  }
  return text + " }";
}

std::string Fields::Text(size_t indent, size_t width) const {
  std::string line = OneLine();
  if (line.size() <= width || fields_.empty()) return line;
  std::string text = "{\n";
  const std::string margin(indent + 2, ' ');
  for (const Field& field : fields_) {
    absl::StrAppend(&text, margin, field.start);
    if (!field.message.empty()) {
      const size_t used = margin.size() + field.start.size() + 1;
      absl::StrAppend(
          &text, " ",
          field.message[0].Text(indent + 2, used < kWidth ? kWidth - used : 0));
    }
    text += "\n";
  }
  return absl::StrCat(text, std::string(indent, ' '), "}");
}

void Writer::Line(absl::string_view name, const Fields& fields) {
  absl::StrAppend(&text_, name, " ", fields.Text(0, kWidth - name.size() - 1),
                  "\n");
}

void Writer::Lines(const Fields& fields) {
  if (fields.empty()) return;
  // The whole, without its braces and their margin.
  const std::string text = fields.Text(0, 0);
  for (absl::string_view rest =
           absl::string_view(text).substr(2, text.size() - 3);
       !rest.empty();) {
    const size_t end = rest.find('\n') + 1;
    absl::StrAppend(&text_, rest.substr(2, end - 2));
    rest.remove_prefix(end);
  }
}

void Writer::Blank() {
  if (!text_.empty() && !absl::EndsWith(text_, "\n\n")) text_ += "\n";
}

std::string Writer::NameOf(const Payload& payload) const {
  for (const auto& [name, value] : scenario_.values) {
    if (value == payload) return name;
  }
  return "";
}

std::string Writer::NameOf(const InstanceId& instance,
                           const Digest& digest) const {
  for (const auto& [name, value] : scenario_.values) {
    if (StandInDigester().Compute(instance, value.bytes()) == digest) {
      return name;
    }
  }
  return "";
}

std::string Writer::IdOf(RequestId request) const {
  for (const auto& [id, named] : scenario_.requests) {
    if (named == request) return id;
  }
  return "";
}

}  // namespace distdb::sim
