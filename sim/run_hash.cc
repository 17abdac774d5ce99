#include "sim/run_hash.h"

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/str_format.h"
#include "sim/bytes.h"

namespace distdb::sim {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

// What kind of thing comes next in the hash.
enum class Mark : uint64_t { kStep = 1, kStart = 2, kCrash = 3 };

uint64_t AsWord(int64_t value) { return static_cast<uint64_t>(value); }

}  // namespace

void RunHash::OnStep(Time at, NodeId node, const Event& event,
                     const Effects& effects) {
  Add(static_cast<uint64_t>(Mark::kStep));
  Add(AsWord(at.value()));
  Add(node.value());
  AddEvent(event);
  AddEffects(effects);
}

void RunHash::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  Add(static_cast<uint64_t>(Mark::kStart));
  Add(AsWord(at.value()));
  Add(node.value());
  Add(records.size());
  for (const Record& record : records) AddRecord(record);
}

void RunHash::OnCrash(Time at, NodeId node, Token lost_from) {
  Add(static_cast<uint64_t>(Mark::kCrash));
  Add(AsWord(at.value()));
  Add(node.value());
  Add(lost_from.value());
}

std::string RunHash::Hex() const {
  return absl::StrFormat("%016x%016x", mixer_.High(), mixer_.Low());
}

void RunHash::AddBytes(absl::string_view bytes) { MixBytes(bytes, mixer_); }

void RunHash::AddDigest(const InstanceId& instance, const Digest& digest) {
  Add(names_.Name(instance, digest).number);
}

void RunHash::AddInstance(const InstanceId& instance) {
  Add(uint64_t{instance.epoch.value()} << 32 | instance.origin.value());
  Add(instance.seq.value());
}

void RunHash::AddPayload(const Payload& payload) {
  Add(payload.has_value() ? 1 : 0);
  if (payload.has_value()) AddBytes(payload.bytes());
}

void RunHash::AddMessage(const Message& message) {
  Add(static_cast<uint64_t>(message.kind));
  AddInstance(message.instance);
  AddDigest(message.instance, message.digest);
  AddPayload(message.payload);
}

void RunHash::AddRecord(const Record& record) {
  Add(record.token.value());
  Add(static_cast<uint64_t>(record.kind));
  AddInstance(record.instance);
  AddDigest(record.instance, record.digest);
  AddPayload(record.payload);
}

void RunHash::AddCommand(const Command& command) {
  Add(command.index());
  std::visit(Overloaded{
                 [&](const Write& write) {
                   Add(write.mutations.size());
                   for (const Mutation& mutation : write.mutations) {
                     Add(static_cast<uint64_t>(mutation.kind));
                     AddBytes(mutation.key);
                     AddBytes(mutation.value);
                   }
                 },
                 [&](const Get& get) {
                   AddBytes(get.key);
                   Add(get.at_least.origin.value());
                   Add(get.at_least.seq.value());
                 },
                 [&](const List& list) {
                   AddBytes(list.prefix);
                   AddBytes(list.start);
                   Add(list.limit);
                   Add(list.at_least.origin.value());
                   Add(list.at_least.seq.value());
                 },
             },
             command);
}

void RunHash::AddReply(const Reply& reply) {
  Add(reply.client.value());
  Add(reply.request.value());
  Add(static_cast<uint64_t>(reply.status.code()));
  AddBytes(reply.status.message());
  Add(reply.token.origin.value());
  Add(reply.token.seq.value());
  Add(reply.existed);
  Add(reply.entries.size());
  for (const KeyValue& entry : reply.entries) {
    AddBytes(entry.key);
    AddBytes(entry.value);
  }
  Add(reply.more ? 1 : 0);
}

void RunHash::AddFault(const Fault& fault) {
  Add(fault.node.value());
  Add(static_cast<uint64_t>(fault.kind));
  AddInstance(fault.instance);
  AddDigest(fault.instance, fault.first);
  AddDigest(fault.instance, fault.second);
}

void RunHash::AddEvent(const Event& event) {
  Add(event.index());
  std::visit(
      Overloaded{
          [&](const Tick& tick) {
            Add(AsWord(tick.now.value()));
            Add(AsWord(tick.wall_now.value()));
          },
          [&](const Receive& receive) {
            Add(receive.from.value());
            AddMessage(receive.message);
          },
          [&](const Request& request) {
            Add(request.client.value());
            Add(request.request.value());
            AddCommand(request.command);
          },
          [&](const Persisted& persisted) { Add(persisted.token.value()); },
          [&](const PersistFailed& failed) {
            Add(failed.token.value());
            AddBytes(failed.why);
          },
          [&](const Loaded& loaded) { AddRecord(loaded.record); },
          [&](const LoadFailed& failed) {
            Add(failed.token.value());
            AddBytes(failed.why);
          },
          [&](const PeerUp& up) { Add(up.peer.value()); },
          [&](const PeerDown& down) { Add(down.peer.value()); },
      },
      event);
}

void RunHash::AddEffects(const Effects& effects) {
  Add(effects.persist.size());
  for (const Record& record : effects.persist) AddRecord(record);
  Add(effects.load.size());
  for (const Token token : effects.load) Add(token.value());
  for (const std::vector<Envelope>* envelopes :
       {&effects.send, &effects.send_after_persist}) {
    Add(envelopes->size());
    for (const Envelope& envelope : *envelopes) {
      Add(envelope.to.bits());
      AddMessage(envelope.message);
    }
  }
  for (const std::vector<Reply>* replies :
       {&effects.replies, &effects.replies_after_persist}) {
    Add(replies->size());
    for (const Reply& reply : *replies) AddReply(reply);
  }
  Add(effects.delivered.size());
  for (const Delivery& delivery : effects.delivered) {
    AddInstance(delivery.instance);
    AddDigest(delivery.instance, delivery.digest);
    AddPayload(delivery.payload);
  }
  Add(effects.faults.size());
  for (const Fault& fault : effects.faults) AddFault(fault);
  Add(effects.discard_before.value());
  Add(AsWord(effects.next_deadline.value()));
}

}  // namespace distdb::sim
