// Transcript: an observer that writes a run down as a conversation of the
// nodes, for people and for golden files.
//
//      1.100 ms  p0 SEND(0:1, a) -> p1 p2 p3   [put name = alice]
//                p0 ECHO(0:1, a) -> p1 p2 p3
//      3.300 ms  p1 READY(0:1, a) -> p0 p2 p3   since ECHO of p0 p1 p2
//      4.500 ms  p3 delivers 0:1 = a   since READY of p0 p1 p3
//
// A line says who says what to whom, and beside a receiver what becomes of the
// message if that is not the plain case: (lost), (cut) by a partition, (down),
// (twice), or when it arrives if its link's delay does not tell. That a message
// arrives is not a line of its own. What is left out: HELLO, watermarks that
// say nothing new, and messages that were sent before, from their third time
// on; the last lines count those.
//
// The text depends on the plan and the run alone, not on the digests' function.

#ifndef DISTDB_SIM_NARRATION_TRANSCRIPT_H_
#define DISTDB_SIM_NARRATION_TRANSCRIPT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/narration/focus.h"
#include "sim/narration/value_names.h"
#include "sim/narration/vote_ledger.h"
#include "sim/observer.h"
#include "sim/plan.h"

namespace distdb::sim {

inline constexpr uint64_t kTranscriptLinesMax = 5000;

class Transcript : public Observer {
 public:
  // At most `lines_max` lines are kept; the last one then says how many more
  // there were. The plan is not owned and outlives the transcript.
  Transcript(const Plan* plan, ValueNames names,
             uint64_t lines_max = kTranscriptLinesMax, const Focus& focus = {});

  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override;
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override;
  void OnReply(Time at, NodeId node, const Reply& reply) override;
  void OnStart(Time at, NodeId node, absl::Span<const Record> records) override;
  void OnCrash(Time at, NodeId node, Token lost_from) override;
  void OnPartition(Time at, NodeSet side, bool begins, bool one_way) override;
  void OnHeal(Time at) override;

  // The text so far; every line ends with a newline.
  std::string Text();

 private:
  // One line that is being collected: what happens to one message on its way
  // to several nodes.
  struct Saying {
    Time at;
    std::string lead;  // Who says what.
    std::string tail;  // What there is to remark.
    std::vector<std::string> receivers;
  };
  using Said = std::tuple<NodeId, NodeId, MessageKind, InstanceId, std::string>;

  void Line(Time at, absl::string_view text);
  void Flush();
  // Whether what happens now is in focus, by its time.
  bool IsCovered(Time at) const { return focus_.Covers(at, events_.steps()); }
  // Whether this is not worth a line.
  bool IsChatter(const Passage& passage, const Message& message);
  // Adds `receiver` to the line that begins and ends like this.
  void Say(Time at, std::string lead, std::string tail, std::string receiver);
  std::string Remark(const Passage& passage, const Message& message);
  std::string Receiver(Time at, const Passage& passage) const;

  const Plan* plan_;
  ValueNames names_;
  VoteLedger ledger_;
  const uint64_t lines_max_;
  const Focus focus_;
  EventCount events_;
  std::string text_;
  uint64_t lines_ = 0;
  Time last_at_{-1};
  std::optional<Saying> saying_;
  NodeSet started_;   // At least once.
  NodeSet starting_;  // Nodes that start with nothing, collected in one line.
  // Worth a line only if something follows.
  std::optional<Time> healed_;
  std::map<Said, uint64_t> said_;
  uint64_t repeats_ = 0;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_TRANSCRIPT_H_
