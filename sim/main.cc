#include <cstdio>
#include <cstdlib>
#include "sim/check_handler.h"
#include "sim/run.h"
int main(int argc, char** argv) {
  distdb::sim::InstallThrowingCheckHandler();
  distdb::sim::Shape shape;
  if (argc > 3) shape.nodes = atoi(argv[3]);
  if (argc > 4) shape.quorum_policy = distdb::QuorumPolicy::kNMinus2F;
  uint64_t events = 0;
  int failed = 0;
  for (uint64_t s = atoi(argv[1]); s < (uint64_t)atoi(argv[2]); ++s) {
    auto r = distdb::sim::RunSeed(s, shape);
    events += r.events;
    if (r.violation) { if (failed++ < 15) printf("%lu %s %s (t=%ld)\n", s, std::string(PropertyName(r.violation->property)).c_str(), r.violation->what.c_str(), r.end.value()); }
  }
  printf("events %lu failed %d\n", events, failed);
}
