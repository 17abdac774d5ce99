#include "core/config.h"

#include "absl/strings/str_cat.h"
#include "core/command.h"
#include "core/node_set.h"
#include "core/store/batch.h"

namespace distdb {
namespace {

template <typename T>
absl::Status OutOfRange(absl::string_view field, T value, T low, T high) {
  return absl::InvalidArgumentError(absl::StrCat(
      field, " is ", value, ": give between ", low, " and ", high));
}

}  // namespace

absl::Status ValidateConfig(const Config& config) {
  constexpr uint32_t kWindowMax = 65'536;
  constexpr size_t kPayloadBytesMin = kBatchHeaderBytes + kMutationBytesMax;
  constexpr size_t kPayloadBytesMax = 32 * 1024 * 1024;
  if (config.nodes < 1 || config.nodes > kNodesMax) {
    return OutOfRange("nodes", config.nodes, 1, kNodesMax);
  }
  if (config.self.value() >= static_cast<uint32_t>(config.nodes)) {
    return OutOfRange<uint32_t>("self", config.self.value(), 0,
                                config.nodes - 1);
  }
  if (config.window < 1 || config.window > kWindowMax) {
    return OutOfRange("window", config.window, 1u, kWindowMax);
  }
  if (config.payload_bytes_max < kPayloadBytesMin ||
      config.payload_bytes_max > kPayloadBytesMax) {
    return OutOfRange("payload_bytes_max", config.payload_bytes_max,
                      kPayloadBytesMin, kPayloadBytesMax);
  }
  constexpr size_t kWindowBytesMax = size_t{1} << 40;
  if (config.window_bytes_max < 1 ||
      config.window_bytes_max > kWindowBytesMax) {
    return OutOfRange("window_bytes_max", config.window_bytes_max, size_t{1},
                      kWindowBytesMax);
  }
  if (config.snapshot_log_bytes < 1) {
    return absl::InvalidArgumentError(
        "snapshot_log_bytes is 0: give at least 1");
  }
  if (config.resend_interval < 1 ||
      config.resend_interval_max < config.resend_interval) {
    return absl::InvalidArgumentError(
        "resend_interval must be positive and at most resend_interval_max");
  }
  if (config.watermark_interval < 1 || config.request_timeout < 1) {
    return absl::InvalidArgumentError(
        "watermark_interval and request_timeout must be positive");
  }
  if (config.digester == nullptr) {
    return absl::InvalidArgumentError("a digester is required");
  }
  return absl::OkStatus();
}

}  // namespace distdb
