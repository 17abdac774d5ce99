#include "sim/scenario/place.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/check.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "sim/scenario/words.h"

namespace distdb::sim {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Lines and columns come from 0, people count from 1.
absl::Status ErrorAt(const std::string& file, int line, int column,
                     absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ":", line + 1, ":", column + 1, ": ", what));
}

// Keeps the first error.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  struct Error {
    int line = 0;
    int column = 0;
    std::string what;
  };

  void AddError(int line, int column, const std::string& what) override {
    if (!error_.has_value()) error_ = {line, column, what};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<Error> error_;
};

// The text between the `n`-th pair of double quotes, from 0; or nothing.
std::string Quoted(const std::string& text, size_t n) {
  const std::vector<std::string> parts = absl::StrSplit(text, '"');
  const size_t index = 2 * n + 1;
  return index < parts.size() ? parts[index] : "";
}

void CollectEnums(const Descriptor* message, const std::string& field,
                  std::vector<absl::string_view>& values) {
  const FieldDescriptor* found = message->FindFieldByName(field);
  if (found != nullptr && found->enum_type() != nullptr) {
    const EnumDescriptor* type = found->enum_type();
    for (int i = 0; i < type->value_count(); ++i) {
      values.push_back(type->value(i)->name());
    }
  }
  for (int i = 0; i < message->nested_type_count(); ++i) {
    CollectEnums(message->nested_type(i), field, values);
  }
}

// The parser's own words, with the nearest name where one is wrong.
std::string Explain(const FileDescriptor* file, const std::string& what,
                    std::string& wrong_word) {
  std::vector<absl::string_view> candidates;
  if (what.find("has no field named") != std::string::npos) {
    wrong_word = Quoted(what, 1);
    const Descriptor* type =
        file->pool()->FindMessageTypeByName(Quoted(what, 0));
    if (type != nullptr) {
      for (int i = 0; i < type->field_count(); ++i) {
        candidates.push_back(type->field(i)->name());
      }
    }
    return absl::StrCat("there is no field \"", wrong_word, "\" here",
                        Suggest(wrong_word, candidates));
  }
  if (what.find("Unknown enumeration value") != std::string::npos) {
    wrong_word = Quoted(what, 0);
    for (int i = 0; i < file->message_type_count(); ++i) {
      CollectEnums(file->message_type(i), Quoted(what, 1), candidates);
    }
    return absl::StrCat("\"", wrong_word, "\" is no ", Quoted(what, 1),
                        Suggest(wrong_word, candidates));
  }
  if (absl::EndsWith(what, "got: ")) return "the file ends too early";
  return std::string(absl::StripSuffix(what, "."));
}

// Where `word` stands at or before (line, column); the parser has sometimes
// read on when it complains.
std::pair<int, int> Locate(const std::string& text, int line, int column,
                           const std::string& word) {
  if (word.empty()) return {line, column};
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (int i = std::min(line, static_cast<int>(lines.size()) - 1); i >= 0;
       --i) {
    const size_t from =
        i == line ? static_cast<size_t>(column) : std::string::npos;
    const size_t found = lines[static_cast<size_t>(i)].rfind(word, from);
    if (found != std::string::npos) return {i, static_cast<int>(found)};
  }
  return {line, column};
}

}  // namespace

const FieldDescriptor* Place::Field(const std::string& name) const {
  const FieldDescriptor* field =
      message_->GetDescriptor()->FindFieldByName(name);
  DISTDB_CHECK(field != nullptr, "the schema has the fields that are read");
  return field;
}

bool Place::Has(const std::string& field) const {
  return message_->GetReflection()->HasField(*message_, Field(field));
}

int Place::Count(const std::string& field) const {
  return message_->GetReflection()->FieldSize(*message_, Field(field));
}

std::string Place::Text(const std::string& field, int index) const {
  const google::protobuf::Reflection* reflection = message_->GetReflection();
  if (index < 0) return reflection->GetString(*message_, Field(field));
  return reflection->GetRepeatedString(*message_, Field(field), index);
}

Place Place::Child(const std::string& name, int index) const {
  const FieldDescriptor* field = Field(name);
  const google::protobuf::Reflection* reflection = message_->GetReflection();
  const google::protobuf::Message& message =
      index < 0 ? reflection->GetMessage(*message_, field)
                : reflection->GetRepeatedMessage(*message_, field, index);
  Place child(file_, &message, nullptr);
  child.line_ = line_;
  child.column_ = column_;
  if (tree_ == nullptr) return child;
  child.tree_ = tree_->GetTreeForNested(field, index);
  const auto location = tree_->GetLocation(field, index);
  if (location.line >= 0) {
    child.line_ = location.line;
    child.column_ = location.column;
  }
  return child;
}

absl::Status Place::Error(const std::string& name, int index,
                          absl::string_view what) const {
  if (tree_ != nullptr) {
    // The elements of a list [a, b] share one place: that of the first.
    const FieldDescriptor* field = Field(name);
    if (field->is_repeated()) index = std::max(index, 0);
    for (int i = index; i >= (field->is_repeated() ? 0 : -1); --i) {
      const auto location = tree_->GetLocation(field, i);
      if (location.line >= 0) {
        return ErrorAt(*file_, location.line, location.column, what);
      }
    }
  }
  return ErrorAt(*file_, line_, column_, what);
}

absl::Status ParseText(const std::string& file, const std::string& text,
                       google::protobuf::Message* message,
                       google::protobuf::TextFormat::ParseInfoTree* tree) {
  FirstError first;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&first);
  parser.WriteLocationsTo(tree);
  if (parser.ParseFromString(text, message)) return absl::OkStatus();
  const FirstError::Error error =
      first.error().value_or(FirstError::Error{0, 0, "it cannot be read"});
  std::string wrong_word;
  const std::string what =
      Explain(message->GetDescriptor()->file(), error.what, wrong_word);
  const auto [line, column] =
      Locate(text, error.line, error.column, wrong_word);
  return ErrorAt(file, line, column, what);
}

}  // namespace distdb::sim
