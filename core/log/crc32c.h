// CRC-32C (Castagnoli), the checksum of the log and of recordings.
//
// Polynomial 0x1EDC6F41, reflected, initial value and final xor 0xFFFFFFFF.
// Source: RFC 3720, appendix B.4 (with the test vectors of the test beside).

#ifndef DISTDB_CORE_LOG_CRC32C_H_
#define DISTDB_CORE_LOG_CRC32C_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace distdb {

// Of `bytes`, continuing from the checksum of what stands before them:
// Crc32c(a + b) == ExtendCrc32c(Crc32c(a), b).
uint32_t ExtendCrc32c(uint32_t crc, absl::string_view bytes);

// The same on machines whose processor has no instruction for it.
uint32_t ExtendCrc32cByTables(uint32_t crc, absl::string_view bytes);

inline uint32_t Crc32c(absl::string_view bytes) {
  return ExtendCrc32c(0, bytes);
}

}  // namespace distdb

#endif  // DISTDB_CORE_LOG_CRC32C_H_
