// Rewrites the golden transcripts of all scenarios in the source tree. Look at
// what `git diff` then shows: only someone who understands why the runs differ
// commits it.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "sim/check_handler.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"

int main() {
  using distdb::sim::LoadScenario;
  namespace fs = std::filesystem;
  distdb::sim::InstallThrowingCheckHandler();
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    std::fprintf(stderr,
                 "run it by `bazel run //sim/scenario:update_goldens`\n");
    return 2;
  }
  std::set<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(fs::path(root) / "testdata/scenarios")) {
    if (entry.path().extension() == ".textproto") paths.insert(entry.path());
  }
  for (fs::path path : paths) {
    const auto scenario = LoadScenario(path.string());
    if (!scenario.ok()) {
      std::fprintf(stderr, "%s\n",
                   std::string(scenario.status().message()).c_str());
      return 2;
    }
    const std::string text = distdb::sim::TellScenario(*scenario);
    std::ofstream(path.replace_extension(".transcript")) << text;
    std::printf("%s\n", path.string().c_str());
  }
  return 0;
}
