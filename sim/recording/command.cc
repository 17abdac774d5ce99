#include "sim/recording/command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/event.h"
#include "core/replica.h"
#include "net/codec/sha256.h"
#include "sim/narration/focus.h"
#include "sim/narration/terminal.h"
#include "sim/narration/view_flags.h"
#include "sim/recording/play.h"
#include "sim/recording/view.h"
#include "sim/shape.h"

namespace distdb::sim {
namespace {

// Events that are shown where --to does not say more.
constexpr uint64_t kShownEvents = 1'000;
// A sign of life, on a terminal, after each so many.
constexpr uint64_t kProgressEvents = 100'000;

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int Refuse(const std::string& path, absl::string_view why) {
  std::fprintf(stderr, "sim: %s: %s\n", path.c_str(), std::string(why).c_str());
  return 2;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  // An empty file sets the failbit of what it is written to.
  if (file && file.peek() != std::ifstream::traits_type::eof()) {
    bytes << file.rdbuf();
  }
  if (file.is_open() && !file.bad() && errno == 0) return bytes.str();
  return absl::NotFoundError(
      absl::StrCat(std::strerror(errno == 0 ? EIO : errno),
                   "; give a file that `distdb serve --record=FILE` wrote"));
}

std::string DescribeRecording(const RecordingInfo& info, uint64_t before) {
  const Config& config = info.config;
  return absl::StrCat("recorded by node ", config.self.value() + 1, " (p",
                      config.self.value(), ") of ", config.nodes, " (",
                      ModeName(config.mode), ", cluster ", info.cluster,
                      ", epoch ", config.epoch.value(), "), from its event ",
                      before + 1, " on\n");
}

std::string DescribeTime(WallTime wall) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S UTC",
                          absl::FromUnixNanos(wall.value()),
                          absl::UTCTimeZone());
}

// Where --to does not say how far to show it, so many events are.
void LimitStretch(Focus& focus) {
  if (focus.to.has_value()) return;
  const Moment from = focus.from.value_or(Moment(uint64_t{1}));
  if (const uint64_t* number = std::get_if<uint64_t>(&from)) {
    focus.to = *number + kShownEvents - 1;
  }
}

std::string DescribeStretch(const Focus& focus, uint64_t events) {
  const Moment from = focus.from.value_or(Moment(uint64_t{1}));
  const uint64_t* first = std::get_if<uint64_t>(&from);
  const uint64_t* last =
      focus.to.has_value() ? std::get_if<uint64_t>(&*focus.to) : nullptr;
  if (first == nullptr || last == nullptr) return "";
  if (*first == 1 && events <= *last) return "";
  return absl::StrCat("shown: events ", *first, " to ", *last, " of ", events,
                      "; --from and --to choose others\n");
}

// When the recording began and ended, by the node's wall clock.
struct Span {
  WallTime first;
  WallTime last;

  void Note(const Event& event) {
    const Tick* tick = std::get_if<Tick>(&event);
    if (tick == nullptr) return;
    if (first == WallTime()) first = tick->wall_now;
    last = tick->wall_now;
  }
};

}  // namespace

int ReplayRecording(const Flags& flags) {
  const std::string& path = flags.recording;
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return Refuse(path, bytes.status().message());
  const Sha256Digester digester;
  ViewFlags shown = flags.views;
  Focus& focus = shown.focus;
  LimitStretch(focus);
  RecordingView view(
      {.flags = shown, .terminal = LookAtTerminal(), .digester = &digester});
  std::string whose;
  const bool tells_progress = isatty(STDERR_FILENO) == 1;
  Span span;
  const Played played = Play(
      *bytes,
      {.digester = &digester,
       .on_start =
           [&](const RecordingInfo& info, uint64_t before,
               const Replica& replica) {
             whose = DescribeRecording(info, before);
             Print(whose);
             view.OnStart(info, replica);
           },
       .on_step =
           [&](uint64_t number, const Event& event, const Effects& effects) {
             span.Note(event);
             view.OnStep(number, event, effects);
             if (tells_progress && number % kProgressEvents == 0) {
               std::fprintf(stderr, "\r%llu events",
                            static_cast<unsigned long long>(number));
             }
           }});
  if (tells_progress && played.events >= kProgressEvents) {
    std::fprintf(stderr, "\n");
  }
  Print(view.TranscriptText());
  Print(view.LanesText());
  const std::string result = played.differs.has_value()
                                 ? absl::StrCat("differs:", *played.differs)
                                 : std::string("identical");
  if (const absl::Status written = view.WriteFiles(
          {.title = absl::StrCat("recording ", path),
           .command =
               absl::StrCat("./bazelw run //sim -- replay --recording=", path),
           .about = {whose, played.difference},
           .result = result,
           .violation = {},
           .focus = {},
           .knows_fates = false});
      !written.ok()) {
    std::fprintf(stderr, "sim: %s\n", std::string(written.message()).c_str());
    return 2;
  }
  if (flags.views.Any()) Print(DescribeStretch(focus, played.events));
  if (!played.status.ok()) return Refuse(path, played.status.message());
  if (span.last != WallTime()) {
    Print(absl::StrCat(DescribeTime(span.first), " to ",
                       DescribeTime(span.last), "\n"));
  }
  if (played.torn_bytes > 0) {
    std::fprintf(stderr,
                 "sim: %s: its last %llu bytes are of a write that was cut "
                 "short, and are left out\n",
                 path.c_str(),
                 static_cast<unsigned long long>(played.torn_bytes));
  }
  if (played.differs.has_value()) {
    Print(
        absl::StrCat("event ", *played.differs, ": ", played.difference, "\n"));
  }
  Print(absl::StrCat("recording=", path, " events=", played.events,
                     " hash=", played.hash, " result=", result, "\n"));
  return played.differs.has_value() ? 1 : 0;
}

}  // namespace distdb::sim
