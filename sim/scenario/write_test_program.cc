// What WriteScenario writes is what ParseScenario reads: shown with all
// scenarios of testdata, and with one that says everything that can be said.

#include <filesystem>
#include <string>

#include "gtest/gtest.h"
#include "sim/check_handler.h"
#include "sim/scenario/parse.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"
#include "sim/scenario/write.h"

namespace distdb::sim {
namespace {

// Writes `scenario`, reads that and returns it.
Scenario Again(const Scenario& scenario) {
  const std::string text = WriteScenario(scenario);
  const absl::StatusOr<Scenario> again = ParseScenario("written", text);
  EXPECT_TRUE(again.ok()) << again.status() << "\n" << text;
  if (!again.ok()) return {};
  EXPECT_EQ(WriteScenario(*again), text);
  return *again;
}

TEST(WriteScenarioTest, AllScenariosRunAsTheyDidBeforeTheyWereWritten) {
  int scenarios = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/scenarios")) {
    if (entry.path().extension() != ".textproto") continue;
    const absl::StatusOr<Scenario> scenario =
        LoadScenario(entry.path().string());
    ASSERT_TRUE(scenario.ok()) << scenario.status();
    ++scenarios;
    // With its expectations, names and ids.
    EXPECT_EQ(TellScenario(Again(*scenario)), TellScenario(*scenario))
        << entry.path();
    EXPECT_EQ(RunScenario(Again(*scenario)).run.hash,
              RunScenario(*scenario).run.hash)
        << entry.path();
  }
  EXPECT_GE(scenarios, 20);
}

// One of everything. The order of fields is that of WriteScenario, so that the
// text itself must come back.
constexpr char kEverything[] = R"(name: "everything"
intent: "to \"see\" n − 2f, in a sentence that is much too long to stand on a "
        "single line of a file"
nodes: 5
quorum_policy: N_MINUS_2F
mutant: "not_fifo"
window: 3
liars: "p0"
liars_improvise: true
improvise: "twins"
improvise: "scheduler"
network {
  delay: "2ms"
  link { from: "p0" to: "p4" delay: "5us" }
  link { from: "p1" to: "p0" slow_by: "3ms" byte_time: "7ns" }
  backlog_max: "1ms"
}
disk { fsync_time: "1ns" keeps_all: true }
limits {
  window_bytes: 100
  payload_bytes: 1200000
  waiting_bytes: 30000000
  retained_bytes: 1
  retained_memory_bytes: 0
  snapshot_log_bytes: 7
  resend_interval: "20ms"
  resend_interval_max: "500ms"
  watermark_interval: "5ms"
  request_timeout: "1s"
}
false_clocks: "p3"
clock { node: "p1" ahead: "1s" drift_ppm: -50 }
loop { node: "p1" turn_time: "20us" }
clock { node: "p2" behind: "3ms" }
loop { node: "p2" step_time: "1us" }
heal_at: "80ms"
settle_time: "4s"
linger: "1s"
final_writes: true
ask_again_after: "3ms"
events_max: 1000
left_out { node: "p4" how: DEAF }

value { name: "a" put { key: "k" value: "v" } timestamp: 7 }
value {
  name: "b"
  put { key: "k" value: "a rather long value, so that it needs more lines" }
  delete { key: "l" }
}
value { name: "c" bytes: "\000\377x" }

action { when: "10ms" put { id: "w" node: "p1" key: "k" value: "\"1\"" } }
action {
  when: "10ms"
  write {
    node: "p1"
    put { key: "k" value: "1" }
    put { key: "l" value: "2" }
    delete { key: "m" }
  }
}
action { when: "11ms" delete { node: "p1" key: "k" } }
action { when: "11ms" get { node: "p2" key: "k" reads_write: "w" } }
action { when: "11ms" list { node: "p2" prefix: "k" start: "k1" limit: 3 } }
action {
  when: "12ms"
  say { by: "p0" to: ["p1", "p3"] kind: SEND instance: "0:1" value: "a" }
}
action {
  when: "12ms"
  say { by: "p0" to: "p2" kind: ECHO instance: "1:1" value: "proposed" }
}
action {
  when: "12ms"
  say {
    by: "p0"
    to: "p2"
    kind: WATERMARK
    instance: "64:0"
    epoch: 2
    odd_instance: true
  }
}
action { when: "12ms" say { by: "p0" to: "p2" kind: HELLO } }
action { when: "13ms" equivocate { by: "p0" } }
action {
  when: "2ms after p1 stored READY 0:1"
  crash { node: "p1" keeps: 2 kind: FAILED_FSYNC }
}
action { when: "p2 received ECHO 0:1" crash { node: "p2" kind: PROCESS } }
action { when: "p2 sent PULL 0:1" restart { node: "p2" } }
action {
  when: "14ms"
  partition { side: ["p1", "p2"] one_way: true under_way: HELD }
}
action { when: "15ms" mend { side: ["p1", "p2"] one_way: true } }
action { when: "15ms" partition { side: "p1" under_way: PASSES } }
action { when: "16ms" pause { node: "p1" } }
action { when: "17ms" go_on { node: "p1" } }
action { when: "18ms" fill_disk { node: "p1" } }
action { when: "19ms" make_room { node: "p1" } }
action { when: "20ms" clock_jump { node: "p3" behind: "90000000s" } }
action { when: "20ms" clock_jump { node: "p1" ahead: "1s" } }
action { when: "21ms" lose_disk { node: "p2" keeps: 3 } }
action { when: "22ms" crash { node: "p3" for_good: true } }
action { when: "23ms" join { node: "p1" } }

rule { from: "p1" to: "p2" kind: ECHO instance: "0:1" lost: true }
rule { kind: WATERMARK instance: "3:0" digest_class: 1 arrives: "13ms" }
rule { begin: "5ms" end: "6ms" skip: 1 count: 2 delay: "3ms" again: "30ms" }
rule { end: "1s" duplicated: true }

slow_fsync { node: "p1" record: ECHO_RECORD instance: "0:1" until: "30ms" }
slow_fsync { record: SNAPSHOT_END skip: 1 count: 1 takes: "5ms" }

read_failure { node: "p2" record: DELIVERED_RECORD count: 1 }

channel { node: "p1" peer: "p2" nth: 2 opens_after: "3ms" }
channel { node: "p2" peer: "p1" closes_after: "4ms" }

rare_event { event: "withhold_echo" node: "p1" instance: "0:2" count: 1 }

expect { violated: "Totality" claim: "Convergence" }
)";

TEST(WriteScenarioTest, SaysEverythingThatCanBeSaid) {
  const absl::StatusOr<Scenario> scenario =
      ParseScenario("everything", kEverything);
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(WriteScenario(*scenario), kEverything);
  Again(*scenario);
}

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  distdb::sim::InstallThrowingCheckHandler();
  return RUN_ALL_TESTS();
}
