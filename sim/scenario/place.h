// Place: a message of a text file together with where its fields stand in it,
// so that an error found later still names file, line and column.
//
// ParseText reads a whole file; from its Place one descends with Child. Errors
// are InvalidArgument of one line: `FILE:LINE:COLUMN: what is wrong`.

#ifndef DISTDB_SIM_SCENARIO_PLACE_H_
#define DISTDB_SIM_SCENARIO_PLACE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace distdb::sim {

class Place {
 public:
  // The pointers are not owned and outlive this and all its children. `tree`
  // may be null: then nothing is known beyond the line of the whole.
  Place(const std::string* file, const google::protobuf::Message* message,
        const google::protobuf::TextFormat::ParseInfoTree* tree)
      : file_(file), message_(message), tree_(tree) {}

  // Names of fields must exist. For a field that may repeat, `index` says which
  // one is meant.
  bool Has(const std::string& field) const;
  int Count(const std::string& field) const;
  std::string Text(const std::string& field, int index = -1) const;
  Place Child(const std::string& field, int index = -1) const;

  // What is wrong with that field; if it is not there, with the message.
  absl::Status Error(const std::string& field, int index,
                     absl::string_view what) const;
  absl::Status Error(const std::string& field, absl::string_view what) const {
    return Error(field, -1, what);
  }

 private:
  const google::protobuf::FieldDescriptor* Field(const std::string& name) const;

  const std::string* file_;
  const google::protobuf::Message* message_;
  const google::protobuf::TextFormat::ParseInfoTree* tree_;
  // Where the message itself begins, from 0.
  int line_ = 0;
  int column_ = 0;
};

// Parses `text` into `message`; `file` is its name for errors. Words that no
// field or enumeration knows are answered with the nearest one that exists.
absl::Status ParseText(const std::string& file, const std::string& text,
                       google::protobuf::Message* message,
                       google::protobuf::TextFormat::ParseInfoTree* tree);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SCENARIO_PLACE_H_
