#include "sim/network.h"

#include <algorithm>
#include <cstddef>

#include "core/check.h"
#include "sim/message_size.h"

namespace distdb::sim {
namespace {

bool Cuts(const Partition& partition, NodeId from, NodeId to) {
  const bool sends = partition.side.Contains(from);
  if (sends == partition.side.Contains(to)) return false;
  return sends || !partition.one_way;
}

}  // namespace

Network::Network(const Plan* plan, Chooser* chooser, const Digester* digester,
                 DigestNames* names, FaultCounters* faults)
    : plan_(plan),
      nodes_(static_cast<size_t>(plan->nodes())),
      chooser_(chooser),
      digester_(digester),
      names_(names),
      faults_(faults),
      busy_until_(plan->network.byte_time.size()),
      last_arrival_(plan->network.link_delay.size()),
      rules_(&plan->rules) {
  NoteIfPlain();
}

void Network::NoteIfPlain() {
  const NetworkPlan& network = plan_->network;
  const bool is_faultless =
      healed_ ||
      (network.byte_time.empty() && network.slow_by.empty() &&
       network.loss_per_mille == 0 && network.corrupt_per_mille == 0 &&
       network.duplicate_per_mille == 0);
  is_plain_ = is_faultless && plan_->rules.empty() && picker_ == nullptr &&
              network.delay_shape.empty();
}

uint32_t Network::DigestClass(const Message& message) {
  if (CarriesDigest(message.kind)) {
    return names_->Name(message.instance, message.digest).klass;
  }
  if (CarriesPayload(message.kind)) {
    const Digest digest =
        digester_->Compute(message.instance, message.payload.bytes());
    return names_->Name(message.instance, digest).klass;
  }
  return 0;
}

Arrivals Network::ArrivalsBy(const Rule& rule, Time now, size_t link) const {
  Arrivals arrivals;
  if (rule.lost) {
    faults_->Count(FaultName::kLoss);
    return arrivals;
  }
  const Time calm = now + plan_->network.link_delay[link];
  const auto at = [&](const std::optional<Time>& moment) {
    return moment.has_value() && *moment > now ? *moment : calm + rule.delay;
  };
  arrivals.copies =
      rule.again.has_value() ? 2 : std::min(rule.copies, uint32_t{2});
  arrivals.at[0] = at(rule.arrives);
  arrivals.at[1] = rule.again.has_value() ? at(rule.again) : arrivals.at[0];
  return arrivals;
}

std::optional<Time> Network::Leave(Time now, size_t link,
                                   const Message& message) {
  const std::vector<Duration>& byte_time = plan_->network.byte_time;
  Time& busy_until = busy_until_[link];
  if (busy_until > now) {
    if (busy_until - now > plan_->network.backlog_max) return std::nullopt;
    faults_->Count(FaultName::kBusyLink);
  }
  const auto size = static_cast<Duration>(MessageSize(message));
  busy_until = std::max(busy_until, now) + size * byte_time[link];
  return busy_until;
}

void Network::Heal() {
  healed_ = true;
  partitions_.clear();
  NoteIfPlain();
}

void Network::SetPartition(const Partition& partition) {
  if (partition.begins) {
    partitions_.push_back(partition);
    return;
  }
  const auto found = std::find_if(partitions_.begin(), partitions_.end(),
                                  [&](const Partition& other) {
                                    return other.side == partition.side &&
                                           other.one_way == partition.one_way;
                                  });
  if (found != partitions_.end()) partitions_.erase(found);
}

bool Network::IsCutByAny(NodeId from, NodeId to) const {
  return std::any_of(
      partitions_.begin(), partitions_.end(),
      [&](const Partition& partition) { return Cuts(partition, from, to); });
}

Partition::UnderWay Network::UnderWay(NodeId from, NodeId to) const {
  auto fate = Partition::UnderWay::kPasses;
  for (const Partition& partition : partitions_) {
    if (Cuts(partition, from, to)) fate = std::min(fate, partition.under_way);
  }
  return fate;
}

}  // namespace distdb::sim
