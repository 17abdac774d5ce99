// sim: replays and fuzzes the simulated world. See `sim help` and README.md.

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/check_handler.h"
#include "sim/flags.h"
#include "sim/fuzz.h"
#include "sim/replay.h"

namespace distdb::sim {
namespace {

constexpr int kBadUsage = 2;

int Refuse(absl::string_view why) {
  std::fprintf(stderr, "sim: %s\n", std::string(why).c_str());
  return kBadUsage;
}

int Main(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Flags> flags = ParseFlags(arguments);
  if (!flags.ok()) return Refuse(flags.status().message());
  InstallThrowingCheckHandler();
  if (flags->command == "fuzz") return Fuzz(*flags);
  if (flags->command == "hashes") return PrintHashes(*flags);
  if (flags->command == "help") {
    std::printf("%s", std::string(Usage()).c_str());
    return 0;
  }
  if (!flags->files.empty()) {
    return Refuse(flags->files[0] + ": scenarios cannot be replayed yet");
  }
  return ReplaySeed(*flags);
}

}  // namespace
}  // namespace distdb::sim

int main(int argc, char** argv) {
  return distdb::sim::Main(std::vector<std::string>(argv + 1, argv + argc));
}
