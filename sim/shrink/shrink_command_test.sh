#!/bin/bash
# `sim shrink` from a failing seed, as fuzz prints it, to a scenario that replay
# finds to be met; and how it refuses.
set -euo pipefail
sim=$1
scenarios=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

echo "== a seed that fuzz found becomes a scenario, and the last line replays it"
line=$("$sim" fuzz --seeds=10 --mutant=not_fifo | grep -m1 '^FAIL') || true
flags=${line##*replay }
# The words of the command that fuzz printed.
# shellcheck disable=SC2086
last=$("$sim" shrink $flags --out="$out/found.textproto" 2>"$out/progress" |
  tail -1)
[[ $last == "property=Integrity events="*" decisive="*"replay: "*"replay $out/found.textproto" ]]
grep -q 'decisive events' "$out/progress"
grep -q '^name: "found"' "$out/found.textproto"
"$sim" replay "$out/found.textproto" | tail -1 |
  grep 'scenario=found .* result=violated:Integrity expected=met$'

echo "== what is small already stays as it is"
before=$(grep -c '^action' "$out/found.textproto")
"$sim" shrink "$out/found.textproto" --out="$out/again.textproto" \
  >/dev/null 2>&1
[[ $(grep -c '^action' "$out/again.textproto") == "$before" ]]

echo "== a textbook threshold needs no mutant, and is to blame"
"$sim" shrink "$scenarios/agreement_n_minus_2f.textproto" \
  --out="$out/textbook.textproto" >/dev/null 2>&1
grep -q '^quorum_policy: N_MINUS_2F' "$out/textbook.textproto"
"$sim" replay "$out/textbook.textproto" | grep -q 'expected=met$'

refuses() {
  local code=$1 words=$2 status=0
  shift 2
  "$sim" shrink "$@" >"$out/stdout" 2>"$out/stderr" || status=$?
  [[ $status == "$code" ]] || { echo "exit code $status: $*"; exit 1; }
  grep -q -- "$words" "$out/stderr" || { cat "$out/stderr"; exit 1; }
}
echo "== it refuses what there is nothing to shrink of"
refuses 1 'holds all properties' --seed=1
refuses 2 'give --seed=N or one' --out=x
refuses 2 'no such file\|No such file' "$out/none.textproto"
refuses 2 'cannot be written' --seed=3 --mutant=not_fifo --out="$out/no/x"
