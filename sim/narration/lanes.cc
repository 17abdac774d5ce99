#include "sim/narration/lanes.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/checkers/describe.h"
#include "sim/narration/phrases.h"

namespace distdb::sim {
namespace {

constexpr int kTimeColumns = 12;
// Left for remarks at the right, where there is room.
constexpr int kRemarkColumns = 22;
constexpr int kStepMin = 9;
constexpr int kStepMax = 16;

absl::string_view Letter(MessageKind kind) {
  switch (kind) {
    case MessageKind::kSend:
      return "S";
    case MessageKind::kEcho:
      return "E";
    case MessageKind::kReady:
      return "R";
    case MessageKind::kDelivered:
      return "D";
    case MessageKind::kPull:
      return "Q";
    case MessageKind::kPayload:
      return "P";
    case MessageKind::kWatermark:
      return "W";
    case MessageKind::kHello:
      return "H";
    case MessageKind::kCollected:
      return "C";
  }
  return "?";
}

// The bytes of the UTF-8 character that begins with `first`.
size_t CharacterBytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

int Columns(absl::string_view text) {
  int columns = 0;
  for (; !text.empty(); ++columns) {
    text.remove_prefix(std::min(CharacterBytes(text[0]), text.size()));
  }
  return columns;
}

// The first `columns` of `text`, the last of them "…" where some are cut off.
std::string CutOff(absl::string_view text, int columns) {
  if (Columns(text) <= columns) return std::string(text);
  size_t bytes = 0;
  for (int i = 0; i + 1 < columns; ++i) bytes += CharacterBytes(text[bytes]);
  return absl::StrCat(text.substr(0, bytes), "…");
}

bool IsChatter(const Passage& passage, const Message& message) {
  if (passage.lie) return false;
  return message.kind == MessageKind::kHello ||
         (message.kind == MessageKind::kWatermark &&
          message.instance.seq == Seq(0));
}

}  // namespace

Lanes::Lanes(const LanesOptions& options, ValueNames names)
    : options_(options),
      names_(std::move(names)),
      up_(options.liars.bits() | options.up.bits()),
      started_(options.up) {
  const int room = options.width - kTimeColumns - kRemarkColumns;
  step_ = std::clamp(room / options.nodes, kStepMin, kStepMax);
}

int Lanes::Column(NodeId node) const {
  return kTimeColumns + static_cast<int>(node.value()) * step_;
}

Lanes::Row Lanes::NewRow(Time at) const {
  Row row;
  row.at = at;
  row.cells.resize(static_cast<size_t>(kTimeColumns + options_.nodes * step_));
  for (const NodeId node : NodeSet::FirstN(options_.nodes)) {
    if (!up_.Contains(node)) continue;
    const bool lies = options_.liars.Contains(node);
    Cell& cell = row.cells[static_cast<size_t>(Column(node))];
    cell = {lies ? "┆" : "│", Color::kFaint};
  }
  return row;
}

Lanes::Row& Lanes::RowFor(Time at, NodeId node) {
  const bool has_room = row_.has_value() && row_->at == at &&
                        !row_->from.has_value() && row_->receivers.empty() &&
                        !row_->used.Contains(node);
  if (!has_room) {
    Flush();
    row_ = NewRow(at);
  }
  row_->used.Insert(node);
  return *row_;
}

void Lanes::Put(Row& row, int column, absl::string_view text, Color color,
                int room) const {
  size_t at = static_cast<size_t>(column);
  const size_t end = std::min(row.cells.size(), at + static_cast<size_t>(room));
  while (!text.empty() && at < end) {
    const size_t bytes = std::min(CharacterBytes(text[0]), text.size());
    row.cells[at] = {std::string(text.substr(0, bytes)), color};
    text.remove_prefix(bytes);
    ++at;
  }
}

void Lanes::Mark(Time at, NodeId node, absl::string_view text, Color color,
                 absl::string_view remark) {
  Row& row = RowFor(at, node);
  const bool is_last =
      node.value() + 1 == static_cast<uint32_t>(options_.nodes);
  Put(row, Column(node), text, color, is_last ? step_ : step_ - 1);
  Remark(row, remark);
}

void Lanes::Remark(Row& row, absl::string_view text) const {
  if (text.empty()) return;
  absl::StrAppend(&row.remark, row.remark.empty() ? "" : "; ", text);
}

void Lanes::Note(Time at, absl::string_view text) {
  Flush();
  row_ = NewRow(at);
  row_->remark = std::string(text);
  Flush();
}

std::string Lanes::Label(const Passage& passage, const Message& message) {
  std::string label(passage.lie ? "!" : "");
  absl::StrAppend(&label, Letter(message.kind));
  if (message.kind == MessageKind::kHello) return label;
  absl::StrAppend(&label, " ", InstanceName(message.instance));
  const std::string value = names_.Name(message);
  if (!value.empty()) absl::StrAppend(&label, " ", value);
  return label;
}

void Lanes::OnPassage(Time at, const Passage& passage, const Message& message) {
  if (IsChatter(passage, message)) return;
  // Also where it is not shown: a value is named as it first appears.
  const std::string label = Label(passage, message);
  const bool to_replica = !options_.liars.Contains(passage.to);
  if (!options_.focus.Shows(passage, message) ||
      !options_.focus.Covers(at, events_.Of(passage, to_replica))) {
    return;
  }
  switch (passage.fate) {
    case Fate::kSent:
      return Depart(at, passage, label);
    case Fate::kDuplicated:
      if (row_.has_value()) {
        Remark(*row_, absl::StrCat("twice to ", Describe(passage.to)));
      }
      return;
    case Fate::kLost:
    case Fate::kCut:
    case Fate::kToCrashed:
      return Vanish(at, passage, label);
    case Fate::kChannelDown:
      return;  // It is known to be away.
    case Fate::kReceived:
      return Arrive(at, passage, label);
  }
}

// One mark for all receivers: they stand where the message arrives.
void Lanes::Depart(Time at, const Passage& passage, const std::string& label) {
  const bool is_said = row_.has_value() && row_->at == at &&
                       row_->label == label &&
                       row_->used.Contains(passage.from);
  if (is_said) return;
  Mark(at, passage.from, absl::StrCat("●", label),
       passage.lie ? Color::kBad : Color::kPlain);
  row_->label = label;
}

void Lanes::Vanish(Time at, const Passage& passage, const std::string& label) {
  const NodeSet sender = NodeSet::Of(passage.from);
  const bool joins = row_.has_value() && row_->at == at &&
                     row_->label == label && row_->used == sender;
  if (!joins) {
    Flush();
    row_ = NewRow(at);
    row_->label = label;
    row_->used = sender;
  }
  row_->receivers.Insert(passage.to);
  DrawArrow(*row_, passage.from, row_->receivers, label, true);
  const absl::string_view why = passage.fate == Fate::kCut ? "cut"
                                : passage.fate == Fate::kToCrashed
                                    ? "nobody there"
                                    : "lost";
  if (row_->remark != why) Remark(*row_, why);
}

void Lanes::Arrive(Time at, const Passage& passage, const std::string& label) {
  const bool joins = row_.has_value() && row_->at == at &&
                     row_->from == passage.from && row_->label == label &&
                     !row_->receivers.Contains(passage.to);
  if (!joins) {
    Flush();
    row_ = NewRow(at);
    row_->from = passage.from;
    row_->label = label;
  }
  row_->receivers.Insert(passage.to);
  DrawArrow(*row_, passage.from, row_->receivers, label, false);
}

void Lanes::DrawArrow(Row& row, NodeId from, NodeSet to,
                      absl::string_view label, bool lost) const {
  const int source = Column(from);
  int left = source;
  int right = source;
  for (const NodeId node : to) {
    left = std::min(left, Column(node));
    right = std::max(right, Column(node));
  }
  const absl::string_view dash = lost ? "╌" : "─";
  const Color color = lost                           ? Color::kOdd
                      : absl::StartsWith(label, "!") ? Color::kBad
                                                     : Color::kPlain;
  for (int column = left; column <= right; ++column) {
    const std::string& below = row.cells[static_cast<size_t>(column)].glyph;
    const bool crosses = below == "│" || below == "┆" || below == "┼";
    Put(row, column, crosses ? "┼" : dash, color);
  }
  for (const NodeId node : to) {
    const absl::string_view head = lost ? "x" : node < from ? "◄" : "►";
    Put(row, Column(node), head, color);
  }
  const int length = Columns(label);
  Put(row, source, "●", color);
  Put(row, right > source ? source + 1 : source - length, label, color);
}

void Lanes::OnStep(Time at, NodeId node, const Event& event,
                   const Effects& effects) {
  events_.NoteStep();
  const Focus& focus = options_.focus;
  if (!focus.Shows(node) || !IsCovered(at)) return;
  const Request* request = std::get_if<Request>(&event);
  if (request != nullptr && focus.ShowsRequests(node)) {
    const std::string phrase = CommandPhrase(request->command);
    Mark(at, node, absl::StrCat("?", phrase.substr(0, phrase.find(' '))),
         Color::kGood, absl::StrCat("client: ", phrase));
  }
  for (const Fault& fault : effects.faults) {
    if (!focus.Shows(fault.instance)) continue;
    Mark(at, node, absl::StrCat("convicts ", Describe(fault.node)), Color::kBad,
         FaultKindName(fault.kind));
  }
  for (const Delivery& delivery : effects.delivered) {
    const InstanceId& id = delivery.instance;
    if (!focus.Shows(id)) continue;
    Mark(at, node,
         absl::StrCat("■ ", InstanceName(id), "=",
                      names_.Name(id, delivery.digest)),
         Color::kGood);
  }
}

void Lanes::OnReply(Time at, NodeId node, const Reply& reply) {
  if (!options_.focus.Shows(node, reply) || !IsCovered(at)) return;
  Mark(at, node,
       reply.status.ok()
           ? std::string("=OK")
           : absl::StrCat("=", absl::StatusCodeToString(reply.status.code())),
       reply.status.ok() ? Color::kGood : Color::kBad);
}

void Lanes::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  const bool is_first = !started_.Contains(node) && records.empty();
  started_.Insert(node);
  const bool is_shown = options_.focus.Shows(node) && IsCovered(at);
  if (is_shown && is_first && at > Time(0)) {
    Mark(at, node, "join", Color::kOdd);
  }
  if (is_shown && !is_first) {
    Mark(at, node, "restart", Color::kOdd,
         absl::StrCat("with ", records.size(), " records"));
  }
  up_.Insert(node);
}

