// The command `sim replay --recording=FILE` as a script meets it: exit codes,
// the last line of standard output, and what is on standard error.

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/recording/recorder.h"
#include "core/replica.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "net/codec/sha256.h"

namespace distdb::sim {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string Temporary(const std::string& name) {
  return absl::StrCat(testing::TempDir(), "/", name);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string WriteFile(const std::string& name, const std::string& bytes) {
  const std::string path = Temporary(name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;

  std::string LastLine() const {
    const std::vector<std::string> lines = absl::StrSplit(out, '\n');
    return lines.size() < 2 ? "" : lines[lines.size() - 2];
  }
};

Ran Replay(const std::string& path, const std::string& flags = "") {
  const std::string out = Temporary("out");
  const std::string err = Temporary("err");
  const int status =
      std::system(absl::StrCat("sim/sim replay --recording=", path, " ", flags,
                               " >", out, " 2>", err)
                      .c_str());
  return {.exit_code = WEXITSTATUS(status),
          .out = ReadFile(out),
          .err = ReadFile(err)};
}

// What node 1 of 4 records when it is asked for one write, which it echoes; the
// others ready it, and so it is delivered.
std::string Recording() {
  const Sha256Digester digester;
  Config config;
  config.nodes = 4;
  config.window = 4;
  config.digester = &digester;
  absl::StatusOr<std::unique_ptr<Replica>> created =
      Replica::Create(config, {});
  EXPECT_TRUE(created.ok()) << created.status();
  Replica& replica = **created;
  Recorder recorder({.cluster = 99}, replica);
  std::string bytes;
  Effects effects;
  const auto take = [&] {
    absl::StrAppend(&bytes, recorder.current()->Bytes());
    recorder.current()->Clear();
  };
  const auto step = [&](const Event& event) {
    effects.Clear();
    replica.Step(event, effects);
    EXPECT_TRUE(recorder.OnStep(event, effects));
    take();
  };
  while (recorder.Advance(replica) != Recorder::Progress::kTurned) continue;
  take();
  step(Tick{Time(kSecond), WallTime(1'700'000'000'000'000'000)});
  for (const uint32_t peer : {1u, 2u, 3u}) step(PeerUp{NodeId(peer)});
  step(Request{ClientId(1), RequestId(1),
               Write{{{MutationKind::kPut, "name", "alice"}}}});
  step(Tick{Time(kSecond + kMillisecond), WallTime(1'700'000'000'001'000'000)});
  EXPECT_EQ(effects.persist.size(), 1u);
  const Record echo = effects.persist.at(0);
  step(Persisted{Token(1)});
  for (const uint32_t peer : {1u, 2u, 3u}) {
    step(Receive{NodeId(peer),
                 {.kind = MessageKind::kReady,
                  .instance = echo.instance,
                  .digest = echo.digest}});
  }
  step(Persisted{Token(3)});
  EXPECT_EQ(effects.delivered.size(), 1u);
  return bytes;
}

TEST(ReplayRecording, IdenticalIsZero) {
  const std::string path = WriteFile("recording", Recording());
  const Ran ran = Replay(path);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.LastLine(),
              MatchesRegex(absl::StrCat("recording=", path,
                                        " events=11 hash=[0-9a-f]{32} "
                                        "result=identical")));
  EXPECT_THAT(ran.out, HasSubstr("node 1 (p0) of 4 (bracha, cluster 99"));
  EXPECT_THAT(ran.out, HasSubstr("2023-11-14 22:13:20.000 UTC"));
  EXPECT_EQ(Replay(path).out, ran.out);
}

TEST(ReplayRecording, TheTranscriptIsWhatTheNodeSaidAndHeard) {
  const Ran ran = Replay(WriteFile("recording", Recording()), "--transcript");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  for (const char* line :
       {"0.000 ms  client asks p0: put name = alice",
        "p0 ECHO(0:1, a) -> p1 p2 p3", "p2 READY(0:1, a) -> p0",
        "p0 delivers 0:1 = a", "p0 answers: OK, token 0:1"}) {
    EXPECT_THAT(ran.out, HasSubstr(line));
  }
}

TEST(ReplayRecording, LanesShowTheEventsThatAreAskedFor) {
  const std::string path = WriteFile("recording", Recording());
  const Ran all = Replay(path, "--lanes");
  EXPECT_THAT(all.out, HasSubstr("●E 0:1 a"));
  EXPECT_THAT(all.out, HasSubstr("■ 0:1=a"));
  const Ran some = Replay(path, "--lanes --from=8 --to=9");
  EXPECT_EQ(some.out.find("●E 0:1 a"), std::string::npos) << some.out;
  EXPECT_THAT(some.out, HasSubstr("R 0:1"));
  EXPECT_THAT(some.out, HasSubstr("shown: events 8 to 9 of 11"));
}

TEST(ReplayRecording, APageAndADiagramAreWrittenToo) {
  const std::string path = WriteFile("recording", Recording());
  const std::string html = Temporary("recording.html");
  const std::string mermaid = Temporary("recording.mmd");
  const Ran ran = Replay(
      path, absl::StrCat("--html=", html, " --mermaid=", mermaid, " --from=2"));
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const std::string page = ReadFile(html);
  EXPECT_THAT(page, HasSubstr("\"result\":\"identical\""));
  EXPECT_THAT(page, HasSubstr("\"knows_fates\":false"));
  EXPECT_THAT(page, HasSubstr("delivers 0:1 = a"));
  // The first event that is shown is the second, and the others are the rest.
  for (int event = 2; event <= 11; ++event) {
    EXPECT_THAT(page, HasSubstr(absl::StrCat(",0,", event, ","))) << event;
  }
  EXPECT_THAT(ReadFile(mermaid), HasSubstr("p2->>p0: 1.000 ms READY 0:1 a"));
  EXPECT_THAT(ReadFile(mermaid), HasSubstr("delivers 0:1 = a"));
  const Ran refused = Replay(path, "--html=/nowhere/page.html");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("/nowhere/page.html: cannot be written"));
}

// A node that readies one ECHO too early is another node.
TEST(ReplayRecording, AnotherReplicaDiffersAndIsOne) {
  const Ran ran =
      Replay(WriteFile("recording", Recording()), "--mutant=reply_too_early");
  EXPECT_EQ(ran.exit_code, 1) << ran.err;
  EXPECT_THAT(ran.LastLine(), MatchesRegex(".* events=6 .*result=differs:6"));
  EXPECT_THAT(ran.out, HasSubstr("event 6: Tick at byte "));
}

TEST(ReplayRecording, ATornTailIsLeftOutWithANotice) {
  std::string bytes = Recording();
  bytes.resize(bytes.size() - 5);
  const Ran ran = Replay(WriteFile("torn", bytes));
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.LastLine(), MatchesRegex(".* events=10 .*identical"));
  EXPECT_THAT(ran.err, HasSubstr("cut short"));
}

TEST(ReplayRecording, DamageIsTwoWithThePlace) {
  std::string bytes = Recording();
  bytes[bytes.size() / 2] ^= 1;
  const Ran ran = Replay(WriteFile("damaged", bytes));
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, MatchesRegex("sim: .*damaged: damaged at byte [0-9]+ "
                                    "of [0-9]+: .*\n"));
}

TEST(ReplayRecording, WhatIsNoRecordingIsTwo) {
  EXPECT_EQ(Replay(Temporary("none")).exit_code, 2);
  EXPECT_EQ(Replay(testing::TempDir()).exit_code, 2);
  const Ran empty = Replay(WriteFile("empty", ""));
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_THAT(empty.err, HasSubstr("no recording"));
}

TEST(ReplayRecording, FlagsThatMakeNoSenseAreTwo) {
  const std::string path = WriteFile("recording", Recording());
  for (const char* flags : {"--seed=1", "--nodes=4", "--check", "--to=0",
                            "--from=3 --to=2", "--trace=t", "file"}) {
    EXPECT_EQ(Replay(path, flags).exit_code, 2) << flags;
  }
}

}  // namespace
}  // namespace distdb::sim
