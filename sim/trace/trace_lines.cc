#include "sim/trace/trace_lines.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/shape.h"

namespace distdb::sim {
namespace {

std::string Quoted(absl::string_view name, absl::string_view value) {
  return absl::StrCat(",\"", name, "\":\"", value, "\"");
}

std::string Plain(absl::string_view name, uint64_t value) {
  return absl::StrCat(",\"", name, "\":", value);
}

std::string Truth(absl::string_view name, bool value) {
  return absl::StrCat(",\"", name, "\":", value ? "true" : "false");
}

std::string Begin(absl::string_view event, NodeId node) {
  return absl::StrCat("{\"event\":\"", event, "\"",
                      Plain("node", node.value()));
}

}  // namespace

absl::string_view TracedName(MessageKind kind) {
  switch (kind) {
    case MessageKind::kSend:
      return "send";
    case MessageKind::kEcho:
      return "echo";
    case MessageKind::kReady:
      return "ready";
    case MessageKind::kDelivered:
      return "delivered";
    case MessageKind::kPull:
      return "pull";
    case MessageKind::kPayload:
      return "payload";
    default:
      return "";
  }
}

std::string DigestName(size_t index) {
  std::string name(1, static_cast<char>('a' + index % 26));
  if (index >= 26) absl::StrAppend(&name, index / 26);
  return name;
}

std::string TraceLine(const ResetLine& reset) {
  const auto numbers = [](std::string* out, NodeId node) {
    absl::StrAppend(out, node.value());
  };
  return absl::StrCat("{\"event\":\"reset\"", Quoted("run", reset.run),
                      Quoted("instance", reset.instance),
                      Plain("nodes", static_cast<uint64_t>(reset.nodes)),
                      Plain("origin", reset.origin.value()), ",\"liars\":[",
                      absl::StrJoin(reset.liars, ",", numbers), "]",
                      Quoted("quorum_policy", QuorumPolicyName(reset.policy)),
                      "}\n");
}

std::string TraceLine(const HandlerLine& handler) {
  std::string line = Begin(handler.event, handler.node);
  absl::StrAppend(&line, Plain("from", handler.from.value()));
  if (handler.digest) absl::StrAppend(&line, Quoted("digest", *handler.digest));
  absl::StrAppend(&line, Quoted("asks_echo", handler.asks_echo),
                  Quoted("asks_ready", handler.asks_ready),
                  Quoted("asks_delivered", handler.asks_delivered),
                  Truth("turn", handler.turn),
                  Truth("conflict", handler.conflict));
  absl::StrAppend(&line, Quoted("echoed", handler.echoed),
                  Quoted("readied", handler.readied),
                  Quoted("decided", handler.decided), "}\n");
  return line;
}

std::string TraceLine(const DiskLine& disk) {
  return absl::StrCat(Begin(disk.event, disk.node), Quoted("echo", disk.echo),
                      Quoted("ready", disk.ready),
                      Quoted("delivered", disk.delivered), "}\n");
}

std::string TraceLine(const PassageLine& passage) {
  return absl::StrCat(
      Begin(passage.event, passage.node), Plain("from", passage.from.value()),
      Quoted("digest", passage.digest), Quoted("kind", passage.kind),
      Quoted("why", passage.why), "}\n");
}

std::string TraceLine(const DeliverLine& deliver) {
  return absl::StrCat(Begin("deliver", deliver.node),
                      Quoted("digest", deliver.digest),
                      Truth("turn", deliver.turn), "}\n");
}

std::string TraceLine(const SayLine& say) {
  return absl::StrCat(Begin("say", say.node), Quoted("kind", say.kind),
                      Quoted("digest", say.digest),
                      Truth("at_once", say.at_once), "}\n");
}

}  // namespace distdb::sim
