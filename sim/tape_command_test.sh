#!/bin/bash
# `replay --write_tape` and `--tape`: a run's decisions as text, run again, also
# after they have been edited.
set -euo pipefail
sim=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

echo "== a tape gives the run that it was written of"
seed=$("$sim" replay --seed=3 --write_tape="$out/tape" | tail -1)
tape=$("$sim" replay --tape="$out/tape" | tail -1)
[[ $seed == "seed=3 events="*" hash="*" result=held" ]]
hash=${seed#* hash=}
[[ $tape == "tape=$out/tape events="*" hash=${hash%% *} not_applied=0 result=held" ]]

echo "== a failure is on the tape, too, with the flags that shape it"
"$sim" replay --seed=3 --mutant=not_fifo --write_tape="$out/fails" >/dev/null ||
  [[ $? == 1 ]]
grep -q -- '--mutant=not_fifo$' "$out/fails"
"$sim" replay --tape="$out/fails" --mutant=not_fifo >"$out/stdout" ||
  [[ $? == 1 ]]
tail -1 "$out/stdout" | grep -q 'result=violated:Integrity$'

echo "== what does not apply any more is calm, and counted"
sed 's/^nodes .*/nodes answer=1000000/' "$out/tape" >"$out/edited"
echo 'message_lost from=p0 to=p1 kind=ECHO instance=0:999 answer=999' \
  >>"$out/edited"
"$sim" replay --tape="$out/edited" >"$out/stdout" || [[ $? == 1 ]]
tail -1 "$out/stdout" | grep -Eq ' not_applied=[1-9][0-9]* result='
grep -q '^did not apply, and what was decided instead was calm: [1-9]' \
  "$out/stdout"
grep -v '^message_lost' "$out/tape" >"$out/calmer"
calmer=$("$sim" replay --tape="$out/calmer" | tail -1) || [[ $? == 1 ]]
[[ $calmer == *" result="* ]]

refuses() {
  local words=$1 status=0
  shift
  "$sim" replay "$@" >"$out/stdout" 2>"$out/stderr" || status=$?
  [[ $status == 2 ]] || { echo "exit code $status: $*"; exit 1; }
  grep -q -- "$words" "$out/stderr" || { cat "$out/stderr"; exit 1; }
}
echo "== mistakes are named"
echo 'nodez answer=1' >"$out/wrong"
refuses "wrong:1: \"nodez\" is no decision" --tape="$out/wrong"
refuses 'cannot be read' --tape="$out/none"
refuses 'give --seed=N' --tape="$out/tape" --seed=3
