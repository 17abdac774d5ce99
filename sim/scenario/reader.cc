#include "sim/scenario/reader.h"

#include "absl/strings/str_cat.h"
#include "sim/checkers/describe.h"
#include "sim/scenario/words.h"

namespace distdb::sim {

void Reader::Require(const Place& place, const std::string& field,
                     absl::string_view what) {
  if (place.Has(field)) return;
  Fail(place.Error(field, absl::StrCat("`", field, "` is missing: ", what)));
}

NodeId Reader::Node(const Place& place, const std::string& field, int index) {
  if (!ok()) return NodeId();
  if (index < 0) Require(place, field, "name a node, like \"p0\"");
  if (!ok()) return NodeId();
  return Take(place, field, index,
              ReadNode(place.Text(field, index), plan().nodes()));
}

NodeId Reader::Honest(const Place& place, const std::string& field) {
  const NodeId node = Node(place, field);
  if (ok() && plan().liars.Contains(node)) {
    Fail(place.Error(field, absl::StrCat(Describe(node),
                                         " is a liar: it has no replica "
                                         "that could do this")));
  }
  return node;
}

NodeSet Reader::Nodes(const Place& place, const std::string& field,
                      absl::string_view word, NodeSet meaning) {
  NodeSet nodes;
  const int count = place.Count(field);
  for (int i = 0; ok() && i < count; ++i) {
    if (!word.empty() && place.Text(field, i) == word) {
      nodes = nodes | meaning;
      continue;
    }
    nodes.Insert(Node(place, field, i));
  }
  return nodes;
}

InstanceId Reader::Instance(const Place& place, const std::string& field) {
  if (!ok()) return InstanceId();
  Require(place, field, "name an instance, like \"0:1\"");
  if (!ok()) return InstanceId();
  return Take(place, field, -1,
              ReadInstance(place.Text(field), plan().nodes()));
}

InstanceId Reader::ClaimedInstance(const Place& place) {
  if (!ok()) return InstanceId();
  Require(place, "instance", "name an instance, like \"0:1\"");
  if (!ok()) return InstanceId();
  return Take(place, "instance", -1, ReadAnyInstance(place.Text("instance")));
}

InstanceId Reader::AnyInstance(const Place& place) {
  const InstanceId instance = ClaimedInstance(place);
  if (!ok() || instance.seq == Seq(0)) return instance;
  return Instance(place, "instance");
}

Duration Reader::Length(const Place& place, const std::string& field,
                        Duration most) {
  if (!ok()) return 0;
  return Take(place, field, -1, ReadDuration(place.Text(field), most));
}

When Reader::Moment(const Place& place, const std::string& field) {
  if (!ok()) return When();
  Require(place, field, "say when, like \"5ms\" or \"p2 delivered 0:1\"");
  if (!ok()) return When();
  const When when =
      Take(place, field, -1, ReadWhen(place.Text(field), plan().nodes()));
  if (ok() && when.after.has_value() &&
      plan().liars.Contains(when.after->node)) {
    Fail(place.Error(
        field, absl::StrCat(Describe(when.after->node),
                            " is a liar: nothing can wait for what it does")));
  }
  return when;
}

}  // namespace distdb::sim
