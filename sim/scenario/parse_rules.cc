// Rules of a scenario file: what becomes of single messages.

#include "absl/strings/str_cat.h"
#include "sim/scenario/reader.h"

namespace distdb::sim {
namespace {

void ReadSpan(const Place& here, Reader& reader, Rule& rule) {
  if (here.Has("begin")) rule.from_time = Time(reader.Length(here, "begin"));
  rule.to_time = here.Has("end") ? Time(reader.Length(here, "end"))
                                 : reader.plan().heal_at;
  if (reader.ok() && rule.to_time <= rule.from_time) {
    reader.Fail(here.Error(here.Has("end") ? "end" : "begin",
                           "the rule ends before it begins: `end` (or the "
                           "scenario's `heal_at`) comes after `begin`"));
  }
}

void ReadFate(const Place& here, const scenario::Rule& text, Reader& reader,
              Rule& rule) {
  switch (text.fate_case()) {
    case scenario::Rule::kLost:
      rule.lost = text.lost();
      break;
    case scenario::Rule::kDelay:
      rule.delay = reader.Length(here, "delay");
      break;
    case scenario::Rule::kDuplicated:
      rule.copies = text.duplicated() ? 2 : 1;
      break;
    case scenario::Rule::kArrives:
      rule.arrives = Time(reader.Length(here, "arrives"));
      break;
    case scenario::Rule::FATE_NOT_SET:
      reader.Fail(here.Error("lost",
                             "a rule without a fate: give it `lost: true`, "
                             "a `delay`, `arrives` or `duplicated: true`"));
      break;
  }
  if (!text.has_again()) return;
  if (text.has_lost() || text.has_duplicated()) {
    reader.Fail(here.Error("again",
                           "a copy comes `again` where the first one has a "
                           "`delay` or `arrives`"));
  }
  rule.again = Time(reader.Length(here, "again"));
}

}  // namespace

void ReadRules(const Place& place, const scenario::Scenario& text,
               Reader& reader) {
  for (int i = 0; reader.ok() && i < text.rule_size(); ++i) {
    const scenario::Rule& from = text.rule(i);
    const Place here = place.Child("rule", i);
    Rule rule;
    if (from.has_from()) rule.from = reader.Node(here, "from");
    if (from.has_to()) rule.to = reader.Node(here, "to");
    if (from.kind() != scenario::ANY) {
      rule.message = MessageKind{static_cast<uint8_t>(from.kind())};
    }
    // A WATERMARK may say that nothing is delivered: number 0.
    if (from.has_instance()) rule.instance = reader.AnyInstance(here);
    if (from.has_digest_class()) rule.digest_class = from.digest_class();
    rule.skip = from.skip();
    if (from.has_count()) rule.count = from.count();
    ReadSpan(here, reader, rule);
    ReadFate(here, from, reader, rule);
    reader.plan().rules.push_back(rule);
  }
}

}  // namespace distdb::sim
