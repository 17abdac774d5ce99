// Rewrites the golden transcripts of all scenarios in the source tree, or in
// the folder that is given. Look at what `git diff` then shows: only someone
// who understands why the runs differ commits it.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "sim/check_handler.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/run.h"

int main(int argc, char** argv) {
  using distdb::sim::LoadScenario;
  namespace fs = std::filesystem;
  distdb::sim::InstallThrowingCheckHandler();
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  const char* typed = std::getenv("BUILD_WORKING_DIRECTORY");
  fs::path folder;
  if (argc > 1) {
    folder = fs::path(typed == nullptr ? "." : typed) / argv[1];
  } else if (root != nullptr) {
    folder = fs::path(root) / "testdata/scenarios";
  }
  if (!fs::is_directory(folder)) {
    std::fprintf(stderr,
                 "run it by `./bazelw run //sim/scenario:update_goldens`, or "
                 "name a folder of scenarios\n");
    return 2;
  }
  std::set<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
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
