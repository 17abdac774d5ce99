// World: one run. It drives n real replicas through a plan, with a network, a
// disk per node and a coalition of liars, all in virtual time and in one
// thread.
//
//   Plan plan = …;                       // drawn from a seed, or by hand
//   SeedDriver driver(seed);
//   Chooser chooser(&driver);
//   Verdict verdict;
//   World world(plan, &chooser, &verdict);
//   CheckerSuite checkers(plan, &world, &verdict);
//   world.AddObserver(&lanes);           // and any other Observer
//   world.Run();
//   if (verdict.violation()) …
//
// A run ends with the first violation; or when it has *settled*: it is past
// Plan::heal_at, every checker says that what was promised has come, and it
// stayed so for Plan::linger; or at heal_at + settle_time, when checkers say
// what is missing. Equal plans and equal answers of the chooser give equal
// runs.
//
// The world does what event.h and effects.h demand of a driver. On top of that
// it may do, at any moment, what those contracts allow: lose, repeat and
// reorder messages, crash between any two steps, between the hand-over of a
// record, its writing, the begin of its fsync, its completion and the news of
// it, and between the sending of a message to one peer and to the next.
//
// A World is self-contained: any number of them may run in parallel threads.

#ifndef DISTDB_SIM_WORLD_H_
#define DISTDB_SIM_WORLD_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/effects.h"
#include "core/event.h"
#include "core/node_set.h"
#include "core/replica.h"
#include "core/store/store.h"
#include "core/types.h"
#include "sim/adversary/coalition.h"
#include "sim/checkers/checker.h"
#include "sim/checkers/verdict.h"
#include "sim/choice.h"
#include "sim/digest_names.h"
#include "sim/disk.h"
#include "sim/event_queue.h"
#include "sim/fault_counters.h"
#include "sim/message_slab.h"
#include "sim/network.h"
#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/single_faults.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

class World {
 public:
  // `chooser` and `verdict` are not owned and outlive the world. The plan must
  // be possible: nodes in range, liars and the dead disjoint.
  World(const Plan& plan, Chooser* chooser, Verdict* verdict);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Not owned; outlives the run. Called before Run(). A checker is an observer
  // that also says when the run has settled; of a step it hears last, and of a
  // passage or an fsync never.
  void AddObserver(Observer* observer);
  void AddChecker(Checker* checker);
  void AddStateChecker(StateChecker* checker);

  // Runs to the end. To be called once. A failed DISTDB_CHECK in core becomes
  // the property Crash if the handler of sim/check_handler.h is installed.
  void Run();

  // How many steps all replicas have taken.
  uint64_t events() const { return events_; }
  Time now() const { return now_; }
  const FaultCounters& faults() const { return faults_; }
  const DigestNames& digest_names() const { return names_; }
  const Digester& digester() const { return *digester_; }
  // Null while the node is down, and for liars.
  const Replica* replica(NodeId node) const;
  // Whether a member outside of the core, by not telling its watermark to all,
  // keeps the core from collecting the stream of `node`, of the core: its
  // writes may then be refused for good. Never in the first seconds after the
  // healing.
  bool IsHeldBack(NodeId node) const;