void Lanes::OnCrash(Time at, NodeId node, Token lost_from) {
  if (options_.focus.Shows(node) && IsCovered(at)) {
    Mark(at, node, "X crash", Color::kBad,
         lost_from == Token(0) ? "" : "loses records");
  }
  up_.Erase(node);
}

void Lanes::OnPartition(Time at, NodeSet side, bool begins, bool one_way) {
  if (!IsCovered(at)) return;
  Note(at, absl::StrCat(NodeNames(side), begins ? " cut off" : " back",
                        one_way ? ", one way" : ""));
}

void Lanes::OnHeal(Time at) {
  if (!IsCovered(at)) return;
  Flush();
  healed_ = at;
}

void Lanes::Flush() {
  if (!row_.has_value()) return;
  if (healed_.has_value()) {
    Row healed = NewRow(*std::exchange(healed_, std::nullopt));
    healed.remark = "no more faults";
    Emit(healed);
  }
  Emit(*row_);
  row_.reset();
}

void Lanes::Emit(const Row& row) {
  if (lines_++ >= options_.lines_max) return;
  std::string line = row.at == last_at_
                         ? std::string(kTimeColumns, ' ')
                         : absl::StrFormat("%10s  ", Milliseconds(row.at));
  last_at_ = row.at;
  static constexpr absl::string_view kCodes[] = {
      "\x1b[0m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[33m"};
  Color color = Color::kPlain;
  for (size_t i = kTimeColumns; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (options_.color && cell.color != color) {
      absl::StrAppend(&line, kCodes[0],
                      kCodes[static_cast<size_t>(cell.color)]);
      color = cell.color;
    }
    line += cell.glyph;
  }
  if (options_.color && color != Color::kPlain)
    absl::StrAppend(&line, kCodes[0]);
  if (!row.remark.empty()) {
    const int left = options_.width - static_cast<int>(row.cells.size()) - 1;
    absl::StrAppend(&line, " ",
                    CutOff(row.remark, std::max(left, kRemarkColumns)));
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  absl::StrAppend(&text_, line, "\n");
}

std::string Lanes::Names() const {
  std::string line = absl::StrFormat("%10s  ", "ms");
  for (const NodeId node : NodeSet::FirstN(options_.nodes)) {
    const std::string name = absl::StrCat(
        Describe(node), options_.liars.Contains(node) ? " lies" : "");
    absl::StrAppendFormat(&line, "%-*s", step_, name);
  }
  while (line.back() == ' ') line.pop_back();
  return line + "\n";
}

std::string Lanes::Text() {
  Flush();
  std::string text = absl::StrCat(
      "● says, ► hears: S SEND E ECHO R READY D DELIVERED Q PULL P PAYLOAD W "
      "WATERMARK\n"
      "■ delivers  ╌x lost  ! lie  ? asked  = answered; 0:1 is p0's first, "
      "then "
      "the value\n",
      Names(), text_);
  if (lines_ > options_.lines_max) {
    absl::StrAppend(&text, "… and ", lines_ - options_.lines_max,
                    " more lines\n");
  }
  return text;
}

}  // namespace distdb::sim
