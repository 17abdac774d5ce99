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

// Three fields in one word; each lies in bits of its own.
uint64_t PackMark(Mark mark, NodeId node, size_t index = 0) {
  return uint64_t{node.value()} << 32 | uint64_t{index} << 8 |
         static_cast<uint64_t>(mark);
}

}  // namespace

void RunHash::OnStep(Time at, NodeId node, const Event& event,
                     const Effects& effects) {
  Add(AsWord(at.value()), PackMark(Mark::kStep, node, event.index()));
  if (const Receive* const receive = std::get_if<Receive>(&event)) {
    AddMessage(receive->from.value(), receive->message);
  } else {
    AddOtherEvent(event);
  }
  if (!effects.empty()) return AddEffects(effects);
  Add(0, 1);  // What AddSizes adds where all of them are 0.
  AddTimes(effects);
}

void RunHash::OnStart(Time at, NodeId node, absl::Span<const Record> records) {
  Add(AsWord(at.value()), PackMark(Mark::kStart, node));
  Add(records.size(), 0);
  for (const Record& record : records) AddRecord(record);
}

void RunHash::OnCrash(Time at, NodeId node, Token lost_from) {
  Add(AsWord(at.value()), PackMark(Mark::kCrash, node));
  Add(lost_from.value(), 0);
}

std::string RunHash::Hex() const {
  return absl::StrFormat("%016x%016x", mixer_.High(), mixer_.Low());
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

void RunHash::AddOtherEvent(const Event& event) {
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
  uint64_t any = 0;
  uint64_t bytes = 0;
  // Of each field its size; most are empty, which takes no division.
  const auto each = [&effects](auto add) {
    const auto add_size_of = [&add](const auto& field) {
      add(field.empty() ? uint64_t{0} : uint64_t{field.size()});
    };
    add_size_of(effects.persist);
    add_size_of(effects.load);
    add_size_of(effects.send);
    add_size_of(effects.send_after_persist);
    add_size_of(effects.replies);
    add_size_of(effects.replies_after_persist);
    add_size_of(effects.delivered);
    add_size_of(effects.faults);
  };
  each([&](uint64_t size) {
    any |= size;
    bytes = bytes << 8 | (size & 0xff);
  });
  // One word, but for the rare step that does hundreds of things of a kind.
  const bool is_exact = any <= 0xff;
  Add(bytes, is_exact);
  if (!is_exact) each([&](uint64_t size) { Add(size, 0); });
}

void RunHash::AddEffects(const Effects& effects) {
  AddSizes(effects);
  AddTimes(effects);
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