 private:
  struct Host;
  // What the queue holds: small, naming what is large.
  enum class Kind : uint8_t;
  struct Entry;
  struct InFlight;
  struct Held;
  // The world's own requests: one write per correct node after the healing.
  static constexpr RequestId kFirstFinalWrite{
      1'000'000'000};  // Wall clocks start here: some day in 2023.
  static constexpr int64_t kWallEpoch = 1'700'000'000'000'000'000;

  Host& HostOf(NodeId node);
  const Host& HostOf(NodeId node) const;
  void Dispatch(const Entry& entry);
  // Turns (world_turns.cc): what comes for a node that is paused or busy waits.
  // Whether there can be such a node in this run at all.
  bool NodesMayWait() const;
  // True if this does, or is void.
  bool MakeWait(const Entry& entry);
  void TakeTurn(NodeId node);
  void SetPause(NodeId node, bool begins);
  // Whose handling of it takes time; nobody's if nothing must wait for it.
  NodeId HandlerOf(const Entry& entry) const;
  void Push(Time at, Kind kind, NodeId node = NodeId(), NodeId other = NodeId(),
            uint64_t number = 0);

  // Nodes (world_nodes.cc).
  void StartNode(NodeId node);
  void CountClockFaults(NodeId node);
  void Restart(NodeId node);
  void CrashNode(const Crash& crash);
  // How many of the records at risk outlive it.
  uint64_t Survivors(const Crash& crash);
  // Not given: a power cut or a crash of the process, drawn.
  void CrashByChance(NodeId node, std::optional<Crash::Kind> kind = {});
  void LoseDisk(const sim::LoseDisk& lost);
  void Connect(NodeId a, NodeId b);
  void ScheduleConnect(NodeId a, NodeId b);
  void Opened(NodeId node, NodeId peer, uint64_t channel);
  void Disconnect(NodeId node, NodeId other, uint64_t channel);
  // Counts the channels of a pair, a < b: the number of the latest.
  uint64_t& PairChannel(NodeId a, NodeId b);
  bool MayCrash(NodeId node) const;
  // A time in [0, at_most]; not asked where that is 0.
  Duration Draw(const About& about, Duration at_most);
  // How long a channel takes to open, or its end to be noticed.
  Duration ChannelTime(Decision decision, NodeId node, NodeId peer,
                       uint64_t channel);

  // Steps (world_steps.cc).
  void Step(NodeId node, const Event& event);
  void CarryOut(NodeId node, Host& host);
  void Tick(NodeId node);
  // `deadline`: by the node's own monotonic clock.
  void ScheduleTick(NodeId node, Host& host, Time deadline);
  Time VirtualTime(NodeId node, Time deadline) const;
  void QueueTick(NodeId node, Host& host);
  void HandleTick(NodeId node);
  // Takes over the records of a step. Returns what must be durable before what
  // the step holds back may leave.
  Token HandOver(Host& host);
  bool ReleaseHeld(NodeId node, Host& host);
  void LeaveReply(NodeId node, const Reply& reply);

  // The disk (world_disk.cc).
  // Names what happens there by the last record that was handed over.
  About DiskAbout(Decision decision, NodeId node);
  bool CrashesAtDisk(NodeId node, Decision decision, uint32_t per_mille);
  void CrashAtDisk(NodeId node, FaultName name);
  void ScheduleWrite(NodeId node);
  void WriteRecords(NodeId node);
  // What a full disk does instead.
  void RefuseRecords(NodeId node);
  void ScheduleFsync(NodeId node);
  void BeginFsync(NodeId node);
  // Counts records with the plan's SlowFsyncs; and when the fsync of all up to
  // `covered` is complete because of these, if any.
  void NoteSlowFsyncs(NodeId node);
  std::optional<Time> EndOfSlowFsync(NodeId node, Token covered);
  void CompleteFsync(NodeId node);
  void HandleLoad(NodeId node, uint64_t token);
  bool ReadFails(NodeId node, const Record& record);
  bool DrawsReadFailure(NodeId node, const Record& record);
  // Damage to what lies there.
  uint64_t DrawDamage(NodeId node, uint64_t n);
  Damage TailDamage(NodeId node);
  void ForgetSynced(NodeId node);
  void StrikeSynced(NodeId node, Damage damage);
  // A log that does not come back as it should.
  void ReportDisk(NodeId node, const absl::Status& problem);

  // Messages (world_messages.cc). Sends a message in the name of one who holds
  // it and drops it then. False: the sender crashed meanwhile.
  bool SendToAll(NodeId from, NodeSet to, MessageSlab::Slot slot);
  // `sending` is new, or what this function made of it for the same message to
  // another receiver.
  void SendMessage(NodeId from, NodeId to, MessageSlab::Slot slot, bool lie,
                   Occasion& sending);
  void SayLie(NodeId liar, NodeId to, Message message);
  void PerformSay(const Say& say);
  void NoteProposal(NodeId from, const Message& message);
  // What the message in `slot` is, for decisions about it.
  About Identify(Decision decision, NodeId from, NodeId to,
                 MessageSlab::Slot slot);
  void Arrive(uint64_t slot);
  // What a partition holds, and what happens as it ends.
  bool MustHold(uint64_t slot);
  void ReleaseHeldMessages();
  // `channel`: the number of the sender's channel.
  void Enqueue(const Passage& passage, uint64_t channel,
               MessageSlab::Slot slot);
  // The bytes change under way: its receiver's decoder must stand that.
  void Corrupt(const Passage& passage, MessageSlab::Slot slot);
  void Tell(const Passage& passage, const Message& message);
  // How often this was asked about before, whatever its `occurrence`.
  uint64_t CountAbout(About about);
  void ScheduleLies();
  void SayPendingLie(uint64_t slot);

  // The plan (world_plan.cc).
  void ScheduleActions();
  void NoteNextAction();
  void TakeAction();
  void Perform(const Deed& deed);
  void PerformAsk(const Ask& ask);
  bool MustAskAgain(const Entry& entry) const;
  void AskAgain(const Entry& entry);
  void MeetCondition(Condition::What what, NodeId node, uint8_t kind,
                     const InstanceId& instance);
  void MeetConditionsOf(NodeId node, const Event& event,
                        const Effects& effects);
  void Heal();
  void LeaveOut(const LeftOut& out);
  void FinalWrite(NodeId node);
  void HearFinalWrite(NodeId node, bool is_done);
  void Look();
  bool IsSettled() const;
  void Finish();

  const Plan plan_;
  Chooser* const chooser_;
  Verdict* const verdict_;
  const StandInDigester stand_in_;
  const Digester* const digester_;  // The plan's, or else the stand-in.
  DigestNames names_;
  FaultCounters faults_;
  Network network_;
  Coalition coalition_;
  EventQueue<Entry> queue_;
  std::vector<Host> hosts_;
  std::vector<uint64_t> pair_channels_;
  std::vector<Observer*> observers_;  // All of them.
  std::vector<Observer*> watchers_;   // All but the checkers.
  std::vector<Observer*> listeners_;  // Those who want to hear of passages.
  std::vector<Checker*> checkers_;
  // Those of them that a step concerns, by what interests in it.
  std::array<std::vector<Checker*>, kInterestSets> interested_;
  std::vector<StateChecker*> state_checkers_;

  // What is under way; slots are used again.
  MessageSlab messages_;
  std::vector<InFlight> in_flight_;
  std::vector<uint64_t> free_slots_;
  std::vector<uint64_t> held_slots_;  // Held by partitions, as they came.
  uint64_t last_transit_ = 0;
  std::vector<Lie> pending_lies_;  // By slot: what liars say later.
  std::vector<uint64_t> free_lies_;
  // When the coalition is woken; not earlier than it wants.
  Time wake_queued_ = kNever;

  // Actions whose time was given, by it, and which of them is next.
  std::vector<size_t> timed_actions_;
  size_t next_timed_ = 0;
  Time next_action_at_ = kNever;
  // Actions whose condition has not come true yet, by index.
  std::vector<size_t> waiting_actions_;
  std::map<RequestId, Dot> tokens_;
  FingerprintTable occurrences_;
  Strikes<SlowFsync> slow_fsyncs_;
  Strikes<ReadFailure> read_failures_;
  // Whether some liar says what others have proposed, and what that is.
  const bool says_proposals_;
  std::map<InstanceId, Payload> proposals_;

  // What a step is given where it is a message or news from the disk, and what
  // it asks for. They keep their memory.
  Event received_ = Receive();
  Event persisted_ = Persisted();
  Effects effects_;
  bool has_effects_ = false;  // Whether it holds anything.
  Time now_;
  uint64_t events_ = 0;
  uint32_t chance_crashes_ = 0;
  const bool nodes_may_wait_;
  NodeId stepping_ = kNobody;  // Who is to blame if a check fails.
  NodeSet final_writes_;       // Answered OK, or held back.
  std::optional<Time> settled_since_;
  bool healed_ = false;
  bool finished_ = false;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WORLD_H_
