#!/bin/bash
# From `fuzz --mutant=NAME` to a scenario with its golden transcript, by commands
# alone, for every planted bug or for those that are named:
#
#   ./bazelw run //sim/shrink:mutants_to_scenarios -- DIR [MUTANT…]
#
# writes DIR/MUTANT.textproto and DIR/MUTANT.transcript, for each. In
# testdata/scenarios the tests then hold them. A row per bug goes to standard
# output; exit code 1 if any was not found.
set -euo pipefail
sim=$PWD/$1
update_goldens=$PWD/$2
shift 2
if [[ $# -lt 1 ]]; then
  echo "mutants_to_scenarios: name a folder for the scenarios" >&2
  exit 2
fi
cd "${BUILD_WORKING_DIRECTORY:-.}"
dir=$1
shift
if [[ ! -d $dir ]]; then
  echo "mutants_to_scenarios: $dir: there is no such folder; make it first" >&2
  exit 2
fi

# The property that a bug declares; with no name, all bugs.
declared() {
  "$sim" mutants --seeds=1 ${1:+"--mutant=$1"} |
    sed -n 's/^mutant=\([^ ]*\) property=\([^ ]*\) .*/\1 \2/p' || true
}

# The first seed, of fifty at a time, that breaks the property first of
# all: what `shrink` needs, as `fuzz` prints it behind `replay: … replay`.
find_seed() {
  local mutant=$1 property=$2 first line
  for ((first = 1; first < 10000; first += 50)); do
    line=$("$sim" fuzz --first_seed=$first --seeds=50 --mutant="$mutant" \
      2>/dev/null | grep -m1 "^FAIL seed=[0-9]* property=$property ") || true
    if [[ -n $line ]]; then
      echo "${line##* replay }"
      return 0
    fi
  done
  return 1
}

missing=0
while read -r mutant property; do
  if ! found=$(find_seed "$mutant" "$property"); then
    echo "$mutant: no seed found that breaks $property"
    missing=1
    continue
  fi
  # The flags of a command that fuzz printed are words.
  # shellcheck disable=SC2086
  if last=$("$sim" shrink $found --out="$dir/$mutant.textproto" 2>/dev/null |
    tail -1); then
    echo "$mutant: ${last%% replay:*}"
  else
    echo "$mutant: seed ${found%% *} could not be shrunk"
    missing=1
  fi
done < <(if [[ $# -gt 0 ]]; then
  for name in "$@"; do declared "$name"; done
else
  declared ""
fi)
"$update_goldens" "$dir" >/dev/null
exit $missing
