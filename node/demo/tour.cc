#include "node/demo/tour.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "node/config.pb.h"
#include "node/demo/local_cluster.h"
#include "node/demo/shell.h"

namespace distdb {
namespace {

class Tour {
 public:
  explicit Tour(LocalCluster& cluster) : cluster_(cluster), shell_(&cluster) {}

  bool Run() {
    const int n = cluster_.nodes();
    const int reader = std::min(3, n);
    Say("A write at node 1 …");
    Show("put name alice", shell_.PutAt(1, "name", "alice"));
    Say(absl::StrCat("… is read at node ", reader,
                     ", which waits for it if it must:"));
    Expect("alice", "get name", shell_.GetAt(reader, "name"));
    if (!MayLoseOne()) {
      Say("A cluster of fewer than 4 nodes survives no faulty one: the rest of "
          "the tour needs --nodes=4.");
      return ok_;
    }
    Say(absl::StrCat("Node ", n, " dies …"));
    Show(absl::StrCat("kill ", n), shell_.Run(absl::StrCat("kill ", n)));
    Say("… and writes go on:");
    Show("put name bob", shell_.PutAt(1, "name", "bob"));
    Expect("bob", "get name", shell_.GetAt(std::min(reader, n - 1), "name"));
    Say("It comes back …");
    Show(absl::StrCat("restart ", n), shell_.Run(absl::StrCat("restart ", n)));
    Say(absl::StrCat("… and node ", n, " itself has what it missed:"));
    Expect("bob", "get name", shell_.GetAt(n, "name"));
    Show("nodes", shell_.Run("nodes"));
    return ok_;
  }

 private:
  // Whether writes go on without one node.
  bool MayLoseOne() const {
    return cluster_.mode() == BROADCAST ? cluster_.nodes() > 1
                                        : cluster_.nodes() >= 4;
  }

  void Say(const std::string& what) {
    if (ok_) std::printf("%s\n", what.c_str());
    std::fflush(stdout);
  }

  void Show(const std::string& line, const Shell::Outcome& outcome) {
    if (!ok_) return;  // What failed first is what matters.
    std::printf("> %s\n%s", line.c_str(), outcome.text.c_str());
    std::fflush(stdout);
    if (outcome.status.ok()) return;
    ok_ = false;
    std::fprintf(stderr, "distdb: %s: %s\n", line.c_str(),
                 std::string(outcome.status.message()).c_str());
  }

  void Expect(const std::string& value, const std::string& line,
              const Shell::Outcome& outcome) {
    Show(line, outcome);
    if (!ok_ || outcome.text == value + "\n") return;
    ok_ = false;
    std::fprintf(stderr, "distdb: %s: expected %s\n", line.c_str(),
                 value.c_str());
  }

  LocalCluster& cluster_;
  Shell shell_;
  bool ok_ = true;
};

}  // namespace

bool RunTour(LocalCluster& cluster) { return Tour(cluster).Run(); }

}  // namespace distdb
