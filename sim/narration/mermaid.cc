#include "sim/narration/mermaid.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/node_set.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

using Kind = Happening::Kind;

bool IsChatter(const Crossing& crossing) {
  if (crossing.lie) return false;
  return crossing.kind == MessageKind::kHello ||
         (crossing.kind == MessageKind::kWatermark &&
          crossing.instance.seq == Seq(0));
}

class Diagram {
 public:
  Diagram(const Chronicle& chronicle, const Focus& focus, uint64_t lines_max)
      : chronicle_(chronicle), focus_(focus), lines_max_(lines_max) {}

  std::string Text() {
    text_ = "sequenceDiagram\n";
    for (const NodeId node : NodeSet::FirstN(chronicle_.plan().nodes())) {
      const bool lies = chronicle_.plan().liars.Contains(node);
      absl::StrAppend(
          &text_, "    participant ", Describe(node),
          lies ? absl::StrCat(" as ", Describe(node), " (lies)") : "", "\n");
    }
    DrawAll();
    if (left_out_ > 0) {
      Append(absl::StrCat("Note over ", AllLanes(), ": … and ", left_out_,
                          " more lines"));
    }
    for (const NodeId node : active_) Append("deactivate " + Describe(node));
    return text_;
  }

 private:
  void Append(const std::string& line) {
    absl::StrAppend(&text_, "    ", line, "\n");
  }

  void Line(const std::string& line) {
    if (lines_++ < lines_max_) return Append(line);
    ++left_out_;
  }

  std::string AllLanes() const {
    const int last = chronicle_.plan().nodes() - 1;
    return absl::StrCat("p0", last > 0 ? absl::StrCat(",p", last) : "");
  }

  // By the moment at which they show: a message as it ends.
  void DrawAll() {
    std::vector<const Crossing*> crossings;
    for (const Crossing& crossing : chronicle_.crossings()) {
      if (IsShown(crossing)) crossings.push_back(&crossing);
    }
    std::stable_sort(crossings.begin(), crossings.end(),
                     [](const Crossing* a, const Crossing* b) {
                       return a->ended < b->ended;
                     });
    auto next = crossings.begin();
    uint64_t number = chronicle_.first();
    for (const Happening& happening : chronicle_.happenings()) {
      // What this step hears stands before what it does, and what it says is
      // lost after it.
      while (next != crossings.end() && IsBefore(**next, happening, number)) {
        Draw(**next++);
      }
      Draw(happening);
      ++number;
    }
    while (next != crossings.end()) Draw(**next++);
  }

  bool IsBefore(const Crossing& crossing, const Happening& happening,
                uint64_t number) const {
    if (crossing.ended != happening.at) return crossing.ended < happening.at;
    if (crossing.heard_by != Crossing::kNone) {
      return crossing.heard_by <= number;
    }
    return crossing.said_by != Crossing::kNone && crossing.said_by < number;
  }

  bool IsShown(const Crossing& crossing) const {
    if (IsChatter(crossing) || crossing.fate == Fate::kChannelDown) {
      return false;
    }
    return focus_.Shows(crossing.instance) &&
           (focus_.Shows(crossing.from) || focus_.Shows(crossing.to));
  }

  void Draw(const Crossing& crossing) {
    std::string what = absl::StrCat(Milliseconds(crossing.ended), " ms ",
                                    crossing.forged ? "forged: "
                                    : crossing.lie  ? "lie: "
                                                    : "",
                                    MessageKindName(crossing.kind));
    if (crossing.kind != MessageKind::kHello) {
      absl::StrAppend(&what, " ", InstanceName(crossing.instance));
    }
    if (!crossing.value.empty()) absl::StrAppend(&what, " ", crossing.value);
    if (crossing.copy) what += " (second copy)";
    if (crossing.late) what += " (late)";
    bool arrives = false;
    switch (crossing.fate) {
      case Fate::kLost:
        what += " is lost";
        break;
      case Fate::kCut:
        what += " is cut by a partition";
        break;
      case Fate::kToCrashed:
        what += " finds nobody";
        break;
      default:
        arrives = true;
    }
    const absl::string_view arrow =
        crossing.lie ? (arrives ? "-->>" : "--x") : (arrives ? "->>" : "-x");
    Line(absl::StrCat(Describe(crossing.from), arrow, Describe(crossing.to),
                      ": ", MermaidEscaped(what)));
  }

  void Note(const Happening& happening, absl::string_view text) {
    const std::string where =
        happening.node.has_value() ? Describe(*happening.node) : AllLanes();
    Line(absl::StrCat("Note over ", where, ": ",
                      MermaidEscaped(absl::StrCat(Milliseconds(happening.at),
                                                  " ms ", text))));
  }

  void Activate(NodeId node) {
    active_.Insert(node);
    Append("activate " + Describe(node));
  }

  void Draw(const Happening& happening) {
    if (happening.node.has_value() && !focus_.Shows(*happening.node)) return;
    switch (happening.kind) {
      case Kind::kStart:
        return Activate(*happening.node);
      case Kind::kRestart:
      case Kind::kJoin:
        Note(happening, happening.text);
        return Activate(*happening.node);
      case Kind::kCrash:
        Note(happening, happening.text);
        if (!active_.Contains(*happening.node)) return;
        active_.Erase(*happening.node);
        return Append("deactivate " + Describe(*happening.node));
      case Kind::kRequest:
      case Kind::kReply:
        if (!IsInInstance(happening)) return;
        return Note(happening, happening.text);
      case Kind::kPersistFailed:
      case Kind::kLoadFailed:
      case Kind::kPartitionBegins:
      case Kind::kPartitionEnds:
      case Kind::kHeal:
        return Note(happening, happening.text);
      default:
        break;
    }
    for (size_t i = 0; i < happening.delivered.size(); ++i) {
      if (!focus_.Shows(happening.delivered[i])) continue;
      Note(happening, absl::StrCat("delivers ", happening.deliveries[i]));
    }
    if (!happening.convicts || !IsInInstance(happening)) return;
    for (const std::string& effect : happening.effects) {
      if (effect.rfind("convicts ", 0) == 0) Note(happening, effect);
    }
  }

  bool IsInInstance(const Happening& happening) const {
    return !focus_.instance.has_value() ||
           std::any_of(
               happening.instances.begin(), happening.instances.end(),
               [this](const InstanceId& id) { return focus_.Shows(id); });
  }

  const Chronicle& chronicle_;
  const Focus focus_;
  const uint64_t lines_max_;
  std::string text_;
  uint64_t lines_ = 0;
  uint64_t left_out_ = 0;
  NodeSet active_;
};

}  // namespace

std::string MermaidEscaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '#':
      case ';':
      case '%':
      case '"':
      case '<':
      case '>':
      case '{':
      case '}':
        absl::StrAppend(&escaped, "#", static_cast<int>(c), ";");
        break;
      case '\n':
        escaped += "<br/>";
        break;
      default:
        // Other control characters would end a line, or show nothing.
        escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return escaped;
}

std::string MermaidText(const Chronicle& chronicle, const Focus& focus,
                        uint64_t lines_max) {
  return Diagram(chronicle, focus, lines_max).Text();
}

}  // namespace distdb::sim
