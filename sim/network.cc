#include "sim/network.h"

#include <algorithm>
#include <cstddef>

#include "core/check.h"

namespace distdb::sim {
namespace {

size_t LinkIndex(const Plan& plan, NodeId from, NodeId to) {
  return size_t{from.value()} * static_cast<size_t>(plan.nodes()) + to.value();
}

template <typename T>
bool Matches(const std::optional<T>& wanted, const T& is) {
  return !wanted.has_value() || *wanted == is;
}

}  // namespace

Network::Network(const Plan* plan, Chooser* chooser, const Digester* digester,
                 DigestNames* names, FaultCounters* faults)
    : plan_(plan),
      chooser_(chooser),
      digester_(digester),
      names_(names),
      faults_(faults),
      last_arrival_(plan->network.link_delay.size()),
      matched_(plan->rules.size()) {}

About Network::Identify(Decision decision, NodeId from, NodeId to,
                        const Message& message) {
  About about{.decision = decision,
              .from = from,
              .to = to,
              .message = message.kind,
              .instance = message.instance};
  if (CarriesDigest(message.kind)) {
    about.digest_class = names_->Name(message.instance, message.digest).klass;
  } else if (CarriesPayload(message.kind)) {
    const Digest digest =
        digester_->Compute(message.instance, message.payload.bytes());
    about.digest_class = names_->Name(message.instance, digest).klass;
  }
  return about;
}

Arrivals Network::Send(Time now, NodeId from, NodeId to,
                       const Message& message) {
  Occasion sending =
      chooser_->Next(Identify(Decision::kMessageLost, from, to, message));
  Arrivals arrivals;
  if (const Rule* rule = FindRule(now, sending.about()); rule != nullptr) {
    if (rule->lost) {
      faults_->Count(FaultName::kLoss);
      return arrivals;
    }
    const Duration link =
        plan_->network.link_delay[LinkIndex(*plan_, from, to)];
    arrivals.copies = std::min(rule->copies, uint32_t{2});
    arrivals.at[0] = now + link + rule->delay;
    arrivals.at[1] = arrivals.at[0];
    return arrivals;
  }
  const NetworkPlan& network = plan_->network;
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
  arrivals.at[0] = Arrival(now, sending, Decision::kMessageDelay);
  if (!healed_ && chooser_->Chance(sending, Decision::kMessageDuplicated,
                                   network.duplicate_per_mille)) {
    faults_->Count(FaultName::kDuplication);
    arrivals.copies = 2;
    arrivals.at[1] = Arrival(now, sending, Decision::kDuplicateDelay);
  }
  return arrivals;
}

Time Network::Arrival(Time now, Occasion& sending, Decision decision) {
  const About& about = sending.about();
  const size_t link = LinkIndex(*plan_, about.from, about.to);
  const NetworkPlan& network = plan_->network;
  Time at = now + network.link_delay[link];
  if (network.jitter > 0) {
    at =
        at + static_cast<Duration>(chooser_->Choose(
                 sending, decision, static_cast<uint64_t>(network.jitter) + 1));
  }
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

bool Network::IsCut(NodeId from, NodeId to) const {
  for (const Partition& partition : partitions_) {
    const bool sends = partition.side.Contains(from);
    if (sends == partition.side.Contains(to)) continue;
    if (sends || !partition.one_way) return true;
  }
  return false;
}

}  // namespace distdb::sim
