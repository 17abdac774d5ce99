#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "sim/shrink/edit.h"
#include "sim/shrink/simplify.h"

namespace distdb::sim {
namespace {

// What a scenario file has where it says nothing.
constexpr Duration kSettleTime = 10 * kSecond;
constexpr Duration kLinger = 300 * kMillisecond;

class Ordinary {
 public:
  Ordinary(Scenario& scenario, Trial& trial) : best_(scenario), trial_(trial) {}

  void Run() {
    Set(
        [](Plan & plan) -> auto& { return plan.settle_time; }, kSettleTime);
    if (trial_.property() != Property::kHang) {
      Set(
          [](Plan & plan) -> auto& { return plan.events_max; },
          Plan().events_max);
    }
    Set(
        [](Plan & plan) -> auto& { return plan.final_writes; }, false);
    Set(
        [](Plan & plan) -> auto& { return plan.linger; }, kLinger);
    MakeHonest();
    EachNode(&Plan::wall_offset);
    EachNode(&Plan::drift_ppm);
    EachNode(&Plan::turn_time);
    EachNode(&Plan::step_time);
    LeaveNobodyOut();
    Limits();
    Times();
  }

 private:
  template <typename Edit>
  bool Try(Edit edit) {
    Scenario candidate = best_;
    edit(candidate.plan);
    Tidy(candidate);
    if (!trial_.Shows(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  template <typename Field, typename T>
  void Set(Field field, T value) {
    if (field(best_.plan) == value) return;
    Try([&](Plan& plan) { field(plan) = value; });
  }

  // All of them, or else each.
  void EachNode(std::vector<int64_t> Plan::*field) {
    const std::vector<int64_t>& now = best_.plan.*field;
    const auto is_set = [](int64_t value) { return value != 0; };
    if (std::none_of(now.begin(), now.end(), is_set)) return;
    if (Try([&](Plan& plan) {
          std::fill((plan.*field).begin(), (plan.*field).end(), 0);
        })) {
      return;
    }
    for (size_t i = 0; i < (best_.plan.*field).size(); ++i) {
      if ((best_.plan.*field)[i] == 0) continue;
      Try([&](Plan& plan) { (plan.*field)[i] = 0; });
    }
  }

  // Liars that say nothing may as well follow the protocol.
  void MakeHonest() {
    for (const NodeId liar : best_.plan.liars) {
      const bool speaks = std::any_of(
          best_.plan.actions.begin(), best_.plan.actions.end(),
          [&](const Action& action) {
            const Say* say = std::get_if<Say>(&action.deed);
            const Equivocate* lie = std::get_if<Equivocate>(&action.deed);
            return (say != nullptr && say->liar == liar) ||
                   (lie != nullptr && lie->liar == liar);
          });
      if (!speaks) Try([&](Plan& plan) { plan.liars.Erase(liar); });
    }
  }

  void LeaveNobodyOut() {
    for (size_t i = best_.plan.left_out.size(); i > 0; --i) {
      Try([&](Plan& plan) {
        plan.left_out.erase(plan.left_out.begin() +
                            static_cast<ptrdiff_t>(i - 1));
      });
    }
    for (const NodeId node : best_.plan.false_clocks) {
      Try([&](Plan& plan) { plan.false_clocks.Erase(node); });
    }
  }

  void Limits() {
    const Config calm;
    Set(
        [](Plan & plan) -> auto& { return plan.config.window; }, calm.window);
    Set(
        [](Plan & plan) -> auto& { return plan.config.window_bytes_max; },
        calm.window_bytes_max);
    Set(
        [](Plan & plan) -> auto& { return plan.config.retained_bytes_max; },
        calm.retained_bytes_max);
    Set(
        [](Plan & plan) -> auto& {
          return plan.config.retained_memory_bytes_max;
        },
        calm.retained_memory_bytes_max);
    Set(
        [](Plan & plan) -> auto& { return plan.config.snapshot_log_bytes; },
        calm.snapshot_log_bytes);
    Set(
        [](Plan & plan) -> auto& { return plan.disk.discards; }, true);
  }

  void Times() {
    const Config calm;
    if (best_.plan.heal_at != Time(kSecond)) {
      Try([](Plan& plan) { SetHealing(plan, Time(kSecond)); });
    }
    const std::vector<Duration>& delays = best_.plan.network.link_delay;
    if (!delays.empty() && delays[0] != kMillisecond) {
      Try([](Plan& plan) {
        std::fill(plan.network.link_delay.begin(),
                  plan.network.link_delay.end(), kMillisecond);
      });
    }
    Set(
        [](Plan & plan) -> auto& { return plan.config.watermark_interval; },
        calm.watermark_interval);
    Set(
        [](Plan & plan) -> auto& { return plan.config.resend_interval; },
        calm.resend_interval);
    if (best_.plan.config.resend_interval <= calm.resend_interval_max) {
      Set(
          [](Plan & plan) -> auto& { return plan.config.resend_interval_max; },
          calm.resend_interval_max);
    }
  }

  Scenario& best_;
  Trial& trial_;
};

}  // namespace

void MakeOrdinary(Scenario& scenario, Trial& trial) {
  Ordinary(scenario, trial).Run();
}

}  // namespace distdb::sim
