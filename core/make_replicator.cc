#include <memory>
#include <utility>

#include "core/bracha/engine.h"
#include "core/broadcast/broadcast.h"
#include "core/replicator.h"

namespace distdb {

absl::StatusOr<std::unique_ptr<Replicator>> MakeReplicator(
    const Config& config, WellFormed well_formed,
    absl::Span<const Record> records, std::vector<Delivery>& recovered) {
  switch (config.mode) {
    case Mode::kBroadcast:
      return broadcast::Broadcast::Create(config, well_formed, records,
                                          recovered);
    case Mode::kBracha:
      return bracha::Engine::Create(config, well_formed, records, recovered);
  }
  return absl::InvalidArgumentError("an unknown mode of replication");
}

}  // namespace distdb
