#!/bin/bash
# The node's build of core contains none of the planted bugs of core/mutant.h
# and none of the rare-event points of core/rare_event.h.
set -euo pipefail
distdb=$1
mutants=$2
rare_events=$3

# The words of both are found where they are, or this test could not fail.
grep -q 'distdb: a replicated key-value database' "$distdb"
names_in() {
  sed -n 's/^ *X(k[A-Za-z]*, "\([a-z_0-9]*\)".*/\1/p' "$1"
}
[[ $(names_in "$mutants" | wc -w) -ge 18 ]]
[[ $(names_in "$rare_events" | wc -w) -ge 7 ]]

for name in $(names_in "$mutants") $(names_in "$rare_events"); do
  if grep -q "$name" "$distdb"; then
    echo "the node contains $name"
    exit 1
  fi
done
