#include "sim/explain/deed_phrases.h"

#include <cstddef>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/narration/phrases.h"
#include "sim/scenario/words.h"

namespace distdb::sim {
namespace {

std::string Of(NodeId node) { return WriteNode(node); }

std::string At(Time time) {
  return absl::StrCat("at ", Milliseconds(time), " ms");
}

// " in 0:1", or nothing.
std::string In(const std::optional<InstanceId>& instance) {
  return instance.has_value() ? absl::StrCat(" in ", InstanceName(*instance))
                              : "";
}

// "the 2nd ", or nothing where it is the first one or all.
std::string Which(uint64_t skip, uint64_t count) {
  if (skip == 0) return "";
  return absl::StrCat(count == 1 ? "number " : "from number ", skip + 1,
                      count == 1 ? " of " : " on of ");
}

std::string RecordOf(const std::optional<NodeId>& node,
                     const std::optional<RecordKind>& record,
                     const std::optional<InstanceId>& instance,
                     const Share& share) {
  return absl::StrCat(Which(share.skip, share.count), "the ",
                      record.has_value() ? RecordKindName(*record) : "next",
                      " record of ", node.has_value() ? Of(*node) : "anyone",
                      In(instance));
}

struct DeedPhrase {
  ValueNames& names;

  std::string operator()(const Ask& ask) const {
    return absl::StrCat(Of(ask.node),
                        " is asked: ", CommandPhrase(ask.command));
  }
  std::string operator()(const Crash& crash) const {
    return absl::StrCat(Of(crash.node), " crashes",
                        crash.for_good ? " for good" : "");
  }
  std::string operator()(const Restart& restart) const {
    return absl::StrCat(Of(restart.node), " restarts");
  }
  std::string operator()(const Join& join) const {
    return absl::StrCat(Of(join.node), " joins only then");
  }
  std::string operator()(const Say& say) const {
    return absl::StrCat(
        Of(say.liar), " tells ", Of(say.to), " ",
        say.proposed
            ? absl::StrCat(MessageKindName(say.message.kind), "(",
                           InstanceName(say.message.instance), ", as proposed)")
            : MessagePhrase(say.message, names));
  }
  std::string operator()(const Equivocate& lie) const {
    return absl::StrCat(Of(lie.liar), " equivocates");
  }
  std::string operator()(const Partition& partition) const {
    return absl::StrCat(NodeNames(partition.side),
                        partition.begins ? " cut off" : " heard again",
                        partition.one_way ? ", one way" : "");
  }
  std::string operator()(const FullDisk& full) const {
    return absl::StrCat("the disk of ", Of(full.node),
                        full.begins ? " is full" : " has room");
  }
  std::string operator()(const ClockJump& jump) const {
    return absl::StrCat("the clock of ", Of(jump.node), " jumps ",
                        jump.by < 0 ? "back" : "ahead");
  }
  std::string operator()(const Pause& pause) const {
    return absl::StrCat(Of(pause.node), pause.begins ? " pauses" : " goes on");
  }
  std::string operator()(const LoseDisk& lost) const {
    return absl::StrCat("the disk of ", Of(lost.node), " forgets");
  }
};

}  // namespace

std::string Phrase(const Action& action, ValueNames& names) {
  const std::string deed = std::visit(DeedPhrase{names}, action.deed);
  if (!action.when.after.has_value()) {
    return absl::StrCat(At(action.when.at), " ", deed);
  }
  const bool is_later = action.when.at != Time(0);
  return absl::StrCat(is_later ? "" : "when ", WriteWhen(action.when), ", ",
                      deed);
}

std::string Phrase(const Rule& rule) {
  std::string text = absl::StrCat(
      Which(rule.skip, rule.count),
      rule.message.has_value() ? MessageKindName(*rule.message) : "messages",
      rule.from.has_value() ? absl::StrCat(" from ", Of(*rule.from)) : "",
      rule.to.has_value() ? absl::StrCat(" to ", Of(*rule.to)) : "",
      In(rule.instance));
  if (rule.lost) return text + " lost";
  if (rule.arrives.has_value()) {
    absl::StrAppend(&text, " arriving only ", At(*rule.arrives));
  } else if (rule.copies > 1) {
    text += " arriving twice";
  } else {
    absl::StrAppend(&text, " ", WriteDuration(rule.delay), " late");
  }
  if (rule.again.has_value()) {
    absl::StrAppend(&text, " and again ", At(*rule.again));
  }
  return text;
}

std::string Phrase(const SlowFsync& slow) {
  return absl::StrCat(
      RecordOf(slow.node, slow.record, slow.instance, slow.share),
      slow.until.has_value()
          ? absl::StrCat(" durable only ", At(*slow.until))
          : absl::StrCat(" taking ", WriteDuration(slow.time), " to the disk"));
}

std::string Phrase(const ReadFailure& failure) {
  return absl::StrCat(
      RecordOf(failure.node, failure.record, failure.instance, failure.share),
      " unreadable");
}

std::string Phrase(const ChannelDelay& delay) {
  return delay.opens
             ? absl::StrCat("the channel between ", Of(delay.node), " and ",
                            Of(delay.peer), " opening only after ",
                            WriteDuration(delay.after))
             : absl::StrCat(Of(delay.node), " noticing only after ",
                            WriteDuration(delay.after), " that ",
                            Of(delay.peer), " is gone");
}

std::string Phrase(const RareStrike& strike) {
  return absl::StrCat(
      "the rare event ", kRareEventNames[static_cast<size_t>(strike.event)],
      strike.node.has_value() ? absl::StrCat(" at ", Of(*strike.node)) : "",
      In(strike.instance));
}

std::string Phrase(const LeftOut& out) {
  return absl::StrCat(Of(out.node), " left out of the healing");
}

}  // namespace distdb::sim
