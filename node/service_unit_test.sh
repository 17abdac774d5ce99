#!/bin/bash
# systemd has nothing to say against the unit, and would say something.
set -euo pipefail
unit=$1

if ! command -v systemd-analyze >/dev/null; then
  echo "SKIPPED: there is no systemd-analyze"
  exit 0
fi

# What systemd says of the unit, edited by the given sed script. The program need
# not be installed where it is looked for.
verdict() {
  sed -e 's#/usr/local/bin/distdb#/bin/true#' -e "$1" "$unit" \
    >"$TEST_TMPDIR/distdb.service"
  systemd-analyze verify "$TEST_TMPDIR/distdb.service" 2>&1 || true
}

said=$(verdict '')
if [[ -n $said ]]; then
  echo "$said"
  exit 1
fi
[[ $(verdict 's/^Type=.*/Type=no_such_type/') == *no_such_type* ]]
[[ $(verdict 's/^WatchdogSec=/WatchdogSeconds=/') == *WatchdogSeconds* ]]
[[ $(verdict 's#^ExecStart=/bin/true#ExecStart=/no/such/program#') == *no/such* ]]
