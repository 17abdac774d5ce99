#include "sim/occasion_table.h"

#include <cstdint>
#include <map>

#include "gtest/gtest.h"

namespace distdb::sim {
namespace {

About Sent(uint32_t from, uint32_t to, MessageKind kind, InstanceId instance,
           uint32_t digest_class) {
  return {.decision = Decision::kMessageLost,
          .from = NodeId(from),
          .to = NodeId(to),
          .message = kind,
          .instance = instance,
          .digest_class = digest_class};
}

// With pages and without, the counts are those of a map: also of what has no
// place in a page, and beyond what a byte holds.
TEST(OccasionTableTest, CountsWhatAMapCounts) {
  for (const int nodes : {0, 1, 4, 13}) {
    OccasionTable table;
    table.Reserve(nodes);
    std::map<About, uint64_t> counts;
    for (int round = 0; round < 3; ++round) {
      for (const uint32_t from : {0u, 3u, 12u, 99u}) {
        for (const uint32_t origin : {0u, 2u, 99u}) {
          for (const uint64_t seq : {uint64_t{0}, uint64_t{1}, uint64_t{4095},
                                     uint64_t{4096}, ~uint64_t{0}}) {
            for (const uint8_t kind : {1, 7, 15, 16, 255}) {
              for (const uint32_t klass : {0u, 1u}) {
                for (const uint32_t epoch : {1u, 2u}) {
                  About about =
                      Sent(from, from % 5, MessageKind{kind},
                           {Epoch(epoch), NodeId(origin), Seq(seq)}, klass);
                  ASSERT_EQ(table.Count(about), counts[about]++);
                  about.decision = Decision::kCorruptByte;
                  ASSERT_EQ(table.Count(about), counts[about]++);
                }
              }
            }
          }
        }
      }
    }
  }
}

TEST(OccasionTableTest, CountsOnWhereAByteIsFull) {
  OccasionTable table;
  table.Reserve(4);
  const About about =
      Sent(0, 1, MessageKind::kWatermark, {Epoch(1), NodeId(0), Seq(1)}, 0);
  for (uint64_t i = 0; i < 1000; ++i) ASSERT_EQ(table.Count(about), i);
}

}  // namespace
}  // namespace distdb::sim
