#include "sim/adversary/mutation.h"

#include <iterator>
#include <string>

namespace distdb::sim {
namespace {

// By hardness: how many of 1000 messages heard it says again, mutated.
constexpr uint64_t kPerMille[] = {0, 20, 80, 250};

constexpr Option kFields[] = {
    {0, "kind"}, {1, "epoch"}, {2, "origin"}, {3, "seq"}, {4, "content"}};

}  // namespace

void Mutation::HandleMessage(NodeId liar, NodeId from, const Message& message) {
  if (mutations_ >= kMutationsMax) return;
  About about = stage_.AboutHeard(Decision::kMutation, liar, from, message);
  const uint64_t hardness = stage_.Hardness(AdversaryName::kMutation);
  if (!stage_.Chance(about, kPerMille[hardness])) return;
  ++mutations_;
  stage_.Count(FaultName::kMutatedField);
  Message mutated = message;
  Mutate(mutated, about);
  about.decision = Decision::kMutationTo;
  const NodeId to = stage_.ChooseNode(about, stage_.victims());
  about.decision = Decision::kMutationDelay;
  stage_.Say(about, liar, to, mutated);
}

void Mutation::Mutate(Message& message, const About& about) {
  About field = about;
  field.decision = Decision::kMutationField;
  const auto what = static_cast<Field>(stage_.ChooseNamed(field, kFields));
  field.decision = Decision::kMutationValue;
  const uint64_t draw = stage_.Choose(field, uint64_t{1} << 32);
  InstanceId& id = message.instance;
  switch (what) {
    case Field::kKind:
      return MutateKind(message, draw);
    case Field::kEpoch: {
      const uint32_t epochs[] = {0, id.epoch.value() + 1, ~uint32_t{0}};
      id.epoch = Epoch(epochs[draw % std::size(epochs)]);
      return;
    }
    case Field::kOrigin:
      return MutateOrigin(id, draw);
    case Field::kSeq:
      return MutateSeq(id, draw);
    case Field::kContent:
      return MutateContent(message, draw);
  }
}

void Mutation::MutateKind(Message& message, uint64_t draw) {
  message.kind = kAllMessageKinds[draw % std::size(kAllMessageKinds)];
  // As the codec demands: exactly the fields of the new kind.
  if (!CarriesDigest(message.kind)) {
    message.digest = Digest();
  } else if (message.digest == Digest()) {
    message.digest = stage_.DigestOf(message.instance, message.payload);
  }
  if (!CarriesPayload(message.kind)) {
    message.payload = Payload();
  } else if (!message.payload.has_value()) {
    message.payload = Payload("nothing was here");
  }
}

void Mutation::MutateOrigin(InstanceId& id, uint64_t draw) {
  const auto n = static_cast<uint32_t>(stage_.plan().nodes());
  const uint32_t others[] = {static_cast<uint32_t>(draw >> 8) % n,
                             (id.origin.value() + 1) % n,
                             n,
                             63,
                             64,
                             ~uint32_t{0}};
  id.origin = NodeId(others[draw % std::size(others)]);
}

void Mutation::MutateSeq(InstanceId& id, uint64_t draw) {
  const uint64_t seq = id.seq.value();
  const uint64_t window = stage_.plan().config.window;
  const uint64_t others[] = {0,
                             seq - 1,
                             seq + 1,
                             seq + window - 1,
                             seq + window,
                             uint64_t{1} << 63,
                             ~uint64_t{0}};
  id.seq = Seq(others[draw % std::size(others)]);
}

void Mutation::MutateContent(Message& message, uint64_t draw) {
  if (CarriesDigest(message.kind)) {
    message.digest.bytes[(draw >> 8) % message.digest.bytes.size()] ^=
        static_cast<uint8_t>(1 + draw % 255);
    return;
  }
  if (!CarriesPayload(message.kind)) {
    return MutateSeq(message.instance, draw);
  }
  std::string bytes(message.payload.bytes());
  switch (draw % 4) {
    case 0:
      if (!bytes.empty()) bytes[(draw >> 8) % bytes.size()] ^= 1;
      break;
    case 1:
      bytes.resize((draw >> 8) % (bytes.size() + 1));
      break;
    case 2:
      bytes.push_back('x');
      break;
    case 3:
      bytes.clear();
      break;
  }
  message.payload = Payload(std::move(bytes));
}

}  // namespace distdb::sim
