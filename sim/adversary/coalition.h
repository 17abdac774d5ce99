// Coalition: all liars of a run, and the adversaries that they play.
//
// Liars share what any of them hears and say what the adversaries of
// Plan::adversaries tell them to. Several may be active at once; each is a file
// of this folder that says its powers. adversary.h says what none can do.
//
// The world tells the coalition what reaches a liar, and carries out what
// said() holds after each call; it calls HandleWake when wake_at() has come.

#ifndef DISTDB_SIM_ADVERSARY_COALITION_H_
#define DISTDB_SIM_ADVERSARY_COALITION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/digest.h"
#include "core/message.h"
#include "core/types.h"
#include "sim/adversary/adversary.h"
#include "sim/adversary/scheduler.h"
#include "sim/adversary/schemes.h"
#include "sim/adversary/stage.h"
#include "sim/adversary/twins.h"
#include "sim/choice.h"
#include "sim/fault_counters.h"
#include "sim/plan.h"

namespace distdb::sim {

class Coalition {
 public:
  // None of the pointers is owned; all outlive the coalition.
  Coalition(const Plan* plan, Chooser* chooser, const Digester* digester,
            FaultCounters* faults);
  ~Coalition();

  // The next instance of `liar`'s own stream is to begin.
  void HandleTurn(Time now, NodeId liar);
  // A message of `from` reached `liar`.
  void HandleMessage(Time now, NodeId liar, NodeId from,
                     const Message& message);
  // The `channel`-th channel of `liar` to `peer` opened; it closed.
  void HandlePeerUp(Time now, NodeId liar, NodeId peer, uint64_t channel);
  void HandlePeerDown(Time now, NodeId liar, NodeId peer);
  void HandleWake(Time now);

  // What it has said since the caller cleared it.
  std::vector<Lie>& said() { return stage_.said(); }
  // kNever if it waits for nothing but what happens.
  Time wake_at() const;
  // Who orders the traffic; null: the network.
  DelayPicker* delay_picker();

 private:
  template <typename T, typename... Arguments>
  T* Add(Arguments... arguments);
  bool IsTwin(NodeId liar) const;

  Stage stage_;
  Schemes schemes_;
  std::vector<std::unique_ptr<Adversary>> adversaries_;
  std::optional<Twins> twins_;
  std::optional<Scheduler> scheduler_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_COALITION_H_
