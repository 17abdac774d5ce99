// Numbers as bytes, least significant first: what every canonical encoding of
// this project is made of. Appending, and a bounded cursor for reading back.
//
//   std::string out;
//   AppendU32(out, 7);
//   ByteReader reader(out);
//   uint32_t seven = reader.ReadU32();
//   if (!reader.ok()) …  // too short; asked once, at the end
//
// Independent of the machine's own byte order.

#ifndef DISTDB_CORE_LITTLE_ENDIAN_H_
#define DISTDB_CORE_LITTLE_ENDIAN_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace distdb {

// Whether this machine's words are little-endian already. (Compilers do not
// always see that the loops below are then one move.)
inline constexpr bool kIsNative = std::endian::native == std::endian::little;

// Writes sizeof(value) bytes at `to`, which has room for them.
template <typename Unsigned>
constexpr void StoreLittleEndian(Unsigned value, char* to) {
  if (kIsNative && !std::is_constant_evaluated()) {
    std::memcpy(to, &value, sizeof(value));
    return;
  }
  for (size_t i = 0; i < sizeof(Unsigned); ++i) {
    to[i] = static_cast<char>(static_cast<uint8_t>(value >> (8 * i)));
  }
}

// Reads sizeof(Unsigned) bytes at `from`.
template <typename Unsigned>
constexpr Unsigned LoadLittleEndian(const char* from) {
  Unsigned value = 0;
  if (kIsNative && !std::is_constant_evaluated()) {
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  for (size_t i = 0; i < sizeof(Unsigned); ++i) {
    value |= static_cast<Unsigned>(static_cast<uint8_t>(from[i])) << (8 * i);
  }
  return value;
}

inline void AppendU8(std::string& out, uint8_t value) {
  out.push_back(static_cast<char>(value));
}

inline void AppendU32(std::string& out, uint32_t value) {
  char bytes[sizeof(value)];
  StoreLittleEndian(value, bytes);
  out.append(bytes, sizeof(bytes));
}

inline void AppendU64(std::string& out, uint64_t value) {
  char bytes[sizeof(value)];
  StoreLittleEndian(value, bytes);
  out.append(bytes, sizeof(bytes));
}

// Reads bytes from front to back, and never beyond their end. A read that finds
// too few bytes fails, as do all reads after it: they return 0 or nothing, and
// move nothing. So a caller may read a whole header and ask `ok` once.
class ByteReader {
 public:
  // `bytes` outlives the reader and the views it returns.
  constexpr explicit ByteReader(absl::string_view bytes) : bytes_(bytes) {}

  constexpr bool ok() const { return ok_; }
  // Of the next read; after a failure, of the read that failed.
  constexpr size_t offset() const { return offset_; }
  constexpr size_t remaining() const { return bytes_.size() - offset_; }

  constexpr uint8_t ReadU8() { return Read<uint8_t>(); }
  constexpr uint32_t ReadU32() { return Read<uint32_t>(); }
  constexpr uint64_t ReadU64() { return Read<uint64_t>(); }

  constexpr absl::string_view ReadBytes(size_t size) {
    if (!Has(size)) return absl::string_view();
    const absl::string_view read = bytes_.substr(offset_, size);
    offset_ += size;
    return read;
  }

 private:
  template <typename Unsigned>
  constexpr Unsigned Read() {
    if (!Has(sizeof(Unsigned))) return 0;
    const Unsigned value = LoadLittleEndian<Unsigned>(bytes_.data() + offset_);
    offset_ += sizeof(Unsigned);
    return value;
  }

  constexpr bool Has(size_t size) {
    ok_ = ok_ && size <= remaining();
    return ok_;
  }

  absl::string_view bytes_;
  size_t offset_ = 0;
  bool ok_ = true;
};

}  // namespace distdb

#endif  // DISTDB_CORE_LITTLE_ENDIAN_H_
