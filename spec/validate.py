#!/usr/bin/python3
"""Are these runs allowed by the specification? Checks traces (spec/TRACES.md) with TLC.

    validate FILE.ndjson | DIR | - ...     (of a folder all *.ndjson; -: standard input)

For each refused history the first event that spec/TraceBracha.tla forbids, with the state before
it; last line

    runs=N events=E accepted=A rejected=R events_per_second=X

where a run is one history of one instance (from `reset` to `reset`), and the time includes the
start of the JVM. Exit code 0: all are accepted; 1: some are not; 2: bad usage, a malformed trace,
or there is no TLC.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = Path('spec').resolve()  # Bazel runs this in the runfiles of the workspace.
JAR = Path('../tlc/tlc.jar').resolve()
STATUS = Path('../tlc/status').resolve()
READER = SPEC / 'trace_reader.jar'
REFUSALS_SHOWN = 10


class BadInput(Exception):
    """One line that says what is wrong, and the mend."""


def why_absent():
    """Why nothing can be checked here, or ''."""
    status = STATUS.read_text(encoding='utf-8').strip() if STATUS.exists() else 'no status'
    if status != 'present':
        return f'there is no TLC: {status}; mend that, then `./bazelw sync --configure`'
    if READER.stat().st_size == 0:
        return 'there is no javac on this machine (Debian: apt install default-jdk-headless)'
    return ''


def traces(arguments):
    """The files that are meant, paths relative to where the command was typed."""
    typed_in = Path(os.environ.get('BUILD_WORKING_DIRECTORY', os.getcwd()))
    found = []
    for argument in arguments:
        if argument == '-':
            found.append(Path('/dev/stdin'))
            continue
        path = typed_in / argument
        if path.is_dir():
            inside = sorted(path.glob('*.ndjson'))
            if not inside:
                raise BadInput(f'{argument}: it has no *.ndjson; `sim fuzz --traces={argument}` '
                               'writes some')
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise BadInput(f'{argument}: there is no such file or folder')
    return [str(path) for path in found]


def check(paths, tell=print, refusals_shown=REFUSALS_SHOWN):
    """Returns runs, events, accepted, rejected; tells of so many refusals. Raises BadInput."""
    with tempfile.TemporaryDirectory() as scratch:
        names = Path(scratch) / 'traces'
        names.write_text(''.join(path + '\n' for path in paths), encoding='utf-8')
        command = ['java', '-XX:+UseSerialGC', '-Xmx1g', f'-Ddistdb.traces={names}',
                   '-cp', f'{JAR}:{READER}', 'tlc2.TLC', '-workers', '1', '-nowarning',
                   '-metadir', scratch, '-config', 'TraceBracha.cfg', 'TraceBracha']
        output = []
        counts = None
        shown = 0
        telling = 0
        with subprocess.Popen(command, cwd=SPEC, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as process:
            for line in process.stdout:
                line = line.rstrip('\n')
                if line.startswith('MALFORMED '):
                    raise BadInput(line[len('MALFORMED '):])
                if line.startswith('REFUSED '):
                    shown += 1
                    telling = 3 if shown <= refusals_shown else 0
                    if shown == refusals_shown + 1:
                        tell('… and more')
                found = re.fullmatch(r'runs=(\d+) events=(\d+) accepted=(\d+) rejected=(\d+)', line)
                if found:
                    counts = [int(count) for count in found.groups()]
                if telling:
                    tell(line)
                    telling -= 1
                elif not re.match('event |before ', line):
                    output = output[-40:] + [line]
        finished = any('No error has been found' in line for line in output)
        if counts is None or not finished:
            raise BadInput('TLC did not finish: ' + ' '.join(
                line for line in output if 'rror' in line or 'ttempt' in line)[:400])
        return counts


def usage(message):
    print(f'validate: {message}', file=sys.stderr)
    return 2


def main(arguments):
    if not arguments or any(argument.startswith('-') and argument != '-'
                            for argument in arguments):
        return usage('give traces: files, or a folder of *.ndjson')
    absent = why_absent()
    if absent:
        return usage(f'nothing was checked: {absent}')
    started = time.monotonic()
    try:
        runs, events, accepted, rejected = check(traces(arguments))
    except BadInput as wrong:
        return usage(wrong)
    speed = int(events / max(time.monotonic() - started, 0.001))
    print(f'runs={runs} events={events} accepted={accepted} rejected={rejected} '
          f'events_per_second={speed}')
    return 1 if rejected else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
