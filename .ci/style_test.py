#!/usr/bin/python3
"""Every rule of style.py fails on what it forbids, and on nothing else."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import style  # noqa: E402


def broken(rule, path, text):
    return [line for line, _ in rule(style.File(path, text))]


class CoreIsPure(unittest.TestCase):

    def test_forbidden_headers(self):
        for header in ('<chrono>', '<ctime>', '<thread>', '<mutex>', '<atomic>', '<random>',
                       '<fstream>', '<iostream>', '<unistd.h>', '<sys/stat.h>',
                       '"net/codec/wire.pb.h"', '"google/protobuf/message.h"',
                       '"absl/time/clock.h"', '"absl/log/log.h"'):
            self.assertEqual(broken(style.core_is_pure, 'core/a.h', f'\n#include {header}\n'), [2])

    def test_allowed_headers(self):
        for header in ('<vector>', '"core/event.h"', '"absl/status/status.h"', '<optional>'):
            self.assertEqual(broken(style.core_is_pure, 'core/a.h', f'#include {header}\n'), [])

    def test_forbidden_code(self):
        for code in ('std::uniform_int_distribution<int> d;', 'int x = std::rand();',
                     'auto t = std::chrono::system_clock::now();', 'auto t = time(nullptr);',
                     'FILE* f;', 'auto f = fopen(path, mode);', 'std::cerr << 1;', 'LOG(INFO) << 1;',
                     'std::atomic<int> n;', 'static thread_local int n;'):
            self.assertTrue(broken(style.core_is_pure, 'core/a.cc', code + '\n'), code)

    def test_words_in_comments_and_strings_do_not_count(self):
        text = '// no system_clock here\nint n = 1\'000;  /* std::rand() */\nauto s = "FILE";\n'
        self.assertEqual(broken(style.core_is_pure, 'core/a.cc', text), [])

    def test_code_after_a_digit_separator_counts(self):
        text = 'int n = 1\'000;\nFILE* f; char c = \'x\';\n'
        self.assertEqual(broken(style.core_is_pure, 'core/a.cc', text), [2])

    def test_names_that_only_sound_alike_do_not_count(self):
        text = 'Lifetime time(x); operand(); now.time();\n'
        self.assertEqual(broken(style.core_is_pure, 'core/a.cc', text), [])

    def test_only_core_and_not_its_tests(self):
        for path in ('net/a.cc', 'core/a_test.cc', 'core/testing/a.cc'):
            self.assertEqual(broken(style.core_is_pure, path, '#include <fstream>\n'), [])

    def test_only_a_failed_check_prints(self):
        self.assertEqual(broken(style.core_is_pure, 'core/check.cc', 'fprintf(stderr);\n'), [])
        self.assertEqual(broken(style.core_is_pure, 'core/a.cc', 'fprintf(stderr);\n'), [1])


class CoreIteratesInOrder(unittest.TestCase):

    def test_hash_tables(self):
        for table in ('std::unordered_map<int, int>', 'std::unordered_set<int>',
                      'absl::flat_hash_map<int, int>', 'absl::node_hash_set<int>'):
            self.assertEqual(
                broken(style.core_iterates_in_order, 'core/a.h', f'{table} t_;\n'), [1])

    def test_marked_lines_and_ordered_containers(self):
        for line in ('absl::flat_hash_map<int, int> t_;  // not iterated', 'std::map<int, int> t_;',
                     '#include "absl/container/flat_hash_map.h"'):
            self.assertEqual(broken(style.core_iterates_in_order, 'core/a.h', line + '\n'), [])


class Layers(unittest.TestCase):

    def test_forbidden(self):
        for path, header in (('core/a.h', 'net/a.h'), ('core/a_test.cc', 'sim/a.h'),
                             ('net/a.h', 'node/a.h'), ('net/a.h', 'sim/a.h'),
                             ('node/a.cc', 'sim/a.h'), ('sim/a.h', 'node/a.h'),
                             ('sim/a.h', 'net/loop.h')):
            self.assertEqual(broken(style.layers, path, f'#include "{header}"\n'), [1], path)

    def test_allowed(self):
        for path, header in (('core/a.h', 'core/b.h'), ('net/a.h', 'core/a.h'),
                             ('node/a.h', 'net/a.h'), ('sim/a.h', 'core/a.h'),
                             ('sim/a.h', 'net/codec/a.h'), ('net/a.h', 'net/if.h')):
            self.assertEqual(broken(style.layers, path, f'#include "{header}"\n'), [], path)

    def test_visibility(self):
        text = 'visibility = ["//visibility:public"],\n'
        self.assertEqual(broken(style.no_public_visibility, 'core/BUILD.bazel', text), [1])
        self.assertEqual(broken(style.no_public_visibility, 'testdata/BUILD.bazel', text), [])


class HeaderGuard(unittest.TestCase):
    GOOD = '// A.\n#ifndef DISTDB_CORE_A_H_\n#define DISTDB_CORE_A_H_\n' \
           '#endif  // DISTDB_CORE_A_H_\n'

    def test_good(self):
        self.assertEqual(broken(style.header_guard, 'core/a.h', self.GOOD), [])

    def test_bad(self):
        for text in (self.GOOD.replace('CORE', 'NET'), '#pragma once\n',
                     self.GOOD.replace('  //', ' //')):
            self.assertEqual(len(broken(style.header_guard, 'core/a.h', text)), 1)


class InATarget(unittest.TestCase):

    def test_a_file_that_no_target_names(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / 'core/sub').mkdir(parents=True)
            (root / 'core/BUILD.bazel').write_text('cc_test(srcs = ["a_test.cc", "sub/b.cc"])\n')
            for name, expected in (('core/a_test.cc', []), ('core/sub/b.cc', []),
                                   ('core/lost_test.cc', [1])):
                (root / name).write_text('\n')
                file = style.File(name, '\n', root)
                self.assertEqual([line for line, _ in style.in_a_target(file)], expected, name)


class WordsAndLayout(unittest.TestCase):

    def test_words(self):
        for text in ('// TODO later', '// FIXME', '// XXX', '// TODO(): who?'):
            self.assertEqual(broken(style.words, 'net/a.cc', f'\n{text}\n'), [2], text)
        self.assertEqual(broken(style.words, 'net/a.cc', '// TODO(ada): why.\n'), [])

    def test_layout(self):
        for text in ('int a;', '\tint a;\n', 'int a; \n', 'x' * 101 + '\n'):
            self.assertEqual(broken(style.layout, 'net/a.cc', text), [1], text)
        for text in ('', 'int a;\n', 'x' * 100 + '\n', '// https://' + 'x' * 100 + '\n'):
            self.assertEqual(broken(style.layout, 'net/a.cc', text), [], text)


class Sizes(unittest.TestCase):

    def test_files(self):
        self.assertEqual(broken(style.sizes, 'net/a.h', '\n' * 401), [1])
        self.assertEqual(broken(style.sizes, 'net/a.h', '\n' * 400), [])
        self.assertEqual(broken(style.sizes, 'net/a.cc', '\n' * 801), [1])

    def test_functions(self):
        for signature in ('int F(int a)', 'A::A(int a) : a_(a), b_{a}', 'TEST(ATest, Holds)',
                          'template <typename T>\nauto A<T>::F() const -> int'):
            text = 'namespace x {\n' + signature + ' {\n' + 'if (a) {}\n' * 140 + '}\n}\n'
            self.assertEqual(len(broken(style.sizes, 'net/a.cc', text)), 1, signature)
        text = 'class A {\n public:\n' + 'int F() { return 1; }\n' * 200 + '};\n'
        self.assertEqual(broken(style.sizes, 'net/a.cc', text), [])

    def test_names_and_lengths(self):
        text = 'namespace a {\n\nint F(\n    int x) {\n  return x;\n}\n\nclass B {\n public:\n' \
               '  explicit B(int x) : x_(x) {}\n};\n}  // namespace a\n'
        self.assertEqual(list(style.functions(style.without_comments(text))),
                         [('F', 3, 4), ('B', 10, 1)])

    def test_report_names_the_worst(self):
        files = [style.File('net/a.h', '\n' * 250), style.File('net/b.cc', '\n' * 10)]
        lines = list(style.report(files))
        self.assertIn('net/a.h', lines[1])
        self.assertTrue(lines[1].endswith('over'))


class Tree(unittest.TestCase):

    def test_every_rule_runs_over_the_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / 'core').mkdir()
            (root / 'core/BUILD.bazel').write_text('')
            (root / 'core/a.cc').write_text('#include <thread>\n')
            found = style.violations(style.tree(root))
            self.assertEqual([line.split(' [')[-1] for line in found],
                             ['core_is_pure]', 'in_a_target]'])


if __name__ == '__main__':
    unittest.main()
