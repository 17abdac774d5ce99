// The plan's actions, the healing, and the end of the run.

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/world.h"
#include "sim/world_internal.h"

namespace distdb::sim {
namespace {

constexpr Duration kLookInterval = 50 * kMillisecond;
constexpr Duration kFinalWriteInterval = 100 * kMillisecond;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

void World::ScheduleActions() {
  for (size_t i = 0; i < plan_.actions.size(); ++i) {
    const When& when = plan_.actions[i].when;
    if (when.after.has_value()) {
      waiting_actions_.push_back(i);
    } else {
      timed_actions_.push_back(i);
    }
  }
  std::stable_sort(timed_actions_.begin(), timed_actions_.end(),
                   [&](size_t a, size_t b) {
                     return plan_.actions[a].when.at < plan_.actions[b].when.at;
                   });
  NoteNextAction();
}

void World::NoteNextAction() {
  next_action_at_ = next_timed_ == timed_actions_.size()
                        ? kNever
                        : plan_.actions[timed_actions_[next_timed_]].when.at;
}

void World::TakeAction() {
  const size_t index = timed_actions_[next_timed_++];
  NoteNextAction();
  now_ = std::max(now_, plan_.actions[index].when.at);
  const Entry entry{.kind = Kind::kAction,
                    .number = static_cast<uint32_t>(index)};
  if (!MakeWait(entry)) Dispatch(entry);
}

void World::MeetConditionsOf(NodeId node, const Event& event,
                             const Effects& effects) {
  using What = Condition::What;
  if (const Receive* receive = std::get_if<Receive>(&event)) {
    MeetCondition(What::kReceived, node,
                  static_cast<uint8_t>(receive->message.kind),
                  receive->message.instance);
  }
  if (const Persisted* persisted = std::get_if<Persisted>(&event)) {
    for (const Record& record : HostOf(node).disk.records()) {
      if (record.token > persisted->token) break;
      MeetCondition(What::kDurable, node, static_cast<uint8_t>(record.kind),
                    record.instance);
    }
  }
  for (const Delivery& delivery : effects.delivered) {
    MeetCondition(What::kDelivered, node, 0, delivery.instance);
  }
}

void World::MeetCondition(Condition::What what, NodeId node, uint8_t kind,
                          const InstanceId& instance) {
  std::vector<size_t> still_waiting;
  for (const size_t i : waiting_actions_) {
    const When& when = plan_.actions[i].when;
    const Condition& after = *when.after;
    const bool is_message = after.what == Condition::What::kSent ||
                            after.what == Condition::What::kReceived;
    const bool is_record = after.what == Condition::What::kDurable;
    const uint8_t wanted = is_message  ? static_cast<uint8_t>(after.message)
                           : is_record ? static_cast<uint8_t>(after.record)
                                       : 0;
    const bool is_met = after.what == what && after.node == node &&
                        wanted == kind && after.instance == instance;
    if (!is_met) {
      still_waiting.push_back(i);
      continue;
    }
    Push(now_ + when.at.value(), Kind::kAction, NodeId(), NodeId(), i);
  }
  waiting_actions_.swap(still_waiting);
}

void World::Perform(const Deed& deed) {
  std::visit(Overloaded{
                 [&](const Ask& ask) { PerformAsk(ask); },
                 [&](const Crash& crash) {
                   if (!healed_) CrashNode(crash);
                 },
                 [&](const sim::Restart& restart) {
                   const Host& host = HostOf(restart.node);
                   if (host.incarnation == 0) return;  // It has yet to join.
                   if (!host.is_up() && !host.died) Restart(restart.node);
                 },
                 [&](const Join& join) {
                   const Host& host = HostOf(join.node);
                   if (host.incarnation == 0 && !host.died) Restart(join.node);
                 },
                 [&](const Say& say) { PerformSay(say); },
                 [&](const Equivocate& equivocate) {
                   coalition_.HandleTurn(now_, equivocate.liar);
                   ScheduleLies();
                 },
                 [&](const Partition& partition) {
                   if (healed_) return;
                   if (partition.begins) {
                     faults_.Count(partition.one_way
                                       ? FaultName::kOneWayPartition
                                       : FaultName::kPartition);
                   }
                   network_.SetPartition(partition);
                   if (!partition.begins) ReleaseHeldMessages();
                   for (Observer* observer : observers_) {
                     observer->OnPartition(now_, partition.side,
                                           partition.begins, partition.one_way);
                   }
                 },
                 [&](const Pause& pause) {
                   if (!healed_) SetPause(pause.node, pause.begins);
                 },
                 [&](const sim::LoseDisk& lost) {
                   if (!healed_) LoseDisk(lost);
                 },
                 [&](const ClockJump& jump) {
                   if (healed_) return;
                   const bool is_false = plan_.false_clocks.Contains(jump.node);
                   faults_.Count(is_false ? FaultName::kFalseClock
                                          : FaultName::kClockJump);
                   HostOf(jump.node).wall_jumps += jump.by;
                 },
                 [&](const FullDisk& full) {
                   if (healed_) return;
                   HostOf(full.node).disk_full = full.begins;
                 },
             },
             deed);
}

bool World::MustAskAgain(const Entry& entry) const {
  if (plan_.ask_again_after == 0 || healed_) return false;
  const Ask* ask = std::get_if<Ask>(&plan_.actions[entry.number].deed);
  if (ask == nullptr) return false;
  const Host& host = HostOf(ask->node);
  return host.replica == nullptr && !host.died;
}

void World::AskAgain(const Entry& entry) {
  const Time at = now_ + plan_.ask_again_after;
  // Until the healing: what is asked after it must succeed, and a node may not
  // have heard yet that its disk has room again.
  if (at >= plan_.heal_at) return;
  Push(at, entry.kind, entry.node, entry.other, entry.number);
}

void World::PerformAsk(const Ask& ask) {
  if (HostOf(ask.node).replica == nullptr) return;
  Request request{
      .client = ClientId(1), .request = ask.request, .command = ask.command};
  const auto found = tokens_.find(ask.reads_write_of);
  if (found != tokens_.end()) {
    if (Get* get = std::get_if<Get>(&request.command)) {
      get->at_least = found->second;
    } else if (List* list = std::get_if<List>(&request.command)) {
      list->at_least = found->second;
    }
  }
  Step(ask.node, request);
}

void World::Heal() {
  healed_ = true;
  network_.Heal();
  for (Host& host : hosts_) host.disk_full = false;
  // What waits came before the healing, and promises no more than that.
  for (const NodeId node : plan_.Replicas()) {
    SetPause(node, false);
    HostOf(node).busy = false;
    TakeTurn(node);
  }
  for (Observer* observer : observers_) observer->OnHeal(now_);
  for (const LeftOut& out : plan_.left_out) LeaveOut(out);
  ReleaseHeldMessages();
  for (const NodeId node : plan_.Replicas()) {
    const Host& host = HostOf(node);
    if (!host.is_up() && !host.died) Restart(node);
  }
  if (plan_.final_writes) {
    const Time at = now_ + plan_.network.connect_time + kMillisecond;
    for (const NodeId node : plan_.Correct()) {
      Push(at, Kind::kFinalWrite, node);
    }
  }
  Push(now_ + kLookInterval, Kind::kLook);
}

void World::LeaveOut(const LeftOut& out) {
  faults_.Count(FaultName::kLeftOut);
  Partition partition{.side = NodeSet::Of(out.node), .begins = true};
  switch (out.how) {
    case LeftOut::How::kDown:
      HostOf(out.node).died = true;
      return CrashNode({.node = out.node, .keeps = {}});
    case LeftOut::How::kCutOff:
      break;
    case LeftOut::How::kMute:
      partition.one_way = true;
      break;
    case LeftOut::How::kDeaf:
      partition.side = NodeSet::FirstN(plan_.nodes()).Without(out.node);
      partition.one_way = true;
      break;
  }
  network_.SetPartition(partition);
  for (Observer* observer : observers_) {
    observer->OnPartition(now_, partition.side, true, partition.one_way);
  }
}

void World::FinalWrite(NodeId node) {
  if (final_writes_.Contains(node)) return;
  if (HostOf(node).replica == nullptr) return;
  Write write;
  write.mutations.push_back({.kind = MutationKind::kPut,
                             .key = absl::StrCat("final", node.value()),
                             .value = absl::StrCat(node.value())});
  Step(node, Request{.client = ClientId(1),
                     .request = kFirstFinalWrite + node.value(),
                     .command = std::move(write)});
}

bool World::IsHeldBack(NodeId node) const {
  // Many rounds of asking for what was lost, and of telling it.
  constexpr Duration kPatience = 5 * kSecond;
  if (!healed_ || now_ < plan_.heal_at + kPatience) return false;
  const NodeSet core = plan_.Correct();
  const Seq all = replica(node)->Watermark(node);
  for (const NodeId hears : core) {
    for (const NodeId tells : NodeSet::FirstN(plan_.nodes())) {
      if (core.Contains(tells)) continue;
      const PeerView view = replica(hears)->View(tells);
      if (view.watermarks[node.value()] < all) return true;
    }
  }
  return false;
}

void World::HearFinalWrite(NodeId node, bool is_done) {
  if (is_done) return final_writes_.Insert(node);
  Push(now_ + kFinalWriteInterval, Kind::kFinalWrite, node);
}

void World::Look() {
  if (!IsSettled()) {
    settled_since_.reset();
  } else if (!settled_since_.has_value()) {
    settled_since_ = now_;
  }
  const bool is_done =
      settled_since_.has_value() && now_ - *settled_since_ >= plan_.linger;
  if (is_done || now_ - plan_.heal_at >= plan_.settle_time) return Finish();
  Push(now_ + kLookInterval, Kind::kLook);
}

bool World::IsSettled() const {
  if (plan_.final_writes &&
      !((final_writes_ & plan_.Correct()) == plan_.Correct())) {
    return false;
  }
  return std::all_of(
      checkers_.begin(), checkers_.end(),
      [](const Checker* checker) { return checker->IsSettled(); });
}

void World::Finish() {
  finished_ = true;
  for (Checker* checker : checkers_) checker->Finish(now_);
}

}  // namespace distdb::sim
