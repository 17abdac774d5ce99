#include "core/config.h"

#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/memory_use.h"
#include "core/node_set.h"
#include "core/store/batch.h"

namespace distdb {
namespace {

constexpr size_t kGibibyte = size_t{1} << 30;
// Far beyond any machine, and far from where sums overflow.
constexpr size_t kMemoryBytesMax = 1024 * kGibibyte;
constexpr size_t kDiskBytesMax = 1024 * kMemoryBytesMax;
constexpr size_t kWindowMax = 65'536;
constexpr size_t kPayloadBytesMin = kBatchHeaderBytes + kMutationBytesMax;
constexpr size_t kPayloadBytesMax = 32 * 1024 * 1024;
constexpr Duration kDurationMax = 24 * 3600 * kSecond;

template <typename T>
struct Range {
  const char* field;
  T value;
  T low;
  T high;
};

template <typename T>
absl::Status CheckRanges(std::initializer_list<Range<T>> ranges) {
  for (const Range<T>& range : ranges) {
    if (range.value >= range.low && range.value <= range.high) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(range.field, " is ", range.value, ": give between ",
                     range.low, " and ", range.high));
  }
  return absl::OkStatus();
}

absl::Status CheckCluster(const Config& config) {
  absl::Status status = CheckRanges<int64_t>(
      {{"nodes", config.nodes, 1, kNodesMax},
       {"self", config.self.value(), 0, config.nodes - 1}});
  if (!status.ok()) return status;
  if (config.epoch == Epoch(0)) {
    return absl::InvalidArgumentError("epoch is 0: epochs count from 1");
  }
  return CheckRanges<int>(
      {{"mode", static_cast<int>(config.mode),
        static_cast<int>(Mode::kBroadcast), static_cast<int>(Mode::kBracha)}});
}

absl::Status CheckSizes(const Config& config) {
  const size_t write =
      config.payload_bytes_max + kWaitingWriteBytes + kWaitingBatchBytes;
  const size_t read = 2 * kKeyBytesMax + 1 + kWaitingReadBytes;
  return CheckRanges<size_t>({
      {"window", config.window, 1, kWindowMax},
      {"window_bytes_max", config.window_bytes_max, 1, kMemoryBytesMax},
      {"payload_bytes_max", config.payload_bytes_max, kPayloadBytesMin,
       kPayloadBytesMax},
      {"waiting_bytes_max", config.waiting_bytes_max, write, kMemoryBytesMax},
      {"waiting_reads_bytes_max", config.waiting_reads_bytes_max, read,
       kMemoryBytesMax},
      {"retained_bytes_max", config.retained_bytes_max, 1, kDiskBytesMax},
      {"retained_memory_bytes_max", config.retained_memory_bytes_max, 0,
       kDiskBytesMax},
      {"snapshot_log_bytes", config.snapshot_log_bytes, 1, kDiskBytesMax},
  });
}

absl::Status CheckDurations(const Config& config) {
  absl::Status status = CheckRanges<Duration>({
      {"resend_interval", config.resend_interval, 1, kDurationMax},
      {"resend_interval_max", config.resend_interval_max, 1, kDurationMax},
      {"watermark_interval", config.watermark_interval, 1, kDurationMax},
      {"request_timeout", config.request_timeout, 1, kDurationMax},
  });
  if (!status.ok()) return status;
  return CheckRanges<Duration>(
      {{"resend_interval_max", config.resend_interval_max,
        config.resend_interval, kDurationMax}});
}

}  // namespace

absl::Status ValidateConfig(const Config& config) {
  absl::Status status = CheckCluster(config);
  if (status.ok()) status = CheckSizes(config);
  if (status.ok()) status = CheckDurations(config);
  if (status.ok() && config.digester == nullptr) {
    return absl::InvalidArgumentError("a digester is required");
  }
  return status;
}

}  // namespace distdb
