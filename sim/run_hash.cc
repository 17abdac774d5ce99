#include "sim/run_hash.h"

#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/strings/str_format.h"

namespace distdb::sim {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

// What kind of thing comes next in the hash.
enum class Mark : uint8_t { kStep = 1, kStart = 2, kCrash = 3 };

uint64_t AsWord(int64_t value) { return static_cast<uint64_t>(value); }

// Several fields in one word; each argument lies in bits of its own.
uint64_t Pack(Mark mark, NodeId node, size_t index = 0) {
  return uint64_t{node.value()} << 32 | uint64_t{index} << 8 |
         static_cast<uint64_t>(mark);
}
uint64_t Pack(uint32_t high, uint32_t low) {
  return uint64_t{high} << 32 | low;
}

}  // namespace

void RunHash::OnStep(Time at, NodeId node, const Event& event,
                     const Effects& effects) {
  Add(AsWord(at.value()), Pack(Mark::kStep, node, event.index()));
  AddEvent(event);
  AddEffects(effects);
}

void RunHash::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  Add(AsWord(at.value()), Pack(Mark::kStart, node));
  Add(records.size(), 0);
  for (const Record& record : records) AddRecord(record);
}

void RunHash::OnCrash(Time at, NodeId node, Token lost_from) {
  Add(AsWord(at.value()), Pack(Mark::kCrash, node));
  Add(lost_from.value(), 0);
}

std::string RunHash::Hex() const {
  return absl::StrFormat("%016x%016x", mixer_.High(), mixer_.Low());
}

void RunHash::AddInstance(const InstanceId& instance) {
  Add(Pack(instance.epoch.value(), instance.origin.value()),
      instance.seq.value());
}

void RunHash::AddContent(uint64_t what, uint8_t kind,
                         const InstanceId& instance, const Digest& digest,
                         const Payload& payload) {
  const uint32_t number = names_.Name(instance, digest).number;
  const bool has_payload = payload.has_value();
  Add(what, Pack(number, uint32_t{has_payload} << 8 | kind));
  AddInstance(instance);
  if (has_payload) AddBytes(payload.bytes());
}

void RunHash::AddMessage(uint64_t from_or_to, const Message& message) {
  AddContent(from_or_to, static_cast<uint8_t>(message.kind), message.instance,
             message.digest, message.payload);
}

void RunHash::AddRecord(const Record& record) {
  AddContent(record.token.value(), static_cast<uint8_t>(record.kind),
             record.instance, record.digest, record.payload);
}

void RunHash::AddDot(Dot dot) { Add(dot.origin.value(), dot.seq.value()); }

void RunHash::AddCommand(const Command& command) {
  std::visit(Overloaded{
                 [&](const Write& write) {
                   Add(command.index(), write.mutations.size());
                   for (const Mutation& mutation : write.mutations) {
                     Add(static_cast<uint64_t>(mutation.kind), 0);
                     AddBytes(mutation.key);
                     AddBytes(mutation.value);
                   }
                 },
                 [&](const Get& get) {
                   Add(command.index(), 0);
                   AddBytes(get.key);
                   AddDot(get.at_least);
                 },
                 [&](const List& list) {
                   Add(command.index(), list.limit);
                   AddBytes(list.prefix);
                   AddBytes(list.start);
                   AddDot(list.at_least);
                 },
             },
             command);
}

void RunHash::AddReply(const Reply& reply) {
  Add(reply.client.value(), reply.request.value());
  Add(static_cast<uint64_t>(reply.status.code()),
      uint64_t{reply.existed} << 1 | uint64_t{reply.more});
  AddBytes(reply.status.message());
  AddDot(reply.token);
  Add(reply.entries.size(), 0);
  for (const KeyValue& entry : reply.entries) {
    AddBytes(entry.key);
    AddBytes(entry.value);
  }
}

void RunHash::AddFault(const Fault& fault) {
  const uint32_t first = names_.Name(fault.instance, fault.first).number;
  const uint32_t second = names_.Name(fault.instance, fault.second).number;
  Add(Pack(fault.node.value(), static_cast<uint32_t>(fault.kind)),
      Pack(first, second));
  AddInstance(fault.instance);
}

void RunHash::AddEvent(const Event& event) {
  std::visit(
      Overloaded{
          [&](const Tick& tick) {
            Add(AsWord(tick.now.value()), AsWord(tick.wall_now.value()));
          },
          [&](const Receive& receive) {
            AddMessage(receive.from.value(), receive.message);
          },
          [&](const Request& request) {
            Add(request.client.value(), request.request.value());
            AddCommand(request.command);
          },
          [&](const Persisted& persisted) { Add(persisted.token.value(), 0); },
          [&](const PersistFailed& failed) {
            Add(failed.token.value(), 0);
            AddBytes(failed.why);
          },
          [&](const Loaded& loaded) { AddRecord(loaded.record); },
          [&](const LoadFailed& failed) {
            Add(failed.token.value(), 0);
            AddBytes(failed.why);
          },
          [&](const PeerUp& up) { Add(up.peer.value(), 0); },
          [&](const PeerDown& down) { Add(down.peer.value(), 0); },
      },
      event);
}

void RunHash::AddSizes(const Effects& effects) {
  const uint64_t sizes[] = {
      effects.persist.size(),   effects.load.size(),
      effects.send.size(),      effects.send_after_persist.size(),
      effects.replies.size(),   effects.replies_after_persist.size(),
      effects.delivered.size(), effects.faults.size()};
  uint64_t any = 0;
  uint64_t bytes = 0;
  for (const uint64_t size : sizes) {
    any |= size;
    bytes = bytes << 8 | (size & 0xff);
  }
  // One word, but for the rare step that does hundreds of things of a kind.
  const bool is_exact = any <= 0xff;
  Add(bytes, is_exact);
  if (is_exact) return;
  for (const uint64_t size : sizes) Add(size, 0);
}

void RunHash::AddEffects(const Effects& effects) {
  const bool is_empty = effects.empty();
  // What AddSizes adds where all of them are 0.
  is_empty ? Add(0, 1) : AddSizes(effects);
  Add(effects.discard_before.value(), AsWord(effects.next_deadline.value()));
  if (is_empty) return;
  for (const Record& record : effects.persist) AddRecord(record);
  for (const Token token : effects.load) Add(token.value(), 0);
  for (const Envelope& envelope : effects.send) {
    AddMessage(envelope.to.bits(), envelope.message);
  }
  for (const Envelope& envelope : effects.send_after_persist) {
    AddMessage(envelope.to.bits(), envelope.message);
  }
  for (const Reply& reply : effects.replies) AddReply(reply);
  for (const Reply& reply : effects.replies_after_persist) AddReply(reply);
  for (const Delivery& delivery : effects.delivered) {
    AddContent(0, 0, delivery.instance, delivery.digest, delivery.payload);
  }
  for (const Fault& fault : effects.faults) AddFault(fault);
}

}  // namespace distdb::sim
