#include "sim/viewer/page.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/message.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"
#include "sim/viewer/files.h"
#include "sim/viewer/frame.h"
#include "sim/viewer/json.h"

namespace distdb::sim {
namespace {

template <typename T, typename Append>
void AppendArray(const T& values, std::string& json, const Append& append) {
  json += '[';
  bool first = true;
  for (const auto& value : values) {
    if (!first) json += ',';
    first = false;
    append(value);
  }
  json += ']';
}

class RunJson {
 public:
  RunJson(const Chronicle& chronicle, const PageAbout& about)
      : chronicle_(chronicle), about_(about) {}

  std::string Text() {
    // First what uses strings, so that the table is complete.
    std::string run;
    AppendBase(run);
    AppendHappenings(run);
    AppendCrossings(run);
    std::string json = "{\"format\":1";
    AppendAbout(json);
    AppendNames(json);
    absl::StrAppend(&json, ",\"strings\":");
    std::vector<const std::string*> table(strings_.size());
    for (const auto& [text, index] : strings_) {
      table[static_cast<size_t>(index)] = &text;
    }
    AppendArray(table, json, [&json](const std::string* text) {
      AppendJsonString(*text, json);
    });
    absl::StrAppend(&json, run, "}\n");
    return json;
  }

 private:
  int64_t Index(const std::string& text) {
    const auto next = static_cast<int64_t>(strings_.size());
    return strings_.try_emplace(text, next).first->second;
  }

  void AppendAbout(std::string& json) {
    const auto text = [&json](absl::string_view name, absl::string_view value) {
      absl::StrAppend(&json, ",\"", name, "\":");
      AppendJsonString(value, json);
    };
    text("title", about_.title);
    text("command", about_.command);
    text("result", about_.result);
    json += ",\"about\":";
    AppendArray(about_.about, json, [&json](const std::string& line) {
      AppendJsonString(line, json);
    });
    const Plan& plan = chronicle_.plan();
    absl::StrAppend(&json, ",\"nodes\":", plan.nodes(), ",\"liars\":");
    AppendNodes(plan.liars, json);
    absl::StrAppend(&json, ",\"let_go\":", chronicle_.first(),
                    ",\"late_factor\":", Chronicle::kLateFactor,
                    ",\"knows_fates\":", about_.knows_fates ? "true" : "false",
                    ",\"focus\":{\"instance\":");
    const Focus& focus = about_.focus;
    if (focus.instance.has_value()) {
      absl::StrAppend(&json, "\"", focus.instance->origin.value(), ":",
                      focus.instance->seq.value(), "\"");
    } else {
      json += "null";
    }
    absl::StrAppend(
        &json, ",\"node\":",
        focus.node.has_value() ? absl::StrCat(focus.node->value()) : "null",
        "},\"violation\":");
    AppendViolation(json);
  }

  void AppendViolation(std::string& json) {
    if (!about_.violation.has_value()) {
      json += "null";
      return;
    }
    const Violation& violation = *about_.violation;
    absl::StrAppend(&json, "{\"property\":\"", PropertyName(violation.property),
                    "\",\"at\":", violation.at.value(), ",\"what\":");
    AppendJsonString(violation.what, json);
    json += ",\"nodes\":";
    AppendNodes(violation.nodes, json);
    json += ",\"instance\":";
    json += violation.instance.has_value()
                ? absl::StrCat("\"", InstanceName(*violation.instance), "\"")
                : "null";
    const std::optional<uint64_t> broken = BrokenBy(chronicle_, violation);
    absl::StrAppend(
        &json, ",\"broken\":",
        broken.has_value() ? absl::StrCat(Position(*broken)) : "null", "}");
  }

  void AppendNodes(NodeSet nodes, std::string& json) {
    AppendArray(nodes, json,
                [&json](NodeId node) { absl::StrAppend(&json, node.value()); });
  }

  void AppendNames(std::string& json) {
    json += ",\"kinds\":[";
    for (int i = 0; i <= static_cast<int>(Happening::Kind::kHeal); ++i) {
      absl::StrAppend(&json, i == 0 ? "" : ",", "\"",
                      HappeningKindName(static_cast<Happening::Kind>(i)), "\"");
    }
    // By their numbers; 0 is none.
    json += "],\"messages\":[\"?\"";
    for (const MessageKind kind : kAllMessageKinds) {
      absl::StrAppend(&json, ",\"", MessageKindName(kind), "\"");
    }
    json += "],\"fates\":[\"?\"";
    for (int i = 1; i <= static_cast<int>(Fate::kToCrashed); ++i) {
      absl::StrAppend(&json, ",\"", FateName(static_cast<Fate>(i)), "\"");
    }
    json += "]";
  }

  void AppendBase(std::string& json) {
    json += ",\"base\":";
    AppendArray(chronicle_.base(), json, [&](const StateLines& lines) {
      AppendArray(lines, json, [&](const auto& line) {
        absl::StrAppend(&json, Index(line.first), ",", Index(line.second));
      });
    });
  }

