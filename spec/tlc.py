#!/usr/bin/python3
"""Checks one model configuration of spec/ with TLC, against what spec/models.csv expects.

    tlc MODEL [--workers=N]    TLC's own output, then one line with the result
    tlc --list                 the models, and what each is expected to show

Exit code 0: as expected, which for a `wrong_` model is the stated violation; 1: not as expected;
2: bad usage, or there is no TLC. (Bazel then skips the tests of //spec, and says so.)
"""

import csv
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = Path('spec')  # Bazel runs this in the runfiles of the workspace.
JAR = Path('../tlc/tlc.jar').resolve()
STATUS = Path('../tlc/status')


class Model:
    """A row of models.csv: what checking a configuration must give."""

    def __init__(self, row):
        self.name = row['model']
        self.module = row['module']
        self.violated = row['violated']
        self.counts = {key: int(row[key]) if row[key] else None
                       for key in ('states', 'generated', 'depth')}
        self.seconds = row['seconds']
        self.scenario = row['scenario']

    @property
    def config(self):
        for folder in ('models', 'models/large'):
            path = SPEC / folder / f'{self.name}.cfg'
            if path.exists():
                return path
        raise FileNotFoundError(f'spec/models.csv: {self.name} has no {self.name}.cfg')


def read_models():
    with open(SPEC / 'models.csv', newline='', encoding='utf-8') as file:
        return {row['model']: Model(row) for row in csv.DictReader(file)}


def configured(config, keyword):
    """The words of a configuration's statement, such as INVARIANTS."""
    match = re.search(rf'^{keyword}\s+(.*)$', config.read_text(encoding='utf-8'), re.MULTILINE)
    return match.group(1).split() if match else []


def why_absent():
    """Why there is no TLC, or ''."""
    status = STATUS.read_text(encoding='utf-8').strip() if STATUS.exists() else 'no status'
    return '' if status == 'present' else status


def check(model, workers, echo):
    """Runs TLC; returns what it found: violated, states, generated, depth."""
    output = []
    # What takes seconds is not worth optimising for: half the time goes there.
    speed = [] if 'large' in model.config.parts else ['-XX:TieredStopAtLevel=1']
    with tempfile.TemporaryDirectory() as scratch:
        command = ['java', *speed, '-XX:+UseSerialGC', '-Xmx3g', '-cp', str(JAR), 'tlc2.TLC',
                   '-workers', str(workers), '-deadlock', '-nowarning',
                   '-metadir', scratch, '-config', str(model.config.resolve()), model.module]
        with subprocess.Popen(command, cwd=SPEC, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as process:
            for line in process.stdout:
                output.append(line)
                if echo:
                    print(line, end='', flush=True)
    return findings(model, ''.join(output))


def findings(model, output):
    def number(pattern):
        found = re.findall(pattern, output)
        return int(found[-1].replace(',', '')) if found else None

    found = {'violated': None,
             'states': number(r'([\d,]+) distinct states found'),
             'generated': number(r'([\d,]+) states generated'),
             'depth': number(r'depth of the complete state graph search is (\d+)')}
    invariant = re.search(r'(?:Invariant|[Pp]roperty) (\w+) is violated', output)
    if invariant:
        found['violated'] = invariant.group(1)
    elif 'Temporal properties were violated' in output:
        # TLC does not say which; a configuration that is to fail has one.
        found['violated'] = '+'.join(configured(model.config, 'PROPERTIES'))
    elif 'No error has been found' in output:
        found['violated'] = 'none'
    if found['violated'] not in (None, 'none'):
        # The counts at that moment mean little; the length of the way there does.
        found.update(states=None, generated=None, depth=number(r'^State (\d+): ')
                     or len(re.findall(r'^State \d+: ', output, re.MULTILINE)) or None)
    return found


def differences(model, found):
    """Where what was found is not what the table says; depth only with one worker."""
    if found['violated'] is None:
        yield 'TLC did not finish'
        return
    if found['violated'] != model.violated:
        yield f"violated={found['violated']}, expected {model.violated}"
        return
    for key, expected in model.counts.items():
        if expected is not None and found[key] != expected:
            yield f'{key}={found[key]}, expected {expected}'


def usage(message):
    print(f'tlc: {message}', file=sys.stderr)
    return 2


def list_models(models):
    for model in models.values():
        shows = 'holds' if model.violated == 'none' else f'violates {model.violated}'
        print(f'{model.name:34} {model.module:16} {shows:24} {model.seconds} s')
    return 0


def main(arguments):
    models = read_models()
    workers = 1
    names = []
    for argument in arguments:
        if argument == '--list':
            return list_models(models)
        if re.fullmatch(r'--workers=[1-9]\d?', argument):
            workers = int(argument.split('=')[1])
        elif argument.startswith('-'):
            return usage(f'{argument}: no such flag; there are --workers=N and --list')
        else:
            names.append(argument)
    if len(names) != 1:
        return usage('give one model; `./bazelw run //spec:tlc -- --list` names them')
    if names[0] not in models:
        return usage(f'{names[0]}: no such model; `./bazelw run //spec:tlc -- --list` names them')
    absent = why_absent()
    if absent:
        return usage(f'there is no TLC: {absent}; mend that, then `./bazelw sync --configure`')
    model = models[names[0]]
    started = time.monotonic()
    found = check(model, workers, echo=True)
    seconds = time.monotonic() - started
    wrong = list(differences(model, found))
    for difference in wrong:
        print(f'tlc: {model.name}: {difference}', file=sys.stderr)
    print(f"model={model.name} states={found['states']} generated={found['generated']} "
          f"depth={found['depth']} violated={found['violated']} seconds={seconds:.1f} "
          f"expected={'missed' if wrong else 'met'}")
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
