// The checks of a parsed configuration: what TextFormat cannot know.

#ifndef DISTDB_NODE_CONFIG_CHECKS_H_
#define DISTDB_NODE_CONFIG_CHECKS_H_

#include <google/protobuf/text_format.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "node/config.pb.h"

namespace distdb {

// Where in its file each field stands, for errors. Both arguments outlive it.
class ConfigPlaces {
 public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;

  ConfigPlaces(const std::string& file, const Tree& tree)
      : file_(file), tree_(tree) {}

  // InvalidArgument for the field of that name: "FILE:LINE:COLUMN: PROBLEM",
  // or "FILE: PROBLEM" where the file does not have the field.
  absl::Status Error(const std::string& field, absl::string_view problem) const;
  // The same for a field of the index-th member; an empty `field` is the
  // member as a whole.
  absl::Status MemberError(int index, const std::string& field,
                           absl::string_view problem) const;

 private:
  const std::string& file_;
  const Tree& tree_;
};

// OK, or the first thing that is missing, out of its range or contradictory.
absl::Status CheckNodeConfig(const NodeConfig& config,
                             const ConfigPlaces& places);

}  // namespace distdb

#endif  // DISTDB_NODE_CONFIG_CHECKS_H_
