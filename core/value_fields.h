// FieldsOf: what the values that events and effects are made of consist of; see
// fields.h. The order is part of the format of recordings.

#ifndef DISTDB_CORE_VALUE_FIELDS_H_
#define DISTDB_CORE_VALUE_FIELDS_H_

#include "core/command.h"
#include "core/config.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/message.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

template <typename Archive>
void FieldsOf(Archive& archive, InstanceId& id) {
  archive(id.epoch, id.origin, id.seq);
}

template <typename Archive>
void FieldsOf(Archive& archive, Dot& dot) {
  archive(dot.origin, dot.seq);
}

// A digest is left out where there is none: most messages are votes, but not
// all.
template <typename Archive>
void FieldsOfOptional(Archive& archive, Digest& digest) {
  bool has_digest = digest != Digest();
  archive(has_digest);
  if (has_digest) archive(digest);
}

template <typename Archive>
void FieldsOf(Archive& archive, Message& message) {
  archive(message.kind, message.instance);
  FieldsOfOptional(archive, message.digest);
  archive(message.payload);
}

template <typename Archive>
void FieldsOf(Archive& archive, Record& record) {
  archive(record.token, record.kind, record.instance);
  FieldsOfOptional(archive, record.digest);
  archive(record.payload);
}

template <typename Archive>
void FieldsOf(Archive& archive, Fault& fault) {
  archive(fault.node, fault.kind, fault.instance, fault.first, fault.second);
}

template <typename Archive>
void FieldsOf(Archive& archive, Mutation& mutation) {
  archive(mutation.kind, mutation.key, mutation.value);
}

template <typename Archive>
void FieldsOf(Archive& archive, Write& write) {
  archive(write.mutations);
}

template <typename Archive>
void FieldsOf(Archive& archive, Get& get) {
  archive(get.key, get.at_least);
}

template <typename Archive>
void FieldsOf(Archive& archive, List& list) {
  archive(list.prefix, list.start, list.limit, list.at_least);
}

template <typename Archive>
void FieldsOf(Archive& archive, Tick& tick) {
  archive(tick.now, tick.wall_now);
}

template <typename Archive>
void FieldsOf(Archive& archive, Receive& receive) {
  archive(receive.from, receive.message);
}

template <typename Archive>
void FieldsOf(Archive& archive, Request& request) {
  archive(request.client, request.request, request.command);
}

template <typename Archive>
void FieldsOf(Archive& archive, Persisted& persisted) {
  archive(persisted.token);
}

template <typename Archive>
void FieldsOf(Archive& archive, PersistFailed& failed) {
  archive(failed.token, failed.why);
}

template <typename Archive>
void FieldsOf(Archive& archive, Loaded& loaded) {
  archive(loaded.record);
}

template <typename Archive>
void FieldsOf(Archive& archive, LoadFailed& failed) {
  archive(failed.token, failed.why);
}

template <typename Archive>
void FieldsOf(Archive& archive, PeerUp& up) {
  archive(up.peer);
}

template <typename Archive>
void FieldsOf(Archive& archive, PeerDown& down) {
  archive(down.peer);
}

// All but what is injected.
template <typename Archive>
void FieldsOf(Archive& archive, Config& config) {
  archive(config.self, config.nodes, config.epoch, config.mode,
          config.quorum_policy, config.window, config.window_bytes_max,
          config.payload_bytes_max, config.waiting_bytes_max,
          config.waiting_reads_bytes_max, config.retained_bytes_max,
          config.retained_memory_bytes_max, config.snapshot_log_bytes,
          config.resend_interval, config.resend_interval_max,
          config.watermark_interval, config.request_timeout);
}

}  // namespace distdb

#endif  // DISTDB_CORE_VALUE_FIELDS_H_
