#include "sim/network.h"

#include <algorithm>
#include <cstddef>

#include "core/check.h"
#include "sim/message_size.h"

namespace distdb::sim {
namespace {

template <typename T>
bool Matches(const std::optional<T>& wanted, const T& is) {
  return !wanted.has_value() || *wanted == is;
}

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
      matched_(plan->rules.size()) {
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
  arrivals.copies = std::min(rule.copies, uint32_t{2});
  arrivals.at[0] = now + plan_->network.link_delay[link] + rule.delay;
  arrivals.at[1] = arrivals.at[0];
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

const Rule* Network::FindRule(Time now, const About& about) {
  for (size_t i = 0; i < plan_->rules.size(); ++i) {
    const Rule& rule = plan_->rules[i];
    if (!Matches(rule.from, about.from) || !Matches(rule.to, about.to) ||
        !Matches(rule.message, about.message) ||
        !Matches(rule.instance, about.instance) ||
        !Matches(rule.digest_class, about.digest_class) ||
        now < rule.from_time || now >= rule.to_time) {
      continue;
    }
    const uint64_t before = matched_[i]++;
    if (before >= rule.skip && before - rule.skip < rule.count) return &rule;
  }
  return nullptr;
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
