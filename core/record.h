// Record: what a replica asks its driver to make durable. A plain value; its
// bytes on disk are core/log's affair.
//
//   kind        digest  payload  promises, once durable
//   ECHO           x       x     "I echo this digest in this instance, and no
//                                other". On the own stream it also reserves
//                                `seq`.
//   READY          x             "I ready this digest, and no other"
//   DELIVERED      x      (x)    "I have delivered this"; with the payload
//                                where no ECHO record of the same digest has it
//   APPLIED                x     broadcast mode: "I have applied this"

#ifndef DISTDB_CORE_RECORD_H_
#define DISTDB_CORE_RECORD_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "core/digest.h"
#include "core/payload.h"
#include "core/types.h"

namespace distdb {

// The numbers are part of the log's format: never reuse one.
enum class RecordKind : uint8_t {
  kEcho = 1,
  kReady = 2,
  kDelivered = 3,
  kApplied = 4,
};

struct Record {
  Token token;
  RecordKind kind = RecordKind::kEcho;
  InstanceId instance;
  Digest digest;
  Payload payload;

  friend bool operator==(const Record&, const Record&) = default;
};

// "ECHO", "READY", …; "?" for a number that is no kind.
absl::string_view RecordKindName(RecordKind kind);

}  // namespace distdb

#endif  // DISTDB_CORE_RECORD_H_
