#!/bin/bash
# The seeds that the README names for what broadcast does not claim do break it.
set -euo pipefail
sim=$1
readme=$2

rows=0
# shellcheck disable=SC2016 # The backticks are those of Markdown.
row='s/^|.*`\(--seed=.* --claim=[A-Za-z]*\)` |$/\1/p'
while read -r flags; do
  property=${flags##*--claim=}
  rows=$((rows + 1))
  # shellcheck disable=SC2086 # The row holds several flags.
  last=$("$sim" replay $flags | tail -n 1) || true
  if [[ $last != *" result=violated:$property" ]]; then
    echo "$readme: replay $flags: $last"
    exit 1
  fi
done < <(sed -n "$row" "$readme")
[[ $rows -ge 5 ]]
