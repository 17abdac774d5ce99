#!/bin/bash
# The command fuzz as a script meets it.
set -euo pipefail
sim=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "== failures and faults do not depend on the number of jobs"
for jobs in 1 3; do
  status=0
  "$sim" fuzz --seeds=60 --nodes=4 --mode=bracha --liars=f+1 --jobs=$jobs \
    >"$scratch/$jobs" || status=$?
  [[ $status == 1 ]]
  sed -i 's/ events_per_second=.*//' "$scratch/$jobs"
done
cmp "$scratch/1" "$scratch/3"

echo "== the line of a failure replays it"
line=$(grep -m1 '^FAIL' "$scratch/1")
[[ $line =~ property=([A-Za-z]+)\ .*\ --\ (replay .*)$ ]]
property=${BASH_REMATCH[1]}
read -ra replay <<<"${BASH_REMATCH[2]}"
last=$("$sim" "${replay[@]}" | tail -n 1) || true
[[ $last == *" result=violated:$property" ]]

echo "== many signals, to the workers as well, end it with the summary"
for signal in INT TERM; do
  exec 3< <(exec setsid "$sim" fuzz --time=10m --jobs=2 --mode=broadcast \
    --claim=Totality 2>/dev/null)
  fuzz=$!
  read -r line <&3 # It is under way.
  [[ $line == FAIL* ]]
  for _ in {1..20}; do
    kill -$signal -- "-$fuzz" 2>/dev/null || break
  done
  cat <&3 >"$scratch/rest"
  [[ $(tail -n 1 "$scratch/rest") == seeds=*" events_per_second="* ]]
  if grep property=Crash "$scratch/rest"; then exit 1; fi
done

echo "== so they do where schedules are fuzzed"
exec 3< <(exec setsid "$sim" fuzz --time=10m --guide=random)
fuzz=$!
for _ in {1..2}; do read -r _ _ <&3; done # A thousand schedules are done.
kill -INT "$fuzz"
last=$(tail -n 1 <&3)
[[ $last == seeds=*" failed=0 "*" events_per_second="* ]]

echo "== other long commands, too, end in order and say that they are not done"
interrupt() { # what a command says of itself when it is interrupted at work
  setsid "$sim" "$@" >"$scratch/out" 2>"$scratch/err" &
  local pid=$!
  # From then on a signal is caught.
  until [[ "/proc/$pid/exe" -ef $sim ]] &&
    grep -q '^SigCgt:.*[2367abef]$' "/proc/$pid/status"; do
    sleep 0.01
  done
  kill -INT "$pid"
  status=0
  wait "$pid" || status=$?
  [[ $status == 1 ]]
}
interrupt hashes --seeds=1000000000
grep -qE '^sim: hashes: interrupted after [0-9]+ of 1000000000 seeds$' "$scratch/err"
interrupt explore --nodes=7
grep -q 'not finished' "$scratch/err"
[[ $(tail -n 1 "$scratch/out") == states=*" violated=unknown" ]]
interrupt mutants --mutant=echo_quorum_low --mode=broadcast --seeds=1000000000
grep -q interrupted "$scratch/err"
[[ $(tail -n 1 "$scratch/out") == "mutants=1 found=0" ]]

echo "== a file is no folder for traces"
status=0
"$sim" fuzz --seeds=1 --traces="$scratch/1" 2>"$scratch/err" || status=$?
[[ $status == 2 && $(<"$scratch/err") == *"--traces="*"Not a directory" ]]
