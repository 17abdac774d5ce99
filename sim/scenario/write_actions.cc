// The actions of a scenario, as text.

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "sim/scenario/words.h"
#include "sim/scenario/writer.h"

namespace distdb::sim {
namespace {

// (A file says the puts of a write first, and a seed's are all of one kind.)
void AddMutations(const Write& write, Fields& fields) {
  for (const Mutation& mutation : write.mutations) {
    const bool is_put = mutation.kind == MutationKind::kPut;
    Fields text;
    text.Word("key", mutation.key);
    if (is_put) text.Word("value", mutation.value);
    fields.Message(is_put ? "put" : "delete", text);
  }
}

struct Deeds {
  Writer& writer;
  Fields& action;

  void operator()(const Ask& ask) {
    Fields fields;
    const std::string id = writer.IdOf(ask.request);
    if (!id.empty()) fields.Word("id", id);
    fields.Node("node", ask.node);
    if (const Write* write = std::get_if<Write>(&ask.command)) {
      return AddWrite(*write, fields);
    }
    const Get* get = std::get_if<Get>(&ask.command);
    if (get != nullptr) fields.Word("key", get->key);
    if (const List* list = std::get_if<List>(&ask.command)) {
      fields.Word("prefix", list->prefix);
      if (!list->start.empty()) fields.Word("start", list->start);
      if (list->limit != kListLimitMax) fields.Number("limit", list->limit);
    }
    const std::string earlier = writer.IdOf(ask.reads_write_of);
    if (!earlier.empty()) fields.Word("reads_write", earlier);
    action.Message(get != nullptr ? "get" : "list", fields);
  }

  void AddWrite(const Write& write, Fields& fields) {
    if (write.mutations.size() > 1) {
      AddMutations(write, fields);
      return action.Message("write", fields);
    }
    const Mutation& mutation = write.mutations[0];
    fields.Word("key", mutation.key);
    const bool is_put = mutation.kind == MutationKind::kPut;
    if (is_put) fields.Word("value", mutation.value);
    action.Message(is_put ? "put" : "delete", fields);
  }

  void operator()(const Crash& crash) {
    Fields fields;
    fields.Node("node", crash.node);
    if (crash.keeps.value_or(0) > 0) fields.Number("keeps", *crash.keeps);
    fields.Flag("for_good", crash.for_good);
    if (crash.kind == Crash::Kind::kProcess) fields.Symbol("kind", "PROCESS");
    if (crash.kind == Crash::Kind::kFailedFsync) {
      fields.Symbol("kind", "FAILED_FSYNC");
    }
    action.Message("crash", fields);
  }

  void operator()(const LoseDisk& lost) {
    Fields fields;
    fields.Node("node", lost.node);
    if (lost.keeps.value_or(0) > 0) fields.Number("keeps", *lost.keeps);
    action.Message("lose_disk", fields);
  }

  // Who calls knows all its receivers.
  void operator()(const Say&) {}

  void operator()(const Partition& partition) {
    Fields fields;
    fields.Nodes("side", partition.side);
    fields.Flag("one_way", partition.one_way);
    if (partition.under_way == Partition::UnderWay::kHeld) {
      fields.Symbol("under_way", "HELD");
    } else if (partition.under_way == Partition::UnderWay::kPasses) {
      fields.Symbol("under_way", "PASSES");
    }
    action.Message(partition.begins ? "partition" : "mend", fields);
  }

  void operator()(const ClockJump& jump) {
    Fields fields;
    fields.Node("node", jump.node);
    fields.Time(jump.by < 0 ? "behind" : "ahead",
                jump.by < 0 ? -jump.by : jump.by);
    action.Message("clock_jump", fields);
  }

  void operator()(const Equivocate& equivocate) {
    Fields fields;
    fields.Node("by", equivocate.liar);
    action.Message("equivocate", fields);
  }

  void operator()(const Restart& restart) { OfNode("restart", restart.node); }
  void operator()(const Join& join) { OfNode("join", join.node); }
  void operator()(const FullDisk& full) {
    OfNode(full.begins ? "fill_disk" : "make_room", full.node);
  }
  void operator()(const Pause& pause) {
    OfNode(pause.begins ? "pause" : "go_on", pause.node);
  }

  void OfNode(absl::string_view deed, NodeId node) {
    Fields fields;
    fields.Node("node", node);
    action.Message(deed, fields);
  }
};

bool IsEqual(const When& a, const When& b) {
  return WriteWhen(a) == WriteWhen(b);
}

// Whether `b` says to a further node what `a` has said.
bool Continues(const Action& a, const Action& b) {
  const Say& first = std::get<Say>(a.deed);
  const Say* next = std::get_if<Say>(&b.deed);
  return next != nullptr && IsEqual(a.when, b.when) &&
         next->liar == first.liar && first.to < next->to &&
         next->message == first.message && next->proposed == first.proposed;
}

// Whether a file has to say that it means this instance.
bool IsOdd(const Plan& plan, const Message& message) {
  const uint64_t least = message.kind == MessageKind::kWatermark ? 0 : 1;
  const InstanceId& id = message.instance;
  return id.origin.value() >= static_cast<uint32_t>(plan.nodes()) ||
         id.seq.value() < least || id.seq.value() > kSeqMax;
}

Fields SayOf(const Writer& writer, const Say& say, NodeSet to) {
  Fields fields;
  const Message& message = say.message;
  fields.Node("by", say.liar);
  fields.Nodes("to", to);
  fields.Symbol("kind", MessageKindName(message.kind));
  if (message.kind == MessageKind::kHello) return fields;
  fields.Instance(message.instance);
  if (message.instance.epoch != Epoch(1)) {
    fields.Number("epoch", message.instance.epoch.value());
  }
  fields.Flag("odd_instance", IsOdd(writer.plan(), message));
  if (say.proposed) {
    fields.Word("value", "proposed");
  } else if (CarriesPayload(message.kind)) {
    fields.Word("value", writer.NameOf(message.payload));
  } else if (CarriesDigest(message.kind)) {
    fields.Word("value", writer.NameOf(message.instance, message.digest));
  }
  return fields;
}

}  // namespace

void WriteActions(Writer& writer) {
  const std::vector<Action>& actions = writer.plan().actions;
  if (!actions.empty()) writer.Blank();
  for (size_t i = 0; i < actions.size(); ++i) {
    Fields action;
    action.Word("when", WriteWhen(actions[i].when));
    if (const Say* say = std::get_if<Say>(&actions[i].deed)) {
      NodeSet to = NodeSet::Of(say->to);
      while (i + 1 < actions.size() && Continues(actions[i], actions[i + 1])) {
        to.Insert(std::get<Say>(actions[++i].deed).to);
      }
      action.Message("say", SayOf(writer, *say, to));
    } else {
      std::visit(Deeds{writer, action}, actions[i].deed);
    }
    writer.Line("action", action);
  }
}

}  // namespace distdb::sim
