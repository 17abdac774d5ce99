// What the tests of the world share: runs by hand, and what happened in them.

#ifndef DISTDB_SIM_WORLD_TESTING_H_
#define DISTDB_SIM_WORLD_TESTING_H_

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/calm_plan.h"
#include "sim/run.h"

namespace distdb::sim {

inline const Tape kCalm;

inline Deed Put(uint32_t node, uint64_t request, std::string value = "v") {
  return Ask{NodeId(node), RequestId(request),
             Write{{{MutationKind::kPut, "k", std::move(value)}}}};
}

inline void At(Plan& plan, Duration at, Deed deed) {
  plan.actions.push_back({{.at = Time(at)}, std::move(deed)});
}

inline void After(Plan& plan, Condition condition, Duration at, Deed deed) {
  plan.actions.push_back(
      {{.at = Time(at), .after = condition}, std::move(deed)});
}

inline InstanceId Id(uint32_t origin, uint64_t seq) {
  return {Epoch(1), NodeId(origin), Seq(seq)};
}

// Remembers what a test asks about.
class Log : public Observer {
 public:
  void OnStep(Time at, NodeId node, const Event& event,
              const Effects& effects) override {
    times.push_back(at);
    for (const Delivery& delivery : effects.delivered) {
      deliveries.push_back({node, delivery.instance});
    }
    if (std::holds_alternative<Loaded>(event)) ++loads;
    if (std::holds_alternative<PeerDown>(event)) ++peers_down;
  }
  void OnPassage(Time at, const Passage& passage,
                 const Message& message) override {
    passages.push_back({at, passage, message});
  }
  void OnReply(Time, NodeId, const Reply& reply) override {
    replies.push_back(reply);
  }
  void OnStart(Time, NodeId node, absl::Span<const Record> records) override {
    starts.push_back({node, records.size()});
  }
  void OnCrash(Time at, NodeId, Token) override { crashes.push_back(at); }

  size_t Count(Fate fate) const {
    size_t count = 0;
    for (const Sent& sent : passages) count += sent.passage.fate == fate;
    return count;
  }

  struct Sent {
    Time at;
    Passage passage;
    Message message;
  };
  std::vector<Time> times;
  std::vector<std::pair<NodeId, InstanceId>> deliveries;
  std::vector<Sent> passages;
  std::vector<Reply> replies;
  std::vector<std::pair<NodeId, size_t>> starts;
  std::vector<Time> crashes;
  int loads = 0;
  int peers_down = 0;
};

inline RunResult Play(const Plan& plan, Log& log) {
  TapeDriver driver(&kCalm);
  Observer* const observers[] = {&log};
  return RunPlan(plan, &driver, observers);
}

// Answers `answer` to one decision, and calmly else.
class OneAnswer : public Driver {
 public:
  OneAnswer(Decision decision, uint64_t answer)
      : decision_(decision), answer_(answer) {}
  uint64_t Answer(const About& about, uint64_t n) override {
    return about.decision == decision_ ? std::min(answer_, n - 1) : 0;
  }
  size_t AnswerNamed(const About&, absl::Span<const Option>) override {
    return 0;
  }

 private:
  Decision decision_;
  uint64_t answer_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_WORLD_TESTING_H_
