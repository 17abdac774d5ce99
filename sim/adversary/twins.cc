#include "sim/adversary/twins.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/check.h"

namespace distdb::sim {
namespace {

// Where the clocks of a twin begin: the monotonic one, and the wall clock.
constexpr Duration kClockBegin = kSecond;
constexpr int64_t kWallBegin = 1'700'000'000'000'000'000;

// By hardness.
constexpr Duration kRoundLengths[] = {0, 200 * kMillisecond, 60 * kMillisecond,
                                      20 * kMillisecond};

}  // namespace

Twins::Twins(Stage* stage, NodeId self) : stage_(*stage), self_(self) {
  Config config = stage_.plan().config;
  config.self = self;
  config.digester = stage_.digester();
  for (Twin& twin : twins_) {
    absl::StatusOr<std::unique_ptr<Replica>> replica =
        Replica::Create(config, {});
    DISTDB_CHECK(replica.ok(), "the configuration is that of all replicas");
    twin.replica = *std::move(replica);
  }
  round_length_ = kRoundLengths[stage_.Hardness(AdversaryName::kTwins)];
  round_ends_ = Time(round_length_);
  DrawSides();
}

Twins::~Twins() = default;

void Twins::DrawSides() {
  const NodeSet others = stage_.plan().Replicas();
  const auto n = static_cast<uint64_t>(others.size());
  // A bit for each replica but the first: who is with the second twin. Not all
  // with the first one, where there is a choice.
  const uint64_t splits = n < 2 ? 1 : (uint64_t{1} << (n - 1)) - 1;
  uint64_t mask = stage_.Choose(
      {.decision = Decision::kTwinSides, .from = self_, .occurrence = rounds_},
      splits);
  mask = n < 2 ? 0 : (mask + 1) << 1;
  twins_[0].side = NodeSet();
  twins_[1].side = NodeSet();
  for (const NodeId node : others) {
    twins_[mask & 1].side.Insert(node);
    mask >>= 1;
  }
}

Twins::Twin& Twins::TwinOf(NodeId peer) {
  return twins_[twins_[1].side.Contains(peer) ? 1 : 0];
}

Time Twins::wake_at() const {
  const Time round =
      rounds_ < kRoundsMax && channels_ != NodeSet() ? round_ends_ : kNever;
  return std::min({round, twins_[0].deadline, twins_[1].deadline});
}

void Twins::HandleWake(Time now) {
  for (Twin& twin : twins_) {
    if (twin.deadline <= now) Tick(twin, now);
  }
  if (rounds_ >= kRoundsMax || now < round_ends_) return;
  ++rounds_;
  round_ends_ = now + round_length_;
  const NodeSet second = twins_[1].side;
  DrawSides();
  for (const NodeId peer : channels_& stage_.plan().Replicas()) {
    const bool was_second = second.Contains(peer);
    const bool is_second = twins_[1].side.Contains(peer);
    if (was_second == is_second) continue;
    Step(twins_[was_second ? 1 : 0], PeerDown{peer});
    Step(twins_[is_second ? 1 : 0], PeerUp{peer});
  }
}

void Twins::HandleTurn(Time now) {
  for (size_t i = 0; i < twins_.size(); ++i) {
    Twin& twin = twins_[i];
    Tick(twin, now);
    Write write;
    write.mutations.push_back(
        {.kind = MutationKind::kPut,
         .key = "k0",
         .value = absl::StrCat("twin-", i, "-", requests_)});
    Step(twin, Request{.client = ClientId(1),
                       .request = RequestId(++requests_),
                       .command = std::move(write)});
  }
}

void Twins::HandleMessage(Time now, NodeId from, const Message& message) {
  if (!stage_.plan().Replicas().Contains(from)) return;
  HandleWake(now);
  Step(TwinOf(from), Receive{from, message});
}

void Twins::HandlePeerUp(Time now, NodeId peer) {
  if (!stage_.plan().Replicas().Contains(peer)) return;
  for (Twin& twin : twins_) Tick(twin, now);
  channels_.Insert(peer);
  Step(TwinOf(peer), PeerUp{peer});
}

void Twins::HandlePeerDown(Time now, NodeId peer) {
  if (!channels_.Contains(peer)) return;
  channels_.Erase(peer);
  HandleWake(now);
  Step(TwinOf(peer), PeerDown{peer});
}

void Twins::Tick(Twin& twin, Time now) {
  Step(twin, distdb::Tick{.now = now + kClockBegin,
                          .wall_now = WallTime(kWallBegin + now.value())});
}

void Twins::Step(Twin& twin, Event event) {
  twin.events.push_back(std::move(event));
  while (!twin.events.empty()) {
    const Event next = std::move(twin.events.front());
    twin.events.pop_front();
    effects_.Clear();
    twin.replica->Step(next, effects_);
    CarryOut(twin);
  }
}

void Twins::CarryOut(Twin& twin) {
  for (const Record& record : effects_.persist) twin.records.push_back(record);
  SayAll(twin, effects_.send);
  SayAll(twin, effects_.send_after_persist);
  for (const Token token : effects_.load) {
    const auto found = std::find_if(
        twin.records.begin(), twin.records.end(),
        [&](const Record& record) { return record.token == token; });
    if (found == twin.records.end()) {
      twin.events.push_back(LoadFailed{token, "there is no such record"});
    } else {
      twin.events.push_back(Loaded{*found});
    }
  }
  const Token kept = effects_.discard_before;
  std::erase_if(twin.records,
                [&](const Record& record) { return record.token < kept; });
  // Far deadlines must not overflow.
  twin.deadline = effects_.next_deadline == kNever
                      ? kNever
                      : effects_.next_deadline + -kClockBegin;
  if (!effects_.persist.empty()) {
    twin.events.push_back(Persisted{effects_.persist.back().token});
  }
}

void Twins::SayAll(const Twin& twin, const std::vector<Envelope>& envelopes) {
  for (const Envelope& envelope : envelopes) {
    for (const NodeId to : envelope.to& twin.side& channels_) {
      stage_.Count(FaultName::kTwins);
      stage_.SayAfter(0, self_, to, envelope.message);
    }
  }
}

}  // namespace distdb::sim
