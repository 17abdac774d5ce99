#include "sim/world.h"

#include <algorithm>
#include <exception>
#include <limits>

#include "absl/strings/str_cat.h"
#include "core/check.h"
#include "sim/check_handler.h"
#include "sim/checkers/describe.h"
#include "sim/world_internal.h"

namespace distdb::sim {
namespace {

bool SaysProposals(const Plan& plan) {
  return std::any_of(plan.actions.begin(), plan.actions.end(),
                     [](const Action& action) {
                       const Say* say = std::get_if<Say>(&action.deed);
                       return say != nullptr && say->proposed;
                     });
}

}  // namespace

World::World(const Plan& plan, Chooser* chooser, Verdict* verdict)
    : plan_(plan),
      chooser_(chooser),
      verdict_(verdict),
      digester_(plan.config.digester != nullptr ? plan.config.digester
                                                : &stand_in_),
      network_(&plan_, chooser, digester_, &names_, &faults_),
      coalition_(&plan_, chooser, digester_, &faults_),
      hosts_(static_cast<size_t>(plan.nodes())),
      slow_fsyncs_(&plan_.slow_fsyncs),
      read_failures_(&plan_.read_failures),
      says_proposals_(SaysProposals(plan_)),
      nodes_may_wait_(NodesMayWait()) {
  const size_t n = hosts_.size();
  DISTDB_CHECK(plan_.network.link_delay.size() == n * n,
               "a plan gives every link its delay");
  DISTDB_CHECK(plan_.wall_offset.size() == n && plan_.turn_time.size() == n &&
                   plan_.step_time.size() == n && plan_.drift_ppm.size() == n,
               "a plan gives every node its clock and its turn");
  DISTDB_CHECK((plan_.liars & plan_.dead).empty(), "liars do not die");
  DISTDB_CHECK((plan_.liars & plan_.amnesiacs).empty(), "liars have no disk");
  chooser_->ExpectMessages(plan_.nodes());
  DISTDB_CHECK((plan_.liars & plan_.joiners).empty(), "liars are there");
  for (const NodeId liar : plan_.liars) HostOf(liar).is_liar = true;
  for (const NodeId node : NodeSet::FirstN(plan_.nodes())) {
    Host& host = HostOf(node);
    host.channel_numbers.resize(n);
    host.rare_events =
        std::make_unique<DrawnRareEvents>(node, &plan_, chooser, &faults_);
    if (plan_.disk.bytes && !host.is_liar) host.disk.KeepBytes(node);
  }
  pair_channels_.resize(n * n);
  network_.SetDelayPicker(coalition_.delay_picker());
}

World::~World() = default;

void World::AddObserver(Observer* observer) {
  observers_.push_back(observer);
  watchers_.push_back(observer);
  if (observer->WatchesPassages()) listeners_.push_back(observer);
}

void World::AddChecker(Checker* checker) {
  observers_.push_back(checker);
  checkers_.push_back(checker);
  for (uint32_t interests = 0; interests < kInterestSets; ++interests) {
    if ((checker->interests() & interests) == 0) continue;
    interested_[interests].push_back(checker);
  }
}

void World::AddStateChecker(StateChecker* checker) {
  observers_.push_back(checker);
  state_checkers_.push_back(checker);
}

const Replica* World::replica(NodeId node) const {
  return HostOf(node).replica.get();
}

void World::Run() {
  const NodeSet all = NodeSet::FirstN(plan_.nodes());
  try {
    ScheduleActions();
    if (plan_.heal_at != kNever) Push(plan_.heal_at, Kind::kHeal);
    for (const NodeId node : all) {
      if (HostOf(node).is_liar) continue;
      CountClockFaults(node);
      if (!plan_.joiners.Contains(node)) StartNode(node);
    }
    for (const NodeId a : all) {
      for (const NodeId b : all) {
        if (a < b) ScheduleConnect(a, b);
      }
    }
    while (!finished_ && !verdict_->violation()) {
      // Actions whose time was given are not in the queue, which thus stays as
      // small as what is under way. At one moment they come before all else.
      const Time next = queue_.empty() ? kNever : queue_.NextTime();
      if (next_action_at_ != kNever && next_action_at_ <= next) {
        TakeAction();
        continue;
      }
      if (queue_.empty()) break;
      const Entry entry = queue_.PopAt(next);
      now_ = next;
      if (entry.kind == Kind::kArrival && !nodes_may_wait_) {
        Arrive(entry.number);
        continue;
      }
      const bool may_wait = nodes_may_wait_ || entry.kind == Kind::kTick;
      if (!may_wait || !MakeWait(entry)) Dispatch(entry);
    }
    if (!finished_ && !verdict_->violation()) Finish();
  } catch (const CheckFailed& failed) {
    verdict_->Report(
        {.property = Property::kCrash,
         .at = now_,
         .nodes = stepping_ == kNobody ? NodeSet() : NodeSet::Of(stepping_),
         .instance = std::nullopt,
         .what = failed.what()});
  }
}

void World::Dispatch(const Entry& entry) {
  Host& host = HostOf(entry.node);
  const bool is_current = host.incarnation == entry.number;
  switch (entry.kind) {
    case Kind::kArrival:
      return Arrive(entry.number);
    case Kind::kTick:
    case Kind::kLateTick:
      if (is_current) HandleTick(entry.node);
      return;
    case Kind::kWrite:
      if (is_current) WriteRecords(entry.node);
      return;
    case Kind::kBeginFsync:
      if (is_current) BeginFsync(entry.node);
      return;
    case Kind::kCompleteFsync:
      if (is_current) CompleteFsync(entry.node);
      return;
    case Kind::kCrash:
      if (is_current && MayCrash(entry.node)) {
        CrashAtDisk(entry.node, FaultName::kCrashAtFsync);
      }
      return;
    case Kind::kLoad:
      if (host.replica != nullptr) HandleLoad(entry.node, entry.number);
      return;
    case Kind::kAction:
      if (MustAskAgain(entry)) return AskAgain(entry);
      return Perform(plan_.actions[entry.number].deed);
    case Kind::kRestart:
      if (is_current && !host.is_up()) Restart(entry.node);
      return;
    case Kind::kConnect:
      return Connect(entry.node, entry.other);
    case Kind::kDisconnect:
      return Disconnect(entry.node, entry.other, entry.number);
    case Kind::kLie:
      return SayPendingLie(entry.number);
    case Kind::kWakeLiars:
      wake_queued_ = kNever;
      coalition_.HandleWake(now_);
      return ScheduleLies();
    case Kind::kHeal:
      return Heal();
    case Kind::kFinalWrite:
      return FinalWrite(entry.node);
    case Kind::kLook:
      return Look();
    case Kind::kTurn:
      host.busy = false;
      return TakeTurn(entry.node);
  }
}

}  // namespace distdb::sim
