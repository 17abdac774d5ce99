#!/bin/bash
# What `replay` says of a violation: which property, between which nodes, what
# they had seen, and which lie or fault it needs.
set -euo pipefail
sim=$1
scenarios=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

says() {
  grep -q -- "$1" "$out/text" || { cat "$out/text"; echo "missing: $1"; exit 1; }
}

echo "== the textbook's threshold at n = 5"
"$sim" replay "$scenarios/agreement_n_minus_2f.textproto" >"$out/text"
says '^Agreement says that no two honest nodes deliver different values'
says '^In 0:1, the instance of p0 with number 1:$'
says '^  p[1-4] delivered a at [0-9.]* ms, and had seen$'
says '^  p[1-4] delivered b at [0-9.]* ms, and had seen$'
says '^    SEND a of p0, .*READY a of p'
says '^p0 lies\.$'
says '^All holds with safe quorums\.$'
says '^It would not have happened without each of these:$'
says '^  .*p0 tells p[1-4] '
tail -1 "$out/text" | grep -q 'expected=met$'

echo "== totality: who delivered, and who did not"
"$sim" replay "$scenarios/totality_n_minus_2f.textproto" >"$out/text"
says '^  p1 delivered a at '
says ' never delivered it, and had seen$'

echo "== what holds needs no explanation"
"$sim" replay "$scenarios/good_case.textproto" >"$out/text"
if grep -q 'says that\|would not have happened' "$out/text"; then exit 1; fi

echo "== a seed has too many events for that, and says what to do"
"$sim" replay --seed=3 --mutant=not_fifo >"$out/text" || [[ $? == 1 ]]
says '^Integrity says that '
says '^Which lie or fault it needs:$'
says '^  ./bazelw run //sim -- shrink --seed=3 --mutant=not_fifo$'
