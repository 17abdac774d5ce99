#!/bin/bash
# The node's build of core contains none of the planted bugs of core/mutant.h.
set -euo pipefail
distdb=$1
mutants=$2

# The words of both are found where they are, or this test could not fail.
grep -q 'distdb: a replicated key-value database' "$distdb"
names=$(sed -n 's/^ *X(k[A-Za-z]*, "\([a-z_0-9]*\)".*/\1/p' "$mutants")
[[ $(wc -w <<<"$names") -ge 18 ]]

for name in $names; do
  if grep -q "$name" "$distdb"; then
    echo "the node contains the mutant $name"
    exit 1
  fi
done
