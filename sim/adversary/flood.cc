#include "sim/adversary/flood.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "core/store/batch.h"

namespace distdb::sim {
namespace {

// By hardness: how many messages a turn is.
constexpr uint64_t kBurst[] = {0, 20, 60, 150};
constexpr uint64_t kDigests = 4;
// A put of a key of one byte, without its value.
constexpr size_t kPutBytes = 1 + 4 + 1 + 4;

}  // namespace

Payload Flood::PayloadOfSize(size_t size, uint64_t stamp) {
  if (size < kBatchHeaderBytes + kPutBytes) {
    return Payload(std::string(size, 'x'));
  }
  const size_t body = size - kBatchHeaderBytes;
  const size_t count = body / (kPutBytes + kValueBytesMax) + 1;
  BatchBuilder builder;
  size_t left = body;
  for (size_t i = count; i > 0; --i) {
    const size_t piece = left / i;
    builder.Add({.kind = MutationKind::kPut,
                 .key = "f",
                 .value = std::string(piece - kPutBytes, 'x')});
    left -= piece;
  }
  return Payload(builder.Build(Timestamp(stamp)));
}

void Flood::HandleTurn(NodeId liar) {
  const uint64_t burst = kBurst[stage_.Hardness(AdversaryName::kFlood)];
  for (uint64_t i = 0; i < burst && messages_ < kMessagesMax; ++i) {
    const About about =
        stage_.Again({.decision = Decision::kFloodTo, .from = liar});
    const NodeId to = stage_.ChooseNode(about, stage_.victims());
    const Message message = Draw(about);
    About delay = about;
    delay.decision = Decision::kFloodDelay;
    ++messages_;
    stage_.Count(FaultName::kFlood);
    stage_.Say(delay, liar, to, message);
  }
}

void Flood::HandleMessage(NodeId, NodeId, const Message& message) {
  if (!CarriesDigest(message.kind)) return;
  const Heard heard{message.instance, message.digest};
  if (heard_.size() < kHeardMax) return heard_.push_back(heard);
  heard_[next_heard_++ % kHeardMax] = heard;
}

Message Flood::Draw(About about) {
  const Config& config = stage_.plan().config;
  Message message;
  about.decision = Decision::kFloodKind;
  message.kind =
      kAllMessageKinds[stage_.Choose(about, std::size(kAllMessageKinds))];
  if (message.kind == MessageKind::kHello) return message;
  if (message.kind == MessageKind::kPull && !heard_.empty()) {
    about.decision = Decision::kFloodPull;
    if (stage_.Choose(about, 2) == 1) {
      about.decision = Decision::kFloodPulled;
      const Heard& heard = heard_[stage_.Choose(about, heard_.size())];
      message.instance = heard.instance;
      message.digest = heard.digest;
      return message;
    }
  }
  about.decision = Decision::kFloodOrigin;
  NodeId origin = stage_.ChooseNode(about, NodeSet::FirstN(config.nodes));
  about.decision = Decision::kFloodOwn;
  if (stage_.Choose(about, 2) == 1) origin = about.from;
  const uint64_t window = config.window;
  about.decision = Decision::kFloodPlace;
  const uint64_t inside = 1 + stage_.Choose(about, window);
  const uint64_t seqs[] = {
      inside,      inside,     inside,    inside,
      window + 1,  2 * window, 1'000'000, uint64_t{1} << 63,
      ~uint64_t{0}};
  about.decision = Decision::kFloodSeq;
  message.instance =
      stage_.IdOf(origin, Seq(seqs[stage_.Choose(about, std::size(seqs))]));
  about.decision = Decision::kFloodEpoch;
  if (stage_.Choose(about, 4) == 3) ++message.instance.epoch;
  if (CarriesDigest(message.kind)) {
    about.decision = Decision::kFloodDigest;
    message.digest = stage_.MadeUpDigest(message.instance,
                                         2 + stage_.Choose(about, kDigests));
  }
  if (CarriesPayload(message.kind)) message.payload = DrawPayload(about);
  return message;
}

Payload Flood::DrawPayload(About about) {
  const size_t limit = stage_.plan().config.payload_bytes_max;
  const size_t sizes[] = {0,   1,    40,   40,     40,    300,
                          300, 4096, 4096, 60'000, limit, limit + 1};
  about.decision = Decision::kFloodSize;
  size_t size = sizes[stage_.Choose(about, std::size(sizes))];
  if (size >= limit && was_huge_) size = 100;
  was_huge_ = was_huge_ || size >= limit;
  return PayloadOfSize(size, 1'700'000'000'000'000'000 + about.occurrence);
}

}  // namespace distdb::sim
