#!/usr/bin/python3
"""The table of models and the configurations agree, and tlc.py tells when TLC does not."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, 'spec')
import tlc  # pylint: disable=wrong-import-position

CONFIGS = {path.stem: path for path in Path('spec/models').rglob('*.cfg')}

# Models that must fail and whose counterexample the simulator does not replay.
WITHOUT_SCENARIO = {
    'wrong_db_clock_forgotten': 'core has the mend, and no mutant undoes it',
}


class TableTest(unittest.TestCase):
    def test_each_configuration_has_a_row_and_each_row_a_configuration(self):
        self.assertEqual(set(tlc.read_models()), set(CONFIGS))

    def test_properties_are_defined_in_the_module(self):
        for model in tlc.read_models().values():
            module = Path(f'spec/{model.module}.tla').read_text(encoding='utf-8')
            names = (tlc.configured(model.config, 'INVARIANTS')
                     + tlc.configured(model.config, 'PROPERTIES'))
            self.assertTrue(names, model.name)
            for name in names:
                self.assertRegex(module, rf'(?m)^{name} ==', model.name)

    def test_models_that_must_fail_are_named_so_and_state_the_property(self):
        for model in tlc.read_models().values():
            self.assertEqual(model.violated != 'none', model.name.startswith('wrong_'))
            if model.violated != 'none':
                self.assertIn(model.violated,
                              tlc.configured(model.config, 'INVARIANTS')
                              + tlc.configured(model.config, 'PROPERTIES'))

    def test_each_counterexample_is_a_scenario_that_breaks_the_same_property(self):
        for model in tlc.read_models().values():
            if model.violated == 'none' or model.name in WITHOUT_SCENARIO:
                self.assertEqual(model.scenario, '', model.name)
                continue
            path = Path(f'testdata/scenarios/{model.scenario}.textproto')
            self.assertIn(f'violated: "{model.violated.removesuffix("AtRest")}"',
                          path.read_text(encoding='utf-8'), model.name)

    def test_liveness_is_not_checked_under_symmetry(self):
        liveness = {'Totality', 'Validity', 'Convergence'}
        for name, path in CONFIGS.items():
            if 'SYMMETRY' in path.read_text(encoding='utf-8'):
                self.assertFalse(liveness & set(tlc.configured(path, 'PROPERTIES')), name)

    def test_small_models_state_their_counts(self):
        for model in tlc.read_models().values():
            if 'large' not in str(model.config) and model.violated == 'none':
                self.assertNotIn(None, model.counts.values(), model.name)


class FindingsTest(unittest.TestCase):
    HELD = ('Model checking completed. No error has been found.\n'
            '3205 states generated, 517 distinct states found, 0 states left on queue.\n'
            'The depth of the complete state graph search is 8.\n')
    BROKEN = ('Error: Invariant TotalityAtRest is violated.\n'
              'State 1: <Initial predicate>\nState 2: <Echo line 1>\n'
              '12 states generated, 7 distinct states found, 3 states left on queue.\n')

    def differences(self, name, output):
        model = tlc.read_models()[name]
        return list(tlc.differences(model, tlc.findings(model, output)))

    def test_what_the_table_says_is_no_difference(self):
        self.assertEqual(self.differences('bracha_n4', self.HELD), [])

    def test_another_count_is(self):
        self.assertEqual(self.differences('bracha_n4', self.HELD.replace('517', '518')),
                         ['states=518, expected 517'])

    def test_a_violation_is(self):
        self.assertEqual(self.differences('bracha_n4', self.BROKEN),
                         ['violated=TotalityAtRest, expected none'])

    def test_a_missed_violation_is(self):
        self.assertEqual(self.differences('wrong_n4_echo_n_minus_2f', self.HELD),
                         ['violated=none, expected TotalityAtRest'])

    def test_an_unfinished_run_is(self):
        self.assertEqual(self.differences('bracha_n4', 'java: command not found\n'),
                         ['TLC did not finish'])


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    unittest.main()
