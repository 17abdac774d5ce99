#include "core/config.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/bracha/memory_bound.h"
#include "core/digest.h"
#include "gtest/gtest.h"

namespace distdb {
namespace {

class NoDigester final : public Digester {
 public:
  Digest Compute(const InstanceId&, absl::string_view) const override {
    return Digest();
  }
};

const NoDigester kDigester;

Config GoodConfig() {
  Config config;
  config.nodes = 4;
  config.digester = &kDigester;
  return config;
}

std::string Complaint(const Config& config) {
  const absl::Status status = ValidateConfig(config);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ConfigTest, TheDefaultsAreValidButForTheDigester) {
  EXPECT_EQ(Complaint(GoodConfig()), "");
  EXPECT_EQ(Complaint(Config()), "a digester is required");
}

struct Row {
  std::function<void(Config&)> set;
  const char* complaint;
};

TEST(ConfigTest, EachFieldOutOfItsRangeIsRefusedByNameWithTheRange) {
  constexpr size_t kHuge = std::numeric_limits<size_t>::max();
  constexpr Duration kForever = std::numeric_limits<Duration>::max();
  const std::vector<Row> rows = {
      {[](Config& c) { c.nodes = 0; }, "nodes is 0: give between 1 and 64"},
      {[](Config& c) { c.nodes = 65; }, "nodes is 65: give between 1 and 64"},
      {[](Config& c) { c.self = NodeId(4); },
       "self is 4: give between 0 and 3"},
      {[](Config& c) { c.epoch = Epoch(0); },
       "epoch is 0: epochs count from 1"},
      {[](Config& c) { c.mode = static_cast<Mode>(9); },
       "mode is 9: give between 1 and 2"},
      {[](Config& c) { c.window = 0; },
       "window is 0: give between 1 and 65536"},
      {[](Config& c) { c.window = 65'537; },
       "window is 65537: give between 1 and 65536"},
      {[](Config& c) { c.window_bytes_max = 0; },
       "window_bytes_max is 0: give between 1 and 1099511627776"},
      {[](Config& c) { c.window_bytes_max = kHuge; },
       "window_bytes_max is 18446744073709551615: give between 1 and "
       "1099511627776"},
      {[](Config& c) { c.payload_bytes_max = 0; },
       "payload_bytes_max is 0: give between 1114134 and 33554432"},
      {[](Config& c) { c.payload_bytes_max = kHuge; },
       "payload_bytes_max is 18446744073709551615: give between 1114134 and "
       "33554432"},
      {[](Config& c) { c.waiting_bytes_max = c.payload_bytes_max; },
       "waiting_bytes_max is 2097152: give between 2097296 and 1099511627776"},
      {[](Config& c) { c.waiting_bytes_max = kHuge; },
       "waiting_bytes_max is 18446744073709551615: give between 2097296 and "
       "1099511627776"},
      {[](Config& c) { c.waiting_reads_bytes_max = 0; },
       "waiting_reads_bytes_max is 0: give between 131265 and 1099511627776"},
      {[](Config& c) { c.waiting_reads_bytes_max = kHuge; },
       "waiting_reads_bytes_max is 18446744073709551615: give between 131265 "
       "and 1099511627776"},
      {[](Config& c) { c.retained_bytes_max = 0; },
       "retained_bytes_max is 0: give between 1 and 1125899906842624"},
      {[](Config& c) { c.retained_bytes_max = kHuge; },
       "retained_bytes_max is 18446744073709551615: give between 1 and "
       "1125899906842624"},
      {[](Config& c) { c.retained_memory_bytes_max = kHuge; },
       "retained_memory_bytes_max is 18446744073709551615: give between 0 and "
       "1125899906842624"},
      {[](Config& c) { c.snapshot_log_bytes = 0; },
       "snapshot_log_bytes is 0: give between 1 and 1125899906842624"},
      {[](Config& c) { c.snapshot_log_bytes = kHuge; },
       "snapshot_log_bytes is 18446744073709551615: give between 1 and "
       "1125899906842624"},
      {[](Config& c) { c.resend_interval = 0; },
       "resend_interval is 0: give between 1 and 86400000000000"},
      {[](Config& c) { c.resend_interval_max = kForever; },
       "resend_interval_max is 9223372036854775807: give between 1 and "
       "86400000000000"},
      {[](Config& c) { c.resend_interval_max = c.resend_interval - 1; },
       "resend_interval_max is 99999999: give between 100000000 and "
       "86400000000000"},
      {[](Config& c) { c.watermark_interval = -1; },
       "watermark_interval is -1: give between 1 and 86400000000000"},
      {[](Config& c) { c.request_timeout = kForever; },
       "request_timeout is 9223372036854775807: give between 1 and "
       "86400000000000"},
      {[](Config& c) { c.digester = nullptr; }, "a digester is required"},
  };
  for (const Row& row : rows) {
    Config config = GoodConfig();
    row.set(config);
    EXPECT_EQ(Complaint(config), row.complaint);
  }
}

TEST(ConfigTest, TheMemoryOfTheLargestConfigurationIsANumber) {
  Config config = GoodConfig();
  config.nodes = 64;
  config.window = 65'536;
  config.window_bytes_max = size_t{1} << 40;
  config.payload_bytes_max = 32 * 1024 * 1024;
  config.waiting_bytes_max = size_t{1} << 40;
  config.waiting_reads_bytes_max = size_t{1} << 40;
  config.retained_bytes_max = size_t{1} << 50;
  config.retained_memory_bytes_max = size_t{1} << 50;
  config.snapshot_log_bytes = size_t{1} << 50;
  ASSERT_EQ(Complaint(config), "");
  const MemoryUse bound = bracha::MemoryBound(config);
  for (const MemoryTerm& term : kMemoryTerms) {
    EXPECT_LE(bound.*term.bytes, size_t{1} << 51) << term.name;
  }
  EXPECT_LE(bound.Total(), size_t{1} << 52);
}

// What a node of the default configuration takes at most, for a person to
// see how much that is, and what a change of a limit does to it.
TEST(ConfigTest, TheMemoryOfFourNodesByDefault) {
  const MemoryUse bound = bracha::MemoryBound(GoodConfig());
  const auto mebibytes = [](size_t bytes) { return bytes >> 20; };
  EXPECT_EQ(mebibytes(bound.open_payloads), 80u);
  EXPECT_EQ(mebibytes(bound.open_votes), 0u);
  EXPECT_EQ(mebibytes(bound.retained_payloads), 64u);
  EXPECT_LE(mebibytes(bound.retained_index), 300u);
  EXPECT_LE(mebibytes(bound.journal), 2u);
  EXPECT_EQ(mebibytes(bound.loads), 0u);
  EXPECT_EQ(mebibytes(bound.waiting_reads), 16u);
  EXPECT_LE(mebibytes(bound.waiting_writes), 200u);
}

}  // namespace
}  // namespace distdb
