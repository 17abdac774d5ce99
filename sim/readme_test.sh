#!/bin/bash
# What the README says of runs is true: the seeds that it names break what it
# says, and its tables have every fault that is counted.
set -euo pipefail
sim=$1
readme=$2

verdict() { # of the run with these flags of replay
  local last
  last=$("$sim" replay "$@" | tail -n 1) || true
  echo "${last##*result=}"
}

echo "== what broadcast does not claim is broken by the seeds named"
rows=0
# shellcheck disable=SC2016 # The backticks are those of Markdown.
row='s/^|.*`\(--seed=.* --claim=[A-Za-z]*\)` |$/\1/p'
while read -ra flags; do
  rows=$((rows + 1))
  property=${flags[-1]#--claim=}
  if [[ $(verdict "${flags[@]}") != "violated:$property" ]]; then
    echo "$readme: it does not break: replay ${flags[*]}"
    exit 1
  fi
done < <(sed -n "$row" "$readme")
[[ $rows -ge 5 ]]

echo "== so is what the sample shows"
read -ra flags < <(sed -n 's/^\$ .* -- replay //p' "$readme")
while IFS= read -r line; do
  if ! grep -qxF -- "$line" "$readme"; then
    echo "$readme: replay ${flags[*]} ends otherwise: $line"
    exit 1
  fi
done < <("$sim" replay "${flags[@]}" | tail -n 3)

echo "== every row of the table that fuzz prints is told"
rows=0
while read -r name; do
  rows=$((rows + 1))
  if ! grep -qE "^(\|.*)?\| ([^|]*, )?$name(, [^|]*)? \|" "$readme"; then
    echo "$readme: it does not tell of the fault: $name"
    exit 1
  fi
done < <("$sim" fuzz --seeds=1 2>/dev/null | sed '1d;/^excused:/,$d' |
  sed 's/ *[0-9]* *[0-9.]*$//')
[[ $rows -ge 50 ]]
