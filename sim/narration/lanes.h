// Lanes: an observer that draws a run as a space-time diagram for a terminal: a
// lane per node, virtual time down.
//
//          ms  p0          p1          p2          p3
//       1.100  ●S 0:1 a    │           │           │
//       2.100  ●S 0:1 a────►───────────►───────────►
//       4.500  │           ■ 0:1=a     ■ 0:1=a     ■ 0:1=a
//
// A ● without a line is a message leaving; an unbroken line from it is the
// message arriving, ► and ◄ at those who hear it now; a broken one ends in the
// x of who never will. Letters: S SEND, E ECHO, R READY, D DELIVERED, Q PULL, P
// PAYLOAD, W WATERMARK, then the instance and the value; ! before them is a
// lie. What happens at one moment in different lanes shares a line. HELLO and
// watermarks of 0 are left out, and so is what is out of focus.

#ifndef DISTDB_SIM_NARRATION_LANES_H_
#define DISTDB_SIM_NARRATION_LANES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/node_set.h"
#include "sim/narration/focus.h"
#include "sim/narration/value_names.h"
#include "sim/observer.h"

namespace distdb::sim {

struct LanesOptions {
  int nodes = 1;
  NodeSet liars;
  // Columns to fit in: remarks are cut off there. More nodes than fit make it
  // wider.
  int width = 100;
  bool color = false;
  // Lines kept; the last one then says how many follow.
  uint64_t lines_max = 400;
  Focus focus;
  // Replicas that are up before the first event.
  NodeSet up;
};

class Lanes : public Observer {
 public:
  Lanes(const LanesOptions& options, ValueNames names);

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnPartition(Time at, NodeSet side, bool begins, bool one_way) override;
  void OnHeal(Time at) override;

  // The diagram so far, with a legend; every line ends with a newline.
  std::string Text();

 private:
  enum class Color : uint8_t { kPlain, kFaint, kGood, kBad, kOdd };

  struct Cell {
    std::string glyph = " ";
    Color color = Color::kPlain;
  };

  // The line being drawn.
  struct Row {
    Time at;
    std::vector<Cell> cells;
    NodeSet used;  // Lanes with something in them.
    std::string remark;
    // Of an arrival: who said it. Of a message: more receivers may join.
    std::optional<NodeId> from;
    std::string label;
    NodeSet receivers;
  };

  // Whether what happens now is in focus, by its time.
  bool IsCovered(Time at) const {
    return options_.focus.Covers(at, events_.steps());
  }
  int Column(NodeId node) const;
  Row NewRow(Time at) const;
  // The line that has room in `node`'s lane at this moment.
  Row& RowFor(Time at, NodeId node);
  // At most `room` characters.
  void Put(Row& row, int column, absl::string_view text, Color color,
           int room = 1000) const;
  // Something in one lane.
  void Mark(Time at, NodeId node, absl::string_view text, Color color,
            absl::string_view remark = "");
  void Remark(Row& row, absl::string_view text) const;
  void Note(Time at, absl::string_view text);

  std::string Label(const Passage& passage, const Message& message);
  void Depart(Time at, const Passage& passage, const std::string& label);
  void Vanish(Time at, const Passage& passage, const std::string& label);
  void Arrive(Time at, const Passage& passage, const std::string& label);
  void DrawArrow(Row& row, NodeId from, NodeSet to, absl::string_view label,
                 bool lost) const;
  void Flush();
  void Emit(const Row& row);
  std::string Names() const;

  const LanesOptions options_;
  ValueNames names_;
  int step_ = 0;  // Columns per lane.
  EventCount events_;
  NodeSet up_;
  NodeSet started_;  // At least once.
  // Worth a line only if something follows.
  std::optional<Time> healed_;
  std::optional<Row> row_;
  std::string text_;
  uint64_t lines_ = 0;
  Time last_at_{-1};
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_LANES_H_
