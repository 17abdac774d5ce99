// Fields: the canonical bytes of values, from one list per type of what the
// type consists of. The same list serves for writing and for reading, so the
// two cannot disagree.
//
//   template <typename Archive>
//   void Fields(Archive& archive) { archive(low_, next_, top_); }
//
//   std::string bytes;
//   FieldWriter(&bytes)(stream);
//   FieldReader reader(bytes);
//   reader(other_stream);
//   if (!reader.ok()) …
//
// A class that holds state has such a member; the plain values that events and
// effects are made of have a function FieldsOf (value_fields.h).
//
//   integer, enum, bool   its size, little-endian; size_t as 8 bytes
//   Digest                its 32 bytes
//   string, Payload       size as 4 bytes, then the bytes; an absent Payload is
//                         the size 2^32 − 1
//   vector, deque, map …  count as 4 bytes, then the elements
//   optional              0, or 1 and the value
//   variant               index as 1 byte, then the value
//
// What is read is bounded by the bytes that are there, whatever they say. A
// read that fails makes all later ones fail; what was read until then stays.

#ifndef DISTDB_CORE_FIELDS_H_
#define DISTDB_CORE_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/fifo.h"
#include "core/little_endian.h"
#include "core/node_set.h"
#include "core/payload.h"
#include "core/strong.h"

namespace distdb {

// The elements of a container that keeps its size: those that are there are
// overwritten, and as many must come.
template <typename T>
struct InPlace {
  std::vector<T>& elements;
};
template <typename T>
InPlace(std::vector<T>&) -> InPlace<T>;

inline constexpr uint32_t kAbsentPayload = std::numeric_limits<uint32_t>::max();

class FieldWriter {
 public:
  // Appends to `out`, which outlives the writer.
  explicit FieldWriter(std::string* out) : out_(*out) {}

  template <typename... Values>
  void operator()(const Values&... values) {
    (Put(values), ...);
  }

  void PutBytes(absl::string_view bytes) {
    PutCount(bytes.size());
    out_.append(bytes.data(), bytes.size());
  }

 private:
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      Put(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_integral_v<T>) {
      char bytes[sizeof(T)];
      StoreLittleEndian(static_cast<std::make_unsigned_t<Number<T>>>(value),
                        bytes);
      out_.append(bytes, sizeof(bytes));
    } else if constexpr (requires(T & v, FieldWriter & w) { v.Fields(w); }) {
      // Its list is the reader's, too; a writer changes nothing.
      const_cast<T&>(value).Fields(*this);
    } else {
      FieldsOf(*this, const_cast<T&>(value));
    }
  }

  // bool has no unsigned form.
  template <typename T>
  using Number = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;

  template <typename Tag, typename Rep>
  void Put(StrongInt<Tag, Rep> value) {
    Put(value.value());
  }
  void Put(NodeSet value) { Put(value.bits()); }
  void Put(const Digest& value) {
    out_.append(reinterpret_cast<const char*>(value.bytes.data()),
                value.bytes.size());
  }
  void Put(const std::string& value) { PutBytes(value); }
  void Put(const Payload& value) {
    if (!value.has_value()) return Put(kAbsentPayload);
    PutBytes(value.bytes());
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value.has_value()) Put(*value);
  }
  template <typename A, typename B>
  void Put(const std::pair<A, B>& value) {
    Put(value.first);
    Put(value.second);
  }
  template <typename... Ts>
  void Put(const std::variant<Ts...>& value) {
    Put(static_cast<uint8_t>(value.index()));
    std::visit([this](const auto& held) { this->Put(held); }, value);
  }
  template <typename T>
  void Put(const std::vector<T>& values) {
    PutAll(values);
  }
  template <typename T>
  void Put(const std::deque<T>& values) {
    PutAll(values);
  }
  template <typename T, size_t N>
  void Put(const absl::InlinedVector<T, N>& values) {
    PutAll(values);
  }
  template <typename T>
  void Put(const std::set<T>& values) {
    PutAll(values);
  }
  template <typename K, typename V>
  void Put(const std::map<K, V>& values) {
    PutAll(values);
  }
  template <typename T>
  void Put(const InPlace<T>& values) {
    PutAll(values.elements);
  }
  template <typename T>
  void Put(const Fifo<T>& values) {
    PutCount(values.size());
    for (size_t i = 0; i < values.size(); ++i) Put(values[i]);
  }

  template <typename Container>
  void PutAll(const Container& values) {
    PutCount(values.size());
    for (const auto& value : values) Put(value);
  }

  void PutCount(size_t count) {
    DISTDB_CHECK(count < kAbsentPayload, "a count fits four bytes");
    Put(static_cast<uint32_t>(count));
  }

  std::string& out_;
};

