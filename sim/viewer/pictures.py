#!/usr/bin/python3
"""Makes the pictures that the README shows: `./bazelw run //sim/viewer:pictures`.

Each is the viewer's picture of a scenario, of the whole run or of its beginning, as a PNG with few
colours in sim/viewer/pictures/. With a folder as argument they are put there instead.
"""

import base64
import os
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # pylint: disable=wrong-import-position

SIM = os.path.abspath('sim/sim')
SCENARIOS = os.path.abspath('testdata/scenarios')
# What follows is repetition until the run is given up.
PICTURES = {
    'totality_n_minus_2f': ['--to=14ms'],
    'agreement_n_minus_2f': [],
}
WIDTH = 860


def chunk(kind, data):
    body = kind + data
    return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))


def few_colors(pixels):
    """Indices and palette of RGBA pixels, of four bits per colour; None if 256 are too few."""
    indices = bytearray()
    table = {}
    for i in range(0, len(pixels), 4):
        color = pixels[i:i + 3]
        color = bytes((value & 0xf0) | value >> 4 for value in color)
        index = table.setdefault(color, len(table))
        if index > 255:
            return None
        indices.append(index)
    return indices, b''.join(table)


def png(width, height, pixels):
    """Of RGBA pixels; with a palette where 256 colours are enough."""
    found = few_colors(pixels)
    if found is None:
        raise SystemExit('pictures: more than 256 colours; draw with fewer')
    indices, table = found
    rows = b''.join(b'\0' + indices[y * width:(y + 1) * width] for y in range(height))
    header = struct.pack('>IIBBBBB', width, height, 8, 3, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'PLTE', table) +
            chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b''))


def take(window, name, arguments, directory):
    page = os.path.join(directory, name + '.html')
    scenario = os.path.join(SCENARIOS, name + '.textproto')
    subprocess.run([SIM, 'replay', scenario, *arguments, f'--html={page}'],
                   stdout=subprocess.DEVNULL, check=True)
    window.open(f'file://{page}#picture={WIDTH}')
    size = window.run('''
        const canvas = document.getElementById('picture');
        return [canvas.width, canvas.height];''')
    pixels = window.run('''
        const canvas = document.getElementById('picture');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let text = '';
        for (let i = 0; i < data.length; i += 8192) {
          text += String.fromCharCode.apply(null, data.subarray(i, i + 8192));
        }
        return btoa(text);''')
    return png(*size, base64.b64decode(pixels))


def main():
    root = os.environ.get('BUILD_WORKSPACE_DIRECTORY', '.')
    target = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, 'sim/viewer/pictures')
    if browser.missing() is not None:
        raise SystemExit(f'pictures: there is no {browser.missing()}; '
                         'apt-get install chromium chromium-driver')
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, browser.Browser() as window:
        for name, arguments in PICTURES.items():
            path = os.path.join(target, name + '.png')
            with open(path, 'wb') as file:
                file.write(take(window, name, arguments, directory))
            print(f'{path}: {os.path.getsize(path)} bytes')


if __name__ == '__main__':
    main()
