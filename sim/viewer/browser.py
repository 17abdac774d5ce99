"""A headless Chromium, driven by WebDriver (https://www.w3.org/TR/webdriver2/), for tests and pictures.

Nothing but the standard library, and of the system Debian's packages chromium and chromium-driver.
The driver listens on a port of the loopback that the system chooses; the profile is empty and goes
with the browser.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

ARGUMENTS = [
    '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    '--disable-extensions', '--hide-scrollbars', '--force-color-profile=srgb',
]
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
# As WebDriver names keys.
KEYS = {'Enter': '\ue007', 'Escape': '\ue00c', 'ArrowLeft': '\ue012', 'ArrowUp': '\ue013',
        'ArrowRight': '\ue014', 'ArrowDown': '\ue015', 'Home': '\ue011', 'End': '\ue010'}


def missing():
    """What a browser lacks here, or None."""
    for program in ('chromium', 'chromedriver'):
        if shutil.which(program) is None:
            return program
    return None


class BrowserError(Exception):
    pass


class Browser:
    """Use it in a `with`, which ends what it starts."""

    def __init__(self, width=1280, height=800):
        self.size = (width, height)

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory()
        self.driver = subprocess.Popen(
            ['chromedriver', '--port=0', '--allowed-ips=127.0.0.1'], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, 'HOME': self.profile.name})
        try:
            for line in self.driver.stdout:
                match = re.search(r'started successfully on port (\d+)', line)
                if match:
                    break
            else:
                raise BrowserError('chromedriver did not start')
            self.base = f'http://127.0.0.1:{match[1]}'
            arguments = ARGUMENTS + [f'--user-data-dir={self.profile.name}/profile',
                                     '--window-size=%d,%d' % self.size]
            if os.geteuid() == 0:
                arguments.append('--no-sandbox')
            options = {'binary': shutil.which('chromium'), 'args': arguments}
            session = self.call('POST', '/session', {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome', 'goog:chromeOptions': options,
                'goog:loggingPrefs': {'browser': 'ALL'}}}})
            self.base += '/session/' + session['sessionId']
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if '/session/' in getattr(self, 'base', ''):
            try:
                self.call('DELETE', '')
            except BrowserError:
                pass
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.profile.name, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if method != 'POST' else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={'Content-Type': 'application/json'})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise BrowserError(error.read().decode()) from error

    def open(self, url):
        self.call('POST', '/url', {'url': 'about:blank'})
        self.call('POST', '/url', {'url': url})

    def run(self, script, *arguments):
        """What `return …` in the script returns."""
        return self.call('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def settle(self):
        """Waits until what is to be drawn is drawn."""
        self.call('POST', '/execute/async', {'args': [], 'script': '''
            const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)));'''})

    def find(self, css):
        return self.call('POST', '/element', {'using': 'css selector', 'value': css})[ELEMENT]

    def text(self, css):
        return self.call('GET', f'/element/{self.find(css)}/text')

    def click(self, css):
        self.call('POST', f'/element/{self.find(css)}/click')

    def type(self, css, text):
        self.call('POST', f'/element/{self.find(css)}/value', {'text': text})

    def press(self, key):
        """A key, to whatever has the focus."""
        value = KEYS.get(key, key)
        self.call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keys', 'actions': [
            {'type': 'keyDown', 'value': value}, {'type': 'keyUp', 'value': value}]}]})

    def click_at(self, x, y):
        """A click of the mouse in the window."""
        self.call('POST', '/actions', {'actions': [{
            'type': 'pointer', 'id': 'mouse', 'parameters': {'pointerType': 'mouse'}, 'actions': [
                {'type': 'pointerMove', 'duration': 0, 'x': round(x), 'y': round(y)},
                {'type': 'pointerDown', 'button': 0}, {'type': 'pointerUp', 'button': 0}]}]})

    def resize(self, width, height):
        """Of the page, without the window's frame."""
        self.devtools('Emulation.setDeviceMetricsOverride',
                      {'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})

    def prefer(self, scheme):
        """'light' or 'dark'."""
        self.devtools('Emulation.setEmulatedMedia',
                      {'features': [{'name': 'prefers-color-scheme', 'value': scheme}]})

    def devtools(self, command, parameters):
        return self.call('POST', '/goog/cdp/execute', {'cmd': command, 'params': parameters})

    def complaints(self):
        """What the page has written to the console since it was last asked."""
        return [entry['message'] for entry in self.call('POST', '/se/log', {'type': 'browser'})]

    def screenshot(self):
        return base64.b64decode(self.call('GET', '/screenshot'))