class FieldReader {
 public:
  // `bytes` outlives the reader.
  explicit FieldReader(absl::string_view bytes) : reader_(bytes) {}

  template <typename... Values>
  void operator()(Values&&... values) {
    (Get(values), ...);
  }

  // A view into what is read.
  absl::string_view GetBytes() { return reader_.ReadBytes(reader_.ReadU32()); }

  bool ok() const { return ok_ && reader_.ok(); }
  // What was read makes no sense.
  void Fail() { ok_ = false; }
  size_t remaining() const { return reader_.remaining(); }
  size_t offset() const { return reader_.offset(); }

 private:
  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      Get(number);
      value = static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, bool>) {
      const uint8_t number = reader_.ReadU8();
      if (number > 1) Fail();
      value = number == 1;
    } else if constexpr (std::is_integral_v<T>) {
      const absl::string_view bytes = reader_.ReadBytes(sizeof(T));
      if (bytes.empty()) return Fail();
      value = static_cast<T>(
          LoadLittleEndian<std::make_unsigned_t<T>>(bytes.data()));
    } else if constexpr (requires(FieldReader & r) { value.Fields(r); }) {
      value.Fields(*this);
    } else {
      FieldsOf(*this, value);
    }
  }

  template <typename Tag, typename Rep>
  void Get(StrongInt<Tag, Rep>& value) {
    Rep number{};
    Get(number);
    value = StrongInt<Tag, Rep>(number);
  }
  void Get(NodeSet& value) { value = NodeSet(reader_.ReadU64()); }
  void Get(Digest& value) {
    const absl::string_view bytes = reader_.ReadBytes(value.bytes.size());
    std::copy(bytes.begin(), bytes.end(), value.bytes.begin());
  }
  void Get(std::string& value) { value = std::string(GetBytes()); }
  void Get(Payload& value) {
    const uint32_t size = reader_.ReadU32();
    if (size == kAbsentPayload) {
      value = Payload();
      return;
    }
    const absl::string_view bytes = reader_.ReadBytes(size);
    if (ok()) value = Payload(std::string(bytes));
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    bool has_value = false;
    Get(has_value);
    value.reset();
    if (has_value) Get(value.emplace());
  }
  template <typename... Ts>
  void Get(std::variant<Ts...>& value) {
    const uint8_t index = reader_.ReadU8();
    if (index >= sizeof...(Ts)) return Fail();
    GetAlternative<0>(index, value);
  }
  template <size_t I, typename... Ts>
  void GetAlternative(uint8_t index, std::variant<Ts...>& value) {
    if constexpr (I < sizeof...(Ts)) {
      if (index == I) return Get(value.template emplace<I>());
      GetAlternative<I + 1>(index, value);
    }
  }
  template <typename T>
  void Get(std::vector<T>& values) {
    GetAll(values);
  }
  template <typename T>
  void Get(std::deque<T>& values) {
    GetAll(values);
  }
  template <typename T, size_t N>
  void Get(absl::InlinedVector<T, N>& values) {
    GetAll(values);
  }
  template <typename T>
  void Get(Fifo<T>& values) {
    values.clear();
    const uint32_t count = reader_.ReadU32();
    for (uint32_t i = 0; i < count && ok(); ++i) {
      T value{};
      Get(value);
      values.push_back(std::move(value));
    }
  }
  template <typename T>
  void Get(std::set<T>& values) {
    values.clear();
    const uint32_t count = reader_.ReadU32();
    for (uint32_t i = 0; i < count && ok(); ++i) {
      T value{};
      Get(value);
      values.insert(std::move(value));
    }
  }
  template <typename K, typename V>
  void Get(std::map<K, V>& values) {
    values.clear();
    const uint32_t count = reader_.ReadU32();
    for (uint32_t i = 0; i < count && ok(); ++i) {
      K key{};
      Get(key);
      Get(values[std::move(key)]);
    }
  }
  template <typename T>
  void Get(InPlace<T>& values) {
    if (reader_.ReadU32() != values.elements.size()) return Fail();
    for (T& value : values.elements) Get(value);
  }

  // Grows with what is there, not with what a count says.
  template <typename Container>
  void GetAll(Container& values) {
    values.clear();
    const uint32_t count = reader_.ReadU32();
    for (uint32_t i = 0; i < count && ok(); ++i) Get(values.emplace_back());
  }

  ByteReader reader_;
  bool ok_ = true;
};

}  // namespace distdb

#endif  // DISTDB_CORE_FIELDS_H_
