// The bytes of a Record: canonical, one encoding per record.
//
//   record  = kind epoch origin seq [digest] [payload]
//   kind    = 1 byte, with bit 7 set where a payload follows
//   epoch   = 4 bytes, origin = 4 bytes, seq = 8 bytes        little-endian
//   digest  = 32 bytes
//   payload = the rest of the bytes
//
// A digest stands in ECHO, READY and DELIVERED, also in a snapshot's votes; the
// other kinds have none. An absent
// payload and an empty one are different records. The token is not in the
// bytes: it is the record's place in the log.

#ifndef DISTDB_CORE_LOG_RECORD_CODEC_H_
#define DISTDB_CORE_LOG_RECORD_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/record.h"
#include "core/types.h"

namespace distdb {

// Appends the encoding to `out`.
void EncodeRecord(const Record& record, std::string& out);

// The record, with `token` as its place. DataLoss naming what is wrong.
absl::StatusOr<Record> DecodeRecord(absl::string_view bytes, Token token);

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_RECORD_CODEC_H_
