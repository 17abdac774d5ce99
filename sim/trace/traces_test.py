#!/usr/bin/python3
"""The specification allows what the simulator's runs do, and refuses those of planted bugs."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, 'spec')
import validate  # pylint: disable=wrong-import-position

SIM = Path('sim/sim').resolve()

# Bugs that change nothing which a hundred traces have, and why.
INVISIBLE = {
    'reply_too_early': 'what clients hear is not in a trace',
    'no_tombstones': 'the store is not in a trace',
    'last_arrival_wins': 'the store is not in a trace',
    'no_retransmission': 'what is never said is not in a trace',
    'only_undelivered_resent': 'what is never said is not in a trace',
    'collect_too_early': 'what is never said is not in a trace',
    'discard_retained': 'what is never said is not in a trace',
    'discard_too_early': 'a restart seldom needs what was cut: in one seed of 170',
    'delivery_before_snapshot': 'where a payload lies on disk is not in a trace',
    'watermark_too_early': 'watermarks are not in a trace',
    'watermark_told_once': 'watermarks are not in a trace',
    'hello_unanswered': 'watermarks are not in a trace',
    'collect_forgets_absent': 'what is never said is not in a trace',
    'resend_once': 'what is never said is not in a trace',
    'send_not_resent': 'what is never said is not in a trace',
    'pulls_once': 'what is never said is not in a trace',
    'pulls_from_one': 'whom a PULL goes to is not in a trace',
    'delivered_not_served': 'what is never said is not in a trace',
    'restart_forgets_delivered': 'what is never said is not in a trace',
    'snapshot_forgets_delivered': 'what is never said is not in a trace',
    'budget_gates_low': 'a SEND may be ignored, as there may be no room for it',
    'budget_ignored': 'how much a node holds is not in a trace',
    'archive_stays_in_memory': 'how much a node holds is not in a trace',
    'refused_forgotten': 'a disk that is full has no traces',
    'pulled_not_durable': 'where a payload lies on disk is not in a trace',
    'snapshot_without_payload': 'where a payload lies on disk is not in a trace',
    'convicts_late_vote': 'a conflict is what votes inside the window say',
    'snapshot_forgets_seq': 'what is never proposed is not in a trace',
    'snapshot_at_low': 'a crash seldom meets a snapshot amid a delivery: in one seed of 149',
    'collects_on_word_of_f': 'COLLECTED is not in a trace',
    'collected_untold': 'COLLECTED is not in a trace',
    'others_room_ignored': 'COLLECTED is not in a trace',
}


def mutants():
    """The names of all bugs, as `sim` knows them."""
    refused = subprocess.run([SIM, 'fuzz', '--seeds=1', '--mutant=?'], check=False,
                             capture_output=True, text=True)
    return refused.stderr.split('give one of ')[1].strip().split(', ')


def fuzz(folder, seeds, *flags, first_seed=1):
    """Traces of so many seeds, in `folder`; a planted bug may make them fail."""
    subprocess.run([SIM, 'fuzz', f'--seeds={seeds}', f'--first_seed={first_seed}', '--mode=bracha',
                    f'--traces={folder}', *flags], check=False, capture_output=True)
    return [str(path) for path in sorted(Path(folder).glob('*.ndjson'))]


class TracesTest(unittest.TestCase):
    def setUp(self):
        absent = validate.why_absent()
        if absent:
            self.skipTest(f'nothing was checked: {absent}')
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def check(self, paths):
        """The counts, and what was told of refusals."""
        told = []
        return validate.check(paths, told.append, refusals_shown=100_000), told

    def test_what_the_simulator_does_is_allowed(self):
        paths = fuzz(self.scratch, 200)
        self.assertGreater(len(paths), 100)  # Not those in which a disk is full.
        counts, told = self.check(paths)
        self.assertEqual(counts[3], 0, '\n'.join(told))
        self.assertGreater(counts[0], 1000)
        self.assertEqual(counts[2], counts[0])

    def test_the_unsafe_quorum_policy_has_traces_of_its_own(self):
        counts, told = self.check(fuzz(self.scratch, 5, '--quorum_policy=n_minus_2f'))
        self.assertEqual(counts[3], 0, '\n'.join(told))

    def test_each_bug_that_can_be_seen_is_refused_within_a_hundred_traces(self):
        left = set(mutants()) - set(INVISIBLE)
        self.assertGreater(len(left), 10)
        self.assertLessEqual(set(INVISIBLE), set(mutants()))
        first = 1
        for seeds in (2, 6, 16, 76):
            paths = []
            for mutant in sorted(left):
                folder = self.scratch / f'{mutant}.{seeds}'
                paths += fuzz(folder, seeds, f'--mutant={mutant}', first_seed=first)
            _, told = self.check(paths)
            left -= set(re.findall(r'/(\w+)\.\d+/seed-', '\n'.join(told)))
            first += seeds
            if not left:
                return
        self.fail(f'never refused: {sorted(left)}')

    def test_a_corrupted_trace_is_refused_at_the_corrupted_event(self):
        path = self.scratch / 'run.ndjson'
        subprocess.run([SIM, 'replay', '--seed=3', '--mode=bracha', f'--trace={path}'], check=True,
                       capture_output=True)
        lines = path.read_text(encoding='utf-8').splitlines()
        # A READY that nothing asks for; a delivery that nobody has decided.
        for event, before, after in (('echo', '"asks_ready":""', '"asks_ready":"a"'),
                                     ('deliver', '"digest":"a"', '"digest":"b"')):
            number = next(number for number, line in enumerate(lines)
                          if line.startswith(f'{{"event":"{event}"') and before in line)
            broken = list(lines)
            broken[number] = broken[number].replace(before, after)
            path.write_text('\n'.join(broken) + '\n', encoding='utf-8')
            counts, told = self.check([str(path)])
            self.assertEqual(counts[3], 1)
            self.assertIn(f'run.ndjson:{number + 1} ', told[0])
            self.assertEqual(told[1], f'event {broken[number]}')
            self.assertTrue(told[2].startswith('before '), told[2])

    def test_a_malformed_line_is_named(self):
        path = self.scratch / 'bad.ndjson'
        reset = ('{"event":"reset","run":"r","instance":"i","nodes":4,"origin":0,"liars":[],'
                 '"quorum_policy":"safe"}\n')
        for line, wrong in (('{"event":"hope","node":0}', 'hope: there is no such event'),
                            ('{"event":"say","node":0}', 'say: it lacks the field kind'),
                            ('{"event":"say","node":', 'a number expected')):
            path.write_text(reset + line + '\n', encoding='utf-8')
            with self.assertRaisesRegex(validate.BadInput, rf'bad\.ndjson:2: .*{wrong}'):
                self.check([str(path)])


if __name__ == '__main__':
    unittest.main()
