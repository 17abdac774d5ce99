#!/bin/bash
# Every planted bug is found within a stated number of seeds; with none planted,
# the build that contains them has the hashes of the build that does not.
set -euo pipefail
sim=$1
without=$2
seeds_max=3000

echo "== every mutant is found within $seeds_max seeds"
"$sim" mutants --seeds=$seeds_max

echo "== with none planted and no rare events, both builds of core run alike"
cmp <("$sim" hashes --seeds=200 --rare_events=false) \
  <("$without" hashes --seeds=200)

echo "== rare events change runs, and only in the simulator's build"
differ=$(diff <("$sim" hashes --seeds=200) <("$without" hashes --seeds=200) |
  grep -c '^<') || true
[[ $differ -ge 20 ]]
cmp <("$without" hashes --seeds=200 --rare_events=false) \
  <("$without" hashes --seeds=200)

echo "== a planted bug changes a run, and --mutant says so in the replay line"
line=$("$sim" fuzz --seeds=20 --mutant=keyed_by_id | grep -m1 '^FAIL') || true
[[ $line == *--mutant=keyed_by_id* ]]

echo "== the other build refuses to hunt"
status=0
"$without" mutants 2>/dev/null || status=$?
[[ $status == 2 ]]