  void AppendStrings(const std::vector<std::string>& texts, std::string& json) {
    AppendArray(texts, json, [&](const std::string& text) {
      absl::StrAppend(&json, Index(text));
    });
  }

  void AppendHappenings(std::string& json) {
    json += ",\"happenings\":";
    AppendArray(chronicle_.happenings(), json, [&](const Happening& h) {
      absl::StrAppend(
          &json, "[", static_cast<int>(h.kind), ",", h.at.value(), ",",
          h.node.has_value() ? static_cast<int>(h.node->value()) : -1, ",",
          h.event, ",", Index(h.text), ",");
      AppendStrings(h.effects, json);
      json += ',';
      AppendArray(h.instances, json, [&](const InstanceId& id) {
        absl::StrAppend(&json, Index(InstanceName(id)));
      });
      json += ',';
      AppendStrings(h.deliveries, json);
      absl::StrAppend(&json, ",", h.convicts ? 1 : 0, ",");
      AppendArray(h.changes, json, [&](const StateChange& change) {
        absl::StrAppend(&json, Index(change.line), ",",
                        change.value.empty() ? -1 : Index(change.value));
      });
      json += "]";
    });
  }

  // Where a happening stands in the JSON; -1: it is not there.
  int64_t Position(uint64_t happening) const {
    const bool is_kept =
        happening != Crossing::kNone && happening >= chronicle_.first();
    return is_kept ? static_cast<int64_t>(happening - chronicle_.first()) : -1;
  }

  void AppendCrossings(std::string& json) {
    json += ",\"crossings\":[";
    bool first = true;
    for (const Crossing& c : chronicle_.crossings()) {
      const int64_t said_by = Position(c.said_by);
      const int64_t heard_by = Position(c.heard_by);
      if (said_by < 0 && heard_by < 0) continue;
      const std::string instance =
          c.instance.seq == Seq(0) ? "" : InstanceName(c.instance);
      const int flags = (c.lie ? 1 : 0) | (c.forged ? 2 : 0) |
                        (c.copy ? 4 : 0) | (c.late ? 8 : 0);
      absl::StrAppend(&json, first ? "[" : ",[", static_cast<int>(c.kind), ",",
                      c.from.value(), ",", c.to.value());
      absl::StrAppend(&json, ",", Index(instance), ",", Index(c.value), ",",
                      Index(c.content), ",", static_cast<int>(c.fate));
      absl::StrAppend(&json, ",", flags, ",", c.said.value(), ",",
                      c.ended.value());
      absl::StrAppend(&json, ",", said_by, ",", heard_by, "]");
      first = false;
    }
    json += "]";
  }

  const Chronicle& chronicle_;
  const PageAbout& about_;
  std::map<std::string, int64_t> strings_;
};

bool IsAbout(const Happening& happening, const InstanceId& id) {
  return std::find(happening.instances.begin(), happening.instances.end(),
                   id) != happening.instances.end();
}

bool Delivers(const Happening& happening, const InstanceId& id) {
  return std::find(happening.delivered.begin(), happening.delivered.end(),
                   id) != happening.delivered.end();
}

}  // namespace

std::optional<uint64_t> BrokenBy(const Chronicle& chronicle,
                                 const Violation& violation) {
  std::optional<uint64_t> last;
  std::optional<uint64_t> last_of_nodes;
  std::optional<uint64_t> last_delivery;
  uint64_t number = chronicle.first();
  for (const Happening& happening : chronicle.happenings()) {
    const uint64_t here = number++;
    if (happening.at > violation.at) break;
    if (!happening.node.has_value()) continue;
    const NodeId node = *happening.node;
    if (violation.instance.has_value()) {
      const InstanceId& id = *violation.instance;
      const bool begins = (violation.property == Property::kTotality &&
                           Delivers(happening, id)) ||
                          (violation.property == Property::kValidity &&
                           node == id.origin && IsAbout(happening, id));
      if (begins) return here;
      if (Delivers(happening, id)) last_delivery = here;
    }
    if (happening.event == 0) continue;
    last = here;
    if (violation.nodes.Contains(node)) last_of_nodes = here;
  }
  if (violation.property == Property::kTotality ||
      violation.property == Property::kValidity) {
    return std::nullopt;
  }
  if (last_delivery.has_value() &&
      (violation.property == Property::kAgreement ||
       violation.property == Property::kIntegrity)) {
    return last_delivery;
  }
  return last_of_nodes.has_value() ? last_of_nodes : last;
}

std::string RunPage(const Chronicle& chronicle, const PageAbout& about) {
  return Frame({.title = about.title,
                .body = std::string(kPageHtml),
                .data = RunJson(chronicle, about).Text(),
                .program = std::string(kViewerJs)});
}

}  // namespace distdb::sim
