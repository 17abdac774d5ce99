#include "core/recording/effects_hash.h"

#include <cstddef>

#include "absl/strings/str_format.h"
#include "core/digest.h"
#include "core/fields.h"
#include "core/payload.h"
#include "core/record.h"
#include "core/value_fields.h"

namespace distdb {
namespace {

void PutPayload(FieldWriter& put, const Digest& digest,
                const Payload& payload) {
  put(payload.has_value(), payload.size());
  if (digest == Digest()) put(payload);
}

void PutMessage(FieldWriter& put, const Envelope& envelope) {
  const Message& message = envelope.message;
  put(envelope.to, message.kind, message.instance, message.digest);
  PutPayload(put, message.digest, message.payload);
}

void PutReply(FieldWriter& put, const Reply& reply) {
  put(reply.client, reply.request, reply.status.raw_code(), reply.token,
      reply.existed, reply.more, reply.entries.size());
  put.PutBytes(reply.status.message());
  for (const KeyValue& entry : reply.entries) put(entry.key, entry.value);
}

// As most steps do: a request joins a batch, a vote completes nothing.
bool SetsOnlyDeadlines(const Effects& effects) {
  return effects.persist.empty() && effects.load.empty() &&
         effects.send.empty() && effects.send_after_persist.empty() &&
         effects.replies.empty() && effects.replies_after_persist.empty() &&
         effects.delivered.empty() && effects.faults.empty();
}

void PutEffects(FieldWriter& put, const Effects& effects) {
  put(effects.persist.size(), effects.load, effects.send.size(),
      effects.send_after_persist.size(), effects.replies.size(),
      effects.replies_after_persist.size(), effects.delivered.size(),
      effects.faults);
  for (const Record& record : effects.persist) {
    put(record.token, record.kind, record.instance, record.digest);
    PutPayload(put, record.digest, record.payload);
  }
  for (const Envelope& envelope : effects.send) PutMessage(put, envelope);
  for (const Envelope& envelope : effects.send_after_persist) {
    PutMessage(put, envelope);
  }
  for (const Reply& reply : effects.replies) PutReply(put, reply);
  for (const Reply& reply : effects.replies_after_persist) PutReply(put, reply);
  for (const Delivery& delivery : effects.delivered) {
    put(delivery.instance, delivery.digest);
    PutPayload(put, delivery.digest, delivery.payload);
  }
}

}  // namespace

void EffectsHash::Add(const Effects& effects) {
  mixer_.Add(effects.discard_before.value(),
             static_cast<uint64_t>(effects.next_deadline.value()));
  if (SetsOnlyDeadlines(effects)) return;
  bytes_.clear();
  FieldWriter put(&bytes_);
  PutEffects(put, effects);
  MixBytes(bytes_, mixer_);
}

std::string EffectsHash::Hex() const {
  return absl::StrFormat("%016x%016x", mixer_.High(), mixer_.Low());
}

}  // namespace distdb
