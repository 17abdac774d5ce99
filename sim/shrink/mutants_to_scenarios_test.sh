#!/bin/bash
# From `fuzz --mutant=NAME` to a scenario with a golden transcript, by commands
# alone.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset BUILD_WORKING_DIRECTORY BUILD_WORKSPACE_DIRECTORY

"$1" "$2" "$3" "$dir" not_fifo reply_too_early >"$dir/table"
cat "$dir/table"
[[ $(grep -c '^[a-z_]*: property=[A-Za-z]* events=[0-9]* decisive=' "$dir/table") == 2 ]]
for name in not_fifo reply_too_early; do
  grep -q "^mutant: \"$name\"" "$dir/$name.textproto"
  tail -1 "$dir/$name.transcript" | grep -q 'expected=met$'
done

echo "== it says what is wrong with its arguments"
status=0
"$1" "$2" "$3" "$dir/none" 2>"$dir/stderr" || status=$?
[[ $status == 2 ]]
grep -q 'there is no such folder; make it first' "$dir/stderr"
