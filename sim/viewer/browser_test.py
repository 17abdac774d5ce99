#!/usr/bin/python3
"""The viewer's page in headless Chromium: it is opened from a file, clicked, stepped and searched.

Where there is no Chromium it says so and passes.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # pylint: disable=wrong-import-position

SIM = os.path.abspath('sim/sim')
SCENARIOS = os.path.abspath('testdata/scenarios')
VIOLATED = ['--seed=117', '--nodes=5', '--quorum_policy=n_minus_2f']
# Seeds with long runs; what a seed means changes with the faults that there are.
LONG = [85, 15, 118, 28, 54, 64]


def page_of(directory, name, arguments):
    """The address of the page of a run, and its data."""
    path = os.path.join(directory, name + '.html')
    subprocess.run([SIM, 'replay', *arguments, f'--html={path}'], stdout=subprocess.DEVNULL,
                   check=False)
    with open(path, encoding='utf-8') as file:
        html = file.read()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return 'file://' + path, json.loads(data[1])


class ViewerTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.browser = browser.Browser()
        cls.browser.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.directory.cleanup()

    def open(self, name, arguments):
        url, data = page_of(self.directory.name, name, arguments)
        self.browser.resize(1280, 800)
        self.browser.open(url)
        self.browser.settle()
        return data

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [], 'the page complains on its console')

    def selected(self):
        return self.browser.run('return viewer.selected')

    def click_on(self, index):
        """On an event, where it is drawn."""
        at = self.browser.run('return viewer.positionOf(arguments[0])', index)
        self.browser.settle()
        at = self.browser.run('return viewer.positionOf(arguments[0])', index)
        self.browser.click_at(at['x'], at['y'])
        self.browser.settle()

    def state_rows(self):
        return self.browser.run('''
            return [...document.querySelectorAll('#state tr')]
              .map((row) => [...row.cells].map((cell) => cell.textContent));''')

    def ink(self):
        """How many different colours the lanes have: one, where nothing is drawn."""
        return self.browser.run('''
            const {width, height} = document.getElementById('canvas');
            const copy = new OffscreenCanvas(width, height)
              .getContext('2d', {willReadFrequently: true});
            copy.drawImage(document.getElementById('canvas'), 0, 0);
            const pixels = copy.getImageData(0, 30, width, height - 30).data;
            const colors = new Set();
            for (let i = 0; i < pixels.length; i += 4) {
              colors.add(pixels.slice(i, i + 4).join());
            }
            return colors.size;''')

    def test_a_violated_run_is_scrolled_to_the_event_that_broke_it(self):
        data = self.open('violated', VIOLATED)
        broken = data['violation']['broken']
        self.assertEqual(data['violation']['property'], 'Agreement')
        self.assertEqual(self.selected(), broken)
        # The event delivers what another node delivered otherwise.
        deliveries = [data['strings'][i] for i in data['happenings'][broken][7]]
        instance = data['violation']['instance']
        self.assertTrue(any(text.startswith(instance + ' = ') for text in deliveries))
        at = self.browser.run('return viewer.positionOf(arguments[0])', broken)
        box = self.browser.run('''
            const scroller = document.getElementById('scroller');
            const {top, bottom} = scroller.getBoundingClientRect();
            return {top, bottom, scrolled: scroller.scrollTop};''')
        self.assertGreater(box['scrolled'], 0)
        self.assertTrue(box['top'] < at['y'] < box['bottom'])
        self.assertIn('Agreement is broken from here', self.browser.text('#broken-note'))
        self.assertIn('violated:Agreement', self.browser.text('#verdict'))
        # And one comes back to it.
        self.browser.press('Escape')
        self.assertIsNone(self.selected())
        self.browser.click('#to-violation')
        self.assertEqual(self.selected(), broken)

    def test_totality_is_broken_from_the_first_delivery_on(self):
        data = self.open('totality', [f'{SCENARIOS}/totality_n_minus_2f.textproto'])
        first = next(i for i, row in enumerate(data['happenings']) if row[7])
        self.assertEqual(data['violation']['broken'], first)
        self.assertEqual(self.selected(), first)

    def test_a_click_shows_the_event_its_state_and_what_hangs_on_it(self):
        data = self.open('good', [f'{SCENARIOS}/good_case.textproto'])
        delivery = next(i for i, row in enumerate(data['happenings']) if row[7])
        self.click_on(delivery)
        self.assertEqual(self.selected(), delivery)
        self.assertIn('delivers 0:1', self.browser.text('#details-body'))
        rows = self.state_rows()
        node = data['happenings'][delivery][2]
        self.assertEqual(rows[0][2:], ['before', 'after'])
        # The watermark moves, the instance's votes go, the write is in the store.
        self.assertIn(['≠', 'p0', '0', '1'], rows)
        self.assertTrue(any(row[0] == '−' and row[1].startswith('READY') for row in rows), rows)
        self.assertTrue(any(row[0] == '+' and 'of 0:1' in row[-1] for row in rows), rows)
        self.assertEqual(self.browser.run("return document.getElementById('state-node').value"),
                         str(node))
        cone = self.browser.run('''
            return {causes: [...viewer.cone.causes], effects: [...viewer.cone.effects]}''')
        # It comes after the client's request's SEND, and after nothing that is later.
        self.assertTrue(cone['causes'] and max(cone['causes']) < delivery)
        self.assertTrue(all(effect > delivery for effect in cone['effects']))
        spoken = {data['happenings'][i][2] for i in cone['causes']}
        self.assertEqual(spoken, set(range(data['nodes'])), 'a quorum of all nodes led to it')

    def test_happens_before_is_what_messages_and_lanes_say(self):
        data = self.open('cone', VIOLATED)
        broken = data['violation']['broken']
        self.browser.run("viewer.setWithin('all')")
        found = set(self.browser.run('return [...viewer.cone.causes]'))
        # The same, counted from the data in another way: forwards, event by event.
        last = {}
        before = {}
        heard = {row[11]: row[10] for row in data['crossings'] if row[11] >= 0 and row[10] >= 0}
        for index, row in enumerate(data['happenings']):
            causes = {c for c in (last.get(row[2]), heard.get(index)) if c is not None}
            before[index] = causes.union(*(before[c] for c in causes))
            if row[2] >= 0:
                last[row[2]] = index
        self.assertEqual(found, before[broken])

    def test_differences_add_up_to_the_state_at_every_event(self):
        data = self.open('states', VIOLATED)
        strings = data['strings']
        state = [dict(zip(base[::2], base[1::2])) for base in data['base']]
        asked = set(range(0, len(data['happenings']), 37))
        for index, row in enumerate(data['happenings']):
            if row[2] < 0:
                continue
            changes = row[9]
            for line, value in zip(changes[::2], changes[1::2]):
                if value < 0:
                    del state[row[2]][line]
                else:
                    state[row[2]][line] = value
            if index not in asked:
                continue
            shown = dict(self.browser.run('''
                return [...viewer.states.around(arguments[0], arguments[1]).after]''',
                row[2], index))
            self.assertEqual(shown, {strings[k]: strings[v] for k, v in state[row[2]].items()})

    def test_the_slider_and_the_arrow_keys_step_through_the_run(self):
        self.open('stepped', [f'{SCENARIOS}/good_case.textproto'])
        self.browser.press('Home')
        first = self.selected()
        self.assertRegex(self.browser.text('#now'), r'^0\.000 ms +1/\d+$')
        self.browser.press('ArrowDown')
        second = self.selected()
        self.assertGreater(second, first)
        self.browser.press('ArrowUp')
        self.assertEqual(self.selected(), first)
        # The slider itself, by its own keys and to a place.
        self.browser.type('#slider', browser.KEYS['ArrowRight'])
        self.assertEqual(self.selected(), second)
        before = self.browser.text('#details-body')
        self.browser.run('''
            const slider = document.getElementById('slider');
            slider.value = slider.max;
            slider.dispatchEvent(new Event('input'));''')
        self.assertEqual(self.selected(), self.browser.run(
            'return viewer.layout.shown[viewer.layout.shown.length - 1]'))
        self.assertNotEqual(self.browser.text('#details-body'), before)
        # What lies ahead is veiled.
        self.assertEqual(self.browser.run('return viewer.now'), self.selected())

    def test_the_search_finds_by_instance_node_and_kind(self):
        data = self.open('searched', VIOLATED)
        instance = data['violation']['instance']
        wanted = [i for i, row in enumerate(data['happenings'])
                  if instance in [data['strings'][s] for s in row[6]]]
        self.browser.type('#q-instance', instance)
        self.assertEqual(self.browser.text('#q-count'), f'{len(wanted)} matches')
        self.browser.run('''
            const node = document.getElementById('q-node');
            node.value = '1';
            node.dispatchEvent(new Event('input'));
            const kind = document.getElementById('q-kind');
            kind.value = 'mark:delivers';
            kind.dispatchEvent(new Event('input'));''')
        wanted = [i for i in wanted if data['happenings'][i][2] == 1 and data['happenings'][i][7]]
        self.assertEqual(len(wanted), 1)
        self.assertEqual(self.browser.text('#q-count'), '1 match')
        self.browser.type('#q-text', browser.KEYS['Enter'])
        self.assertEqual(self.selected(), wanted[0])
        # Only the matches, with the other ends of their messages.
        shown = len(self.browser.run('return viewer.layout.shown'))
        self.browser.click('#q-only')
        self.assertLess(len(self.browser.run('return viewer.layout.shown')), shown)

    def test_ten_thousand_events_are_drawn_a_window_at_a_time(self):
        for seed in LONG:
            data = self.open('long', [f'--seed={seed}'])
            if len(data['happenings']) > 10_000:
                break
        self.assertGreater(len(data['happenings']), 10_000, 'LONG needs another seed')
        size = self.browser.run('''
            const canvas = document.getElementById('canvas');
            return {canvas: canvas.clientHeight,
                    all: document.getElementById('spacer').clientHeight,
                    elements: document.getElementsByTagName('*').length};''')
        self.assertLess(size['canvas'], 800)
        self.assertGreater(size['all'], 50_000)
        self.assertLess(size['elements'], 2_000)
        for share in (0, 0.5, 1):
            self.browser.run('''
                const scroller = document.getElementById('scroller');
                scroller.scrollTop = arguments[0] * scroller.scrollHeight;''', share)
            self.browser.settle()
            self.assertGreater(self.ink(), 3)
        last = len(data['happenings']) - 1
        self.browser.press('End')
        self.assertGreater(self.selected(), last - 50)

    def test_it_fetches_nothing_fits_a_small_window_and_may_be_dark(self):
        self.open('small', VIOLATED)
        self.assertEqual(self.browser.run(
            "return performance.getEntriesByType('resource').length"), 0)
        light = self.browser.run('return getComputedStyle(document.body).backgroundColor')
        self.browser.prefer('dark')
        self.browser.resize(420, 700)
        self.browser.settle()
        self.assertNotEqual(light, self.browser.run(
            'return getComputedStyle(document.body).backgroundColor'))
        wide = self.browser.run('return document.documentElement.scrollWidth')
        self.assertLessEqual(wide, 420)
        self.assertGreater(self.ink(), 3)
        self.browser.prefer('light')

    def test_no_two_kinds_of_message_or_event_look_the_same_without_colour(self):
        self.open('forms', [f'{SCENARIOS}/good_case.textproto'])
        forms = self.browser.run('''
            return LEGEND_LINES.map(([text, crossing]) => {
              const {dash, head, tail} = lineStyle(crossing);
              return JSON.stringify([dash, head, tail || false]);
            });''')
        self.assertEqual(len(set(forms)), 8, forms)
        marks = self.browser.run('return LEGEND_MARKS.map(([text, mark]) => mark)')
        self.assertEqual(len(set(marks)), 8, marks)

    def test_a_message_is_a_line_from_who_says_it_to_who_hears_it(self):
        self.open('lines', [f'{SCENARIOS}/good_case.textproto'])
        bare = self.browser.run('''
            const {crossings} = viewer.run;
            viewer.scrollTo(crossings.find((crossing) => crossing.kind === 'SEND').saidBy);
            viewer.paint();
            const scroller = document.getElementById('scroller');
            const {width, height} = document.getElementById('canvas');
            const copy = new OffscreenCanvas(width, height)
              .getContext('2d', {willReadFrequently: true});
            copy.drawImage(document.getElementById('canvas'), 0, 0);
            const bare = [];
            let lines = 0;
            for (const crossing of viewer.layout.drawn) {
              const {x0, y0, x1, y1} = viewer.layout.line(crossing);
              for (const share of [0.2, 0.4, 0.6, 0.8]) {
                const x = x0 + (x1 - x0) * share;
                const y = y0 + (y1 - y0) * share - scroller.scrollTop;
                if (y < 40 || y > height - 10) continue;
                ++lines;
                const {data} = copy.getImageData(x - 2, y - 2, 5, 5);
                if (data.every((value) => value === data[3] || value === 0)) bare.push([x, y]);
              }
            }
            return lines > 20 ? bare : 'too few lines';''')
        self.assertEqual(bare, [])

    def test_odd_names_stay_text(self):
        path = os.path.join(self.directory.name, 'odd.textproto')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('''
                name: "odd"
                intent: "</script><script>document.title='broken'</script> \\342\\200\\250 <b>&amp;"
                nodes: 4
                action { when: "1ms" put { node: "p0" key: "</script><i>" value: "<b>x</b>" } }
                expect { delivered { instance: "0:1" by: "all" } }''')
        data = self.open('odd', [path])
        self.assertIn('</script><script>', data['about'][0])
        self.assertEqual(self.browser.run('return document.title'), 'odd · distdb')
        self.assertEqual(self.browser.run('return document.scripts.length'), 2)
        self.browser.type('#q-text', '</script>')
        self.assertNotEqual(self.browser.text('#q-count'), '0 matches')


if __name__ == '__main__':
    if browser.missing() is not None:
        print(f'skipped: there is no {browser.missing()}; apt-get install chromium chromium-driver')
        sys.exit(0)
    unittest.main(verbosity=2)
