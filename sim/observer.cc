#include "sim/observer.h"

namespace distdb::sim {

void Observer::OnBegin(const Replicas&) {}
void Observer::OnStep(Time, NodeId, const Event&, const Effects&) {}
void Observer::OnPassage(Time, const Passage&, const Message&) {}
void Observer::OnReply(Time, NodeId, const Reply&) {}
void Observer::OnStart(Time, NodeId, absl::Span<const Record>) {}
void Observer::OnCrash(Time, NodeId, Token) {}
void Observer::OnFsync(Time, NodeId, Token) {}
void Observer::OnPartition(Time, NodeSet, bool, bool) {}
void Observer::OnHeal(Time) {}

absl::string_view FateName(Fate fate) {
  switch (fate) {
    case Fate::kSent:
      return "sent";
    case Fate::kDuplicated:
      return "duplicated";
    case Fate::kLost:
      return "lost";
    case Fate::kCut:
      return "cut";
    case Fate::kChannelDown:
      return "channel down";
    case Fate::kReceived:
      return "received";
    case Fate::kToCrashed:
      return "to a crashed node";
  }
  return "?";
}

}  // namespace distdb::sim
