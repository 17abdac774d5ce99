#include "sim/network.h"

#include <algorithm>
#include <cstddef>

#include "core/check.h"
#include "sim/message_size.h"

namespace distdb::sim {
namespace {

size_t LinkIndex(const Plan& plan, NodeId from, NodeId to) {
  return size_t{from.value()} * static_cast<size_t>(plan.nodes()) + to.value();
}

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
      chooser_(chooser),
      digester_(digester),
      names_(names),
      faults_(faults),
      busy_until_(plan->network.byte_time.size()),
      last_arrival_(plan->network.link_delay.size()),
      matched_(plan->rules.size()) {}

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

Arrivals Network::Send(Time now, const About& about, const Message& message) {
  Occasion sending = chooser_->Next(about);
  const size_t link_index = LinkIndex(*plan_, about.from, about.to);
  Arrivals arrivals;
  if (const Rule* rule = FindRule(now, sending.about()); rule != nullptr) {
    if (rule->lost) {
      faults_->Count(FaultName::kLoss);
      return arrivals;
    }
    const Duration link = plan_->network.link_delay[link_index];
    arrivals.copies = std::min(rule->copies, uint32_t{2});
    arrivals.at[0] = now + link + rule->delay;
    arrivals.at[1] = arrivals.at[0];
    return arrivals;
  }
  const NetworkPlan& network = plan_->network;
  // Without bandwidth it leaves at once.
  const bool has_bandwidth = !network.byte_time.empty() && !healed_;
  const std::optional<Time> leaves =
      has_bandwidth ? Leave(now, link_index, message) : std::optional(now);
  if (!leaves.has_value()) {
    faults_->Count(FaultName::kFullLink);
    return arrivals;
  }
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageLost,
                                   network.loss_per_mille)) {
    faults_->Count(FaultName::kLoss);
    return arrivals;
  }
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageCorrupted,
                                   network.corrupt_per_mille)) {
    faults_->Count(FaultName::kCorruption);
    arrivals.corrupted = true;
    return arrivals;
  }
  arrivals.copies = 1;
  arrivals.at[0] = Arrival(*leaves, sending, Decision::kMessageDelay);
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageDuplicated,
                                   network.duplicate_per_mille)) {
    faults_->Count(FaultName::kDuplication);
    arrivals.copies = 2;
    arrivals.at[1] = Arrival(*leaves, sending, Decision::kDuplicateDelay);
  }
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

Duration Network::DrawDelay(size_t link, Occasion& sending, Decision decision) {
  const NetworkPlan& network = plan_->network;
  if (network.jitter == 0) return 0;
  const DelayShape shape = network.delay_shape.empty()
                               ? DelayShape::kUniform
                               : network.delay_shape[link];
  const Duration delay = DelayOf(
      shape, network.jitter,
      chooser_->Choose(sending, decision, DelayAnswers(shape, network.jitter)));
  if (shape == DelayShape::kTwoHumped && delay > network.jitter / 2) {
    faults_->Count(FaultName::kSecondHump);
  } else if (delay > network.jitter) {
    faults_->Count(FaultName::kLongTail);
  }
  return delay;
}

Time Network::Arrival(Time leaves, Occasion& sending, Decision decision) {
  const About& about = sending.about();
  if (picker_ != nullptr) return leaves + picker_->PickDelay(leaves, about);
  const size_t link = LinkIndex(*plan_, about.from, about.to);
  const NetworkPlan& network = plan_->network;
  Time at = leaves + network.link_delay[link];
  if (!network.slow_by.empty() && network.slow_by[link] > 0 && !healed_) {
    at = at + network.slow_by[link];
    faults_->Count(FaultName::kSlowLink);
  }
  at = at + DrawDelay(link, sending, decision);
  Time& last = last_arrival_[link];
  if (at < last) {
    if (network.in_order) {
      at = last;
    } else {
      faults_->Count(FaultName::kReordering);
    }
  }
  last = std::max(last, at);
  return at;
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
