#!/usr/bin/python3
"""`fuzz --report=FILE.html` as a person meets it: the page says what the command printed."""

import html.parser
import os
import re
import subprocess
import tempfile
import unittest

SIM = os.path.abspath('sim/sim')


class Tables(html.parser.HTMLParser):
    """The texts of a page's tables, by id, and what it refers to; it must be well nested."""

    VOID = {'meta', 'br', 'link', 'img', 'input'}

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.tables = {}
        self.outside = []
        self.widths = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if 'src' in attrs or 'href' in attrs:
            self.outside.append(attrs)
        if 'bar' in attrs.get('class', '').split():
            self.widths.append(float(re.fullmatch(r'width:([\d.]+)%', attrs['style'])[1]))
        if tag in self.VOID:
            return
        self.open.append(tag)
        if tag == 'table':
            self.rows = self.tables.setdefault(attrs['id'], [])
        elif tag == 'tr':
            self.rows.append([])
        elif tag in ('td', 'th'):
            self.rows[-1].append('')

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if 'td' in self.open or 'th' in self.open:
            self.rows[-1][-1] += data


def number(text):
    return int(text.replace('\u202f', ''))


def fuzz(*arguments):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'report.html')
        ran = subprocess.run([SIM, 'fuzz', *arguments, f'--report={path}'], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with open(path, encoding='utf-8') as file:
            return ran, Tables(file.read())


class ReportTest(unittest.TestCase):

    def test_it_says_what_the_command_printed(self):
        ran, page = fuzz('--seeds=60', '--nodes=4', '--quorum_policy=n_minus_2f', '--jobs=2')
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(page.outside, [])
        printed = re.findall(r'^FAIL seed=(\d+) property=(\w+) replay: (.*)$', ran.stdout, re.M)
        self.assertTrue(printed)
        rows = page.tables['failures'][1:]
        self.assertEqual([(seed, broken) for seed, broken, _ in rows],
                         [(seed, broken) for seed, broken, _ in printed])
        for row, (_, _, command) in zip(rows, printed):
            self.assertTrue(row[2].startswith(command), row)
        broken = {row[0]: number(row[1]) for row in page.tables['properties'][1:]}
        for name in {name for _, name, _ in printed}:
            self.assertEqual(broken[name], [n for _, n, _ in printed].count(name))
        summary = dict(part.split('=') for part in ran.stdout.splitlines()[-1].split())
        for table in ('modes', 'sizes'):
            rows = page.tables[table][1:]
            self.assertEqual(sum(number(row[1]) for row in rows), 60)
            self.assertEqual(sum(number(row[2]) for row in rows), int(summary['failed']))
            self.assertEqual(sum(number(row[4]) for row in rows), int(summary['events']))

    def test_the_faults_are_those_of_the_table(self):
        ran, page = fuzz('--seeds=40')
        self.assertEqual(ran.returncode, 0)
        self.assertNotIn('failures', page.tables)
        printed = re.findall(r'^(.{20}) +(\d+) +([\d.]+)$', ran.stdout, re.M)
        rows = page.tables['faults'][1:]
        self.assertGreater(len(rows), 50)
        self.assertEqual([(row[0], str(number(row[1])), row[2]) for row in rows],
                         [(name.strip(), struck, share) for name, struck, share in printed])
        self.assertEqual([f'{width:.1f}' for width in page.widths],
                         [share for _, _, share in printed])

    def test_a_file_that_cannot_be_written_is_said_at_once(self):
        ran = subprocess.run([SIM, 'fuzz', '--seeds=1000000', '--report=/nowhere/report.html'],
                             check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(ran.returncode, 2)
        self.assertIn('/nowhere/report.html: cannot be written', ran.stderr)


if __name__ == '__main__':
    unittest.main()
